import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { RunDoc } from "../../src/db/collections.js";
import { type PastRun, readPastRun } from "../../src/graph/past-run.js";
import type { RunReport } from "../../src/graph/report.js";
import { processOrders, type ProcessSettings, workPending } from "../../src/graph/run.js";
import { submitOrders } from "../../src/graph/submit.js";
import { collect } from "../../src/graph/streams.js";
import { deskOf, type FileOrder, notebookOrders, sourceOf } from "../support/runs.js";
import { actor, openShop, sampleProducts, type Shop } from "../support/shop.js";

let shop: Shop;
beforeEach(async () => {
  shop = await openShop();
  await shop.inventory.seedProducts(sampleProducts, actor);
});
afterEach(() => shop.close());

async function process(orders: readonly FileOrder[], settings: ProcessSettings = {}): Promise<RunReport> {
  return (await processOrders(deskOf(shop), sourceOf(orders), settings)).report;
}

async function runOf(id: string | null | undefined): Promise<RunDoc> {
  const run = await shop.books.runs.find(id ?? "");
  if (run === undefined) throw new Error(`There is no run ${String(id)}`);
  return run;
}

async function past(id: string | null | undefined, keepOrders = 10_000): Promise<PastRun> {
  return readPastRun(shop, await runOf(id), { keepOrders });
}

const short: FileOrder = { lines: [["prod1", 11]], address: "1 Way" };
const unknown: FileOrder = { lines: [["prod9", 1]], address: "2 Way" };

describe("readPastRun", () => {
  it("reports what the run itself reported", async () => {
    const report = await process([...notebookOrders, short, unknown]);
    expect(report.totals).toMatchObject({ in_transit: 2, cancelled: 2 });
    expect(await past(report.run)).toMatchObject({
      report,
      shortfalls: [
        { product_id: "prod1", orders: 1, wanted: 11, available: 8 },
        { product_id: "prod9", orders: 1, wanted: 1, available: 0 },
      ],
      unlisted: 0,
    });
  });

  it("reports what any run itself reported, whatever came before and after it", async () => {
    const line = fc.tuple(fc.constantFrom("prod1", "prod2", "prod3", "prod9"), fc.integer({ min: 1, max: 4 }));
    const order = fc.record({ lines: fc.uniqueArray(line, { minLength: 1, maxLength: 3, selector: ([id]) => id }) });
    const file = fc.array(order, { maxLength: 8 });
    const property = fc.asyncProperty(file, file, fc.integer({ min: 1, max: 4 }), async (orders, later, batchSize) => {
      await shop.inventory.seedProducts(sampleProducts, actor);
      const report = await process(orders, { batchSize, again: true });
      await process(later, { again: true });
      await shop.inventory.receive("prod2", 3, actor);
      expect((await past(report.run)).report).toEqual(report);
    });
    await fc.assert(property, { numRuns: 15 });
  });

  it("tells where an order is by now, and changes nothing else", async () => {
    const report = await process(notebookOrders);
    const [first, second] = await shop.orders.readBack(await idsOf(report));
    await shop.deliveries.move([first!._id], "delivered", actor);
    await shop.books.cancel([{ order_id: second!._id, reason: "unwanted" }], { actor });
    const now = (await past(report.run)).report;
    expect(now.orders?.map(({ status, status_now, reason }) => ({ status, status_now, reason }))).toEqual([
      { status: "in_transit", status_now: "delivered", reason: null },
      { status: "in_transit", status_now: "cancelled", reason: null },
    ]);
    const same = now.orders?.map(({ status_now: _, ...order }) => order);
    expect({ ...now, orders: same }).toEqual(report);
  });

  it("leaves orders out beyond the limit, and still streams them all in file order", async () => {
    const { run, orders, ...report } = await process(Array.from({ length: 5 }, () => ({ lines: [["prod3", 1]] })));
    const found = await past(run, 4);
    expect(found.report).toEqual({ run, ...report, orders_omitted: true });
    expect(await collect(found.orders())).toEqual(orders);
    expect((await past(run, 5)).report.orders).toHaveLength(5);
  });

  it("counts orders that were done before and lists only its own", async () => {
    const orders = [...notebookOrders];
    await process(orders.slice(0, 1).map((order) => ({ ...order, order_id: "A" })));
    const report = await process([{ ...notebookOrders[0]!, order_id: "A" }, notebookOrders[1]!]);
    const found = await past(report.run);
    expect(found.unlisted).toBe(1);
    expect(found.report.totals).toEqual(report.totals);
    expect(found.report.orders).toEqual([report.orders?.[1]]);
  });

  it("lists what a worker took up though another run recorded it, and there as pending", async () => {
    const { report: submitted } = await submitOrders(deskOf(shop), sourceOf([...notebookOrders, short]));
    const { report: worked } = await workPending(deskOf(shop));
    expect((await past(worked.run)).report).toEqual(worked);
    const before = await past(submitted.run);
    expect(before.report.orders?.map(({ status, status_now }) => [status, status_now])).toEqual([
      ["pending", "in_transit"],
      ["pending", "in_transit"],
      ["pending", "cancelled"],
    ]);
    expect(before.report.inventory.map(({ sold }) => sold)).toEqual([0, 0, 0]);
    expect(before.shortfalls).toEqual([]);
  });

  it("says that a run was interrupted, as the run itself did", async () => {
    const stop = new AbortController();
    const settings = { batchSize: 1, signal: stop.signal, onProgress: () => stop.abort() };
    const orders = Array.from({ length: 20 }, (): FileOrder => ({ lines: [["prod3", 1]] }));
    const { report } = await processOrders(deskOf(shop), sourceOf(orders), settings);
    expect(report).toMatchObject({ interrupted: true });
    expect((await past(report.run)).report).toEqual(report);
  });

  it("tells of a run that was killed what it did so far", async () => {
    const report = await process(notebookOrders);
    const killed = { finished_at: "", duration_ms: "", totals: "", deeds: "", usage: "", steps: "" } as const;
    await shop.database.collections.runs.updateOne(
      { _id: report.run! },
      { $set: { status: "running" }, $unset: killed },
    );
    await process([{ lines: [["prod1", 1]] }]);
    const found = (await past(report.run)).report;
    expect({ ...found, duration_ms: report.duration_ms }).toEqual(report);
  });

  it("takes a product that another program put there as it was", async () => {
    await shop.database.collections.products.insertOne({ _id: "foreign", name: "Foreign", price: 1, quantity: 7 });
    const report = await process([{ lines: [["foreign", 2]] }]);
    expect(report.inventory).toEqual([{ product_id: "foreign", name: "Foreign", before: 7, sold: 2, after: 5 }]);
    await shop.inventory.receive("foreign", 10, actor);
    expect((await past(report.run)).report).toEqual(report);
  });

  it("leaves out a product that is gone", async () => {
    const report = await process(notebookOrders);
    await shop.database.collections.products.deleteOne({ _id: "prod2" });
    expect((await past(report.run)).report.inventory.map(({ product_id }) => product_id)).toEqual(["prod1", "prod3"]);
  });
});

async function idsOf({ orders = [] }: RunReport) {
  const found = await Promise.all(orders.map(({ order_id }) => shop.orders.find(order_id ?? "")));
  return found.map((order) => order!._id);
}
