import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { OrderDoc } from "../../src/db/collections.js";
import type { RunDesk } from "../../src/graph/drive.js";
import type { RunOutcome } from "../../src/graph/report.js";
import { resumeRun, workPending } from "../../src/graph/run.js";
import { submitOrders } from "../../src/graph/submit.js";
import { scriptedPlanner } from "../support/rogue-planner.js";
import { deskOf, type FileOrder, sourceOf } from "../support/runs.js";
import { actor, auditOf, type Line, openShop, place, sampleProducts, type Shop, stockOf } from "../support/shop.js";

let shop: Shop;
let desk: RunDesk;

beforeEach(async () => {
  shop = await openShop();
  desk = deskOf(shop);
  await shop.inventory.seedProducts(sampleProducts, actor);
});

afterEach(async () => {
  await shop.close();
});

const long = { owner: "other", durationMs: 60_000 };

function placeMany(count: number, units = 1): Promise<OrderDoc[]> {
  return place(shop, ...Array.from({ length: count }, (): Line[] => [["prod3", units]]));
}

/** The orders that a worker's report names. */
function idsOf({ report }: RunOutcome): string[] {
  return (report.orders ?? []).flatMap(({ order_id }) => order_id ?? []);
}

async function leasesLeft(): Promise<number> {
  return shop.database.collections.orders.countDocuments({ lease: { $exists: true } });
}

describe("many workers", () => {
  it("share the orders: each is worked on by one, and none is left", async () => {
    const docs = await placeMany(120);
    const outcomes = await Promise.all([4, 5, 6, 7].map((batchSize) => workPending(desk, { batchSize })));
    expect(outcomes.flatMap(idsOf).sort()).toEqual(docs.map(({ _id }) => String(_id)).sort());
    expect(outcomes.reduce((sum, { report }) => sum + report.totals.already_done, 0)).toBe(0);
    expect(await stockOf(shop)).toMatchObject({ prod3: 0 });
    expect(await leasesLeft()).toBe(0);
    expect(await auditOf(shop)).toEqual({});
  });

  it("give the units to the oldest orders", async () => {
    const docs = await placeMany(8, 10);
    await workPending(desk, { batchSize: 3 });
    const now = await shop.orders.readBack(docs.map(({ _id }) => _id));
    expect(now.map((doc) => doc?.status)).toEqual([
      ...Array.from({ length: 3 }, () => "in_transit"),
      ...Array.from({ length: 5 }, () => "cancelled"),
    ]);
  });
});

describe("work", () => {
  it("waits for what a live worker holds, and ends when that is done", async () => {
    const [one, two] = await placeMany(2);
    await desk.orders.leases.take([one!], long);
    const waits: string[] = [];
    const working = workPending(desk, { onWait: (why) => waits.push(why) });
    await expect.poll(() => waits).toEqual(["held"]);
    await shop.books.cancel([{ order_id: one!._id, reason: "test" }], { actor });
    expect(idsOf(await working)).toEqual([String(two!._id)]);
  });

  it("takes over what a dead worker held, once its lease has run out", async () => {
    const docs = await placeMany(3);
    await desk.orders.leases.take(docs, { owner: "dead", durationMs: 500 });
    const outcome = await workPending(desk);
    expect(idsOf(outcome)).toEqual(docs.map(({ _id }) => String(_id)));
    expect(await auditOf(shop)).toEqual({});
  });

  it("keeps its leases while a batch lasts longer than they do", async () => {
    await placeMany(2);
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const planner = scriptedPlanner({ act: () => gate.then(() => []) });
    const slow = workPending(desk, { planner, leaseMs: 300 });
    await expect.poll(leasesLeft).toBe(2);
    await new Promise((resolve) => setTimeout(resolve, 900));
    expect(await desk.orders.leases.free({ after: undefined, limit: 10 })).toEqual([]);
    release();
    expect((await slow).report.totals).toMatchObject({ orders: 2, in_transit: 2 });
  });

  it("leaves alone what a process that is running has just recorded", async () => {
    const run = { runId: "p", startedAt: new Date(), command: "process" as const, planner: "rules", source: [] };
    await shop.books.runs.start(run);
    const options = { prices: new Map(), actor: { by: "rules", runId: "p" } };
    const [theirs] = await desk.orders.create([sourceDraft()], options);
    const waits: string[] = [];
    const stop = new AbortController();
    const working = workPending(desk, { signal: stop.signal, onWait: (why) => waits.push(why) });
    await expect.poll(() => waits).toEqual(["held"]);
    stop.abort();
    expect(await working).toMatchObject({ interrupted: true, report: { totals: { orders: 0 } } });
    await shop.database.collections.runs.updateOne({ _id: "p" }, { $set: { status: "failed" } });
    expect(idsOf(await workPending(desk))).toEqual([String(theirs?.order._id)]);
  });

  it("gives back what it has claimed and not begun when it is stopped", async () => {
    await placeMany(12);
    const stop = new AbortController();
    const outcome = await workPending(desk, {
      batchSize: 4,
      concurrency: 1,
      signal: stop.signal,
      onProgress: () => stop.abort(),
    });
    expect(outcome).toMatchObject({ interrupted: true });
    expect(outcome.report.totals.orders).toBeLessThan(12);
    expect(await leasesLeft()).toBe(0);
    expect((await workPending(desk)).report.totals.orders).toBe(12 - outcome.report.totals.orders);
    expect(await auditOf(shop)).toEqual({});
  });

  it("gives back what it has claimed when it fails", async () => {
    await placeMany(3);
    const planner = scriptedPlanner({ act: () => Promise.reject(new Error("a bug")) });
    await expect(workPending(desk, { planner })).rejects.toThrow("a bug");
    expect(await leasesLeft()).toBe(0);
  });
});

describe("work that follows", () => {
  it("takes up what is submitted later, and ends as interrupted when it is stopped", async () => {
    const stop = new AbortController();
    const waits: string[] = [];
    const working = workPending(desk, { follow: true, signal: stop.signal, onWait: (why) => waits.push(why) });
    await expect.poll(() => waits).toEqual(["none"]);
    await submitOrders(desk, sourceOf([fileOrder, fileOrder]));
    await expect.poll(inTransit, { timeout: 8_000 }).toBe(2);
    await submitOrders(desk, sourceOf([fileOrder, fileOrder, fileOrder]));
    await expect.poll(inTransit, { timeout: 8_000 }).toBe(5);
    stop.abort();
    const outcome = await working;
    expect(outcome).toMatchObject({ interrupted: true, waiting: 0, report: { totals: { orders: 5, in_transit: 5 } } });
    expect(await shop.books.runs.find(outcome.report.run ?? "")).toMatchObject({
      command: "work",
      status: "interrupted",
    });
    expect(await auditOf(shop)).toEqual({});
  });
});

describe("resume", () => {
  it("leaves an order that it cannot read, and says so", async () => {
    const [order] = await placeMany(1);
    await shop.database.collections.orders.updateOne({ _id: order?._id ?? "" }, { $set: { products: [] } });
    const outcome = await resumeRun(desk, { batchSize: 5 });
    expect(outcome.waiting).toBe(1);
    expect(outcome.report.orders).toMatchObject([{ status: "pending", reason: "unreadable_lines" }]);
  });

  it("leaves to a live worker what that holds", async () => {
    const [one, two] = await placeMany(2);
    await desk.orders.leases.take([two!], long);
    const stop = new AbortController();
    const resuming = resumeRun(desk, { signal: stop.signal, onWait: () => stop.abort() });
    expect(idsOf(await resuming)).toEqual([String(one!._id)]);
    expect(await shop.orders.readBack([two!._id])).toMatchObject([{ status: "pending", lease: { owner: "other" } }]);
  });
});

const fileOrder: FileOrder = { lines: [["prod3", 1]] };

function sourceDraft() {
  return { key: "k", content_hash: "h", lines: [{ product_id: "prod3", quantity: 1 }], address: "1 Way" };
}

function inTransit(): Promise<number> {
  return shop.database.collections.orders.countDocuments({ status: "in_transit" });
}
