import { ObjectId } from "mongodb";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { OrderDoc } from "../../src/db/collections.js";
import { processOrders, resumeRun, workPending } from "../../src/graph/run.js";
import { dumpOf } from "../support/dump.js";
import { scriptedPlanner, sensibleCalls } from "../support/rogue-planner.js";
import { deskOf, type FileOrder, sourceOf } from "../support/runs.js";
import { actor, auditOf, openShop, place, sampleProducts, type Shop, stockOf } from "../support/shop.js";

let shop: Shop;

beforeEach(async () => {
  shop = await openShop();
  await shop.inventory.seedProducts(sampleProducts, actor);
});

afterEach(async () => {
  await shop.close();
});

const orders: readonly FileOrder[] = [
  { lines: [["prod1", 6]] },
  { lines: [["prod1", 6]] },
  { lines: [["prod3", 3]] },
  { lines: [["prod9", 1]] },
];

/** Breaks off after so many calls of tools, as a crash would: nothing is finished. */
async function crashAfter(calls: number): Promise<string> {
  const crash = new Error("killed");
  let made = 0;
  const desk = deskOf(shop);
  const planner = scriptedPlanner({
    act: (worker, view) => ((made += 1) > calls ? Promise.reject(crash) : sensibleCalls(worker, view)),
  });
  await expect(processOrders(desk, sourceOf(orders), { planner })).rejects.toBe(crash);
  return (await shop.books.runs.list(1))[0]?._id ?? "";
}

async function expectAllDone(): Promise<void> {
  const docs = await shop.database.collections.orders.find().sort({ _id: 1 }).toArray();
  expect(docs.map(({ status }) => status)).toEqual(["in_transit", "cancelled", "in_transit", "cancelled"]);
  expect(await stockOf(shop)).toEqual({ prod1: 4, prod2: 15, prod3: 27 });
  expect(await auditOf(shop)).toEqual({});
}

describe("after a crash", () => {
  it.each([0, 1, 2, 3, 4])("behind call %i, the same command again does every order once", async (calls) => {
    await crashAfter(calls);
    const { report } = await processOrders(deskOf(shop), sourceOf(orders));
    expect(report.totals).toMatchObject({ orders: 4, in_transit: 2, cancelled: 2 });
    await expectAllDone();
  });

  it.each([2, 3, 4])("behind call %i, resume finishes what the run left pending", async (calls) => {
    const runId = await crashAfter(calls);
    const { report, waiting } = await resumeRun(deskOf(shop), { runId });
    expect(waiting).toBe(0);
    expect(report.source).toEqual([runId]);
    await expectAllDone();
    expect((await resumeRun(deskOf(shop), { runId })).report.totals.orders).toBe(0);
  });
});

describe("a dry run", () => {
  it.each([1, 2, 3, 4])("behind a crash at call %i plans what the real run then does", async (calls) => {
    await crashAfter(calls);
    const before = await dumpOf(shop.database.db);
    const dry = await processOrders(deskOf(shop), sourceOf(orders), { dryRun: true });
    expect(await dumpOf(shop.database.db)).toEqual(before);
    const real = await processOrders(deskOf(shop), sourceOf(orders));
    expect(dry.report.totals).toEqual(real.report.totals);
    expect(dry.report.orders?.map(({ status, reason, shortages }) => ({ status, reason, shortages }))).toEqual(
      real.report.orders?.map(({ status, reason, shortages }) => ({ status, reason, shortages })),
    );
    expect(dry.report.inventory).toEqual(real.report.inventory);
  });
});

describe("workPending", () => {
  it("takes pending orders of any origin through the graph, oldest first", async () => {
    const [first] = await place(shop, [["prod1", 7]], [["prod1", 7]]);
    const foreign = {
      products: [{ product_id: "prod2", quantity: 2 }],
      delivery_address: "9 Oak Ave",
      status: "pending",
    };
    await shop.database.collections.orders.insertOne({ _id: new ObjectId(), ...foreign } as OrderDoc);
    const { report, waiting } = await workPending(deskOf(shop));
    expect(report.orders?.map(({ status }) => status)).toEqual(["in_transit", "cancelled", "in_transit"]);
    expect(report.orders?.map(({ order_id }) => order_id)[0]).toBe(String(first?._id));
    expect(report.orders?.[2]?.key).toBe(report.orders?.[2]?.order_id);
    expect(waiting).toBe(0);
    expect(await stockOf(shop)).toEqual({ prod1: 3, prod2: 13, prod3: 30 });
    expect(await auditOf(shop)).toEqual({});
    expect((await workPending(deskOf(shop))).report.totals.orders).toBe(0);
  });

  it("leaves an order whose lines nobody can read, and says that it waits", async () => {
    const broken = { products: [{ product_id: "prod2", quantity: 0.5 }], delivery_address: "?", status: "pending" };
    await shop.database.collections.orders.insertOne({ _id: new ObjectId(), ...broken } as OrderDoc);
    const { report, waiting } = await workPending(deskOf(shop));
    expect(report.totals).toMatchObject({ orders: 1, in_transit: 0, cancelled: 0 });
    expect(waiting).toBe(1);
  });

  it("does an order once when several work on the same ones", async () => {
    const lists = Array.from({ length: 30 }, (_, index) => [["prod1", 1 + (index % 2)] as const]);
    await place(shop, ...lists.map((list) => [...list]));
    const outcomes = await Promise.all([1, 2, 3].map((size) => workPending(deskOf(shop), { batchSize: 5 * size })));
    expect(outcomes.every(({ waiting }) => waiting === 0)).toBe(true);
    const sold = outcomes.reduce((sum, { report }) => sum + report.totals.units, 0);
    expect(sold).toBe(10);
    expect(await stockOf(shop)).toMatchObject({ prod1: 0 });
    expect(await auditOf(shop)).toEqual({});
  });
});

describe("several runs of one file at once", () => {
  it("do every order once and agree on it", async () => {
    const many = Array.from({ length: 40 }, (_, index): FileOrder => ({
      lines: [
        ["prod1", 1],
        [index % 2 === 0 ? "prod2" : "prod3", 1],
      ],
    }));
    const outcomes = await Promise.all(
      [7, 11, 40].map((batchSize) => processOrders(deskOf(shop), sourceOf(many), { batchSize })),
    );
    for (const { report } of outcomes)
      expect(report.totals).toMatchObject({ orders: 40, in_transit: 10, cancelled: 30 });
    expect(outcomes.reduce((sum, { report }) => sum + report.totals.units, 0)).toBe(20);
    expect(await shop.database.collections.orders.countDocuments()).toBe(40);
    expect(await auditOf(shop)).toEqual({});
  });
});
