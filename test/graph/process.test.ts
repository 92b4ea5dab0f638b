import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { processOrders } from "../../src/graph/run.js";
import { submitOrders } from "../../src/graph/submit.js";
import { actor, auditOf, openShop, sampleProducts, type Shop, stockOf } from "../support/shop.js";
import { deskOf, type FileOrder, notebookOrders, sourceOf } from "../support/runs.js";

let shop: Shop;

beforeEach(async () => {
  shop = await openShop();
  await shop.inventory.seedProducts(sampleProducts, actor);
});

afterEach(async () => {
  await shop.close();
});

const allOrders = () => shop.database.collections.orders.find().sort({ _id: 1 }).toArray();

describe("processOrders", () => {
  it("ships the notebook's two orders and reports what the database has", async () => {
    const { report, ...rest } = await processOrders(deskOf(shop), sourceOf(notebookOrders));
    const [first, second] = await allOrders();
    expect(report).toEqual({
      run: expect.stringMatching(/^\d{8}-\d{6}-[0-9a-f]{8}$/) as string,
      planner: "rules",
      source: ["orders.json"],
      dry_run: false,
      orders: [
        {
          index: 0,
          order_id: String(first?._id),
          key: first?.key,
          status: "in_transit",
          products: [
            { product_id: "prod1", quantity: 2, unit_price: 999.99 },
            { product_id: "prod2", quantity: 1, unit_price: 599.99 },
          ],
          address: "123 Main St",
          total: 2599.97,
          reason: null,
          shortages: [],
          already_done: false,
          finished_by: "rules",
        },
        {
          index: 1,
          order_id: String(second?._id),
          key: second?.key,
          status: "in_transit",
          products: [{ product_id: "prod3", quantity: 3, unit_price: 99.99 }],
          address: "456 Elm St",
          total: 299.97,
          reason: null,
          shortages: [],
          already_done: false,
          finished_by: "rules",
        },
      ],
      inventory: [
        { product_id: "prod1", name: "Laptop", before: 10, sold: 2, after: 8 },
        { product_id: "prod2", name: "Smartphone", before: 15, sold: 1, after: 14 },
        { product_id: "prod3", name: "Headphones", before: 30, sold: 3, after: 27 },
      ],
      totals: { orders: 2, in_transit: 2, cancelled: 0, already_done: 0, invalid: 0, units: 6, amount: 2899.94 },
      usage: { model_calls: 0, input_tokens: 0, output_tokens: 0, by_worker: {} },
      duration_ms: expect.any(Number) as number,
    });
    expect(rest).toEqual({ interrupted: false, cancelledNow: 0, waiting: 0, left: 0, stopped: undefined });
    expect(await stockOf(shop)).toEqual({ prod1: 8, prod2: 14, prod3: 27 });
    expect(await auditOf(shop)).toEqual({});
  });

  it("leaves a trail of what each worker did", async () => {
    const { report } = await processOrders(deskOf(shop), sourceOf(notebookOrders));
    const run = await shop.books.runs.find(report.run ?? "");
    expect(run).toMatchObject({
      status: "completed",
      command: "process",
      deeds: { created: 2, shipped: 2, cancelled: 0 },
    });
    expect(run?.steps?.map(({ worker, tool, orders, results }) => ({ worker, tool, orders, results }))).toEqual([
      { worker: "inventory", tool: "check_stock", orders: 2, results: { available: 2 } },
      { worker: "order", tool: "create_order", orders: 2, results: { created: 2 } },
      { worker: "inventory", tool: "update_stock", orders: 2, results: { allocated: 2 } },
      { worker: "delivery", tool: "update_delivery_status", orders: 2, results: { in_transit: 2 } },
    ]);
  });

  it("records what cannot be filled as cancelled, with the shortage per line, and fills what comes after", async () => {
    const orders: FileOrder[] = [
      { lines: [["prod1", 8]] },
      {
        lines: [
          ["prod1", 3],
          ["prod2", 99],
        ],
      },
      {
        lines: [
          ["nowhere", 1],
          ["prod1", 5],
        ],
      },
      { lines: [["prod1", 2]] },
    ];
    const { report, cancelledNow } = await processOrders(deskOf(shop), sourceOf(orders));
    expect(
      report.orders?.map(({ status, reason, shortages, total }) => ({ status, reason, shortages, total })),
    ).toEqual([
      { status: "in_transit", reason: null, shortages: [], total: 7999.92 },
      {
        status: "cancelled",
        reason: "insufficient_stock",
        shortages: [
          { product_id: "prod1", wanted: 3, available: 2 },
          { product_id: "prod2", wanted: 99, available: 15 },
        ],
        total: 62398.98,
      },
      {
        status: "cancelled",
        reason: "unknown_product",
        shortages: [
          { product_id: "nowhere", wanted: 1, available: 0 },
          { product_id: "prod1", wanted: 5, available: 2 },
        ],
        total: null,
      },
      { status: "in_transit", reason: null, shortages: [], total: 1999.98 },
    ]);
    expect(report.totals).toMatchObject({ orders: 4, in_transit: 2, cancelled: 2, units: 10, amount: 9999.9 });
    expect(cancelledNow).toBe(2);
    expect(await stockOf(shop)).toEqual({ prod1: 0, prod2: 15, prod3: 30 });
    expect(await auditOf(shop)).toEqual({});
  });

  it("changes nothing the second and third time, and says so", async () => {
    await processOrders(deskOf(shop), sourceOf(notebookOrders));
    const before = await allOrders();
    for (let time = 0; time < 2; time += 1) {
      const { report, cancelledNow, waiting } = await processOrders(deskOf(shop), sourceOf(notebookOrders));
      expect(report.totals).toEqual({
        orders: 2,
        in_transit: 2,
        cancelled: 0,
        already_done: 2,
        invalid: 0,
        units: 0,
        amount: 0,
      });
      expect(report.orders?.every(({ already_done }) => already_done)).toBe(true);
      expect({ cancelledNow, waiting }).toEqual({ cancelledNow: 0, waiting: 0 });
    }
    expect(await allOrders()).toEqual(before);
    expect(await auditOf(shop)).toEqual({});
  });

  it("places the orders anew with again", async () => {
    await processOrders(deskOf(shop), sourceOf(notebookOrders));
    const { report } = await processOrders(deskOf(shop), sourceOf(notebookOrders), { again: true });
    expect(report.totals).toMatchObject({ orders: 2, in_transit: 2, already_done: 0, units: 6 });
    expect(await stockOf(shop)).toEqual({ prod1: 6, prod2: 13, prod3: 24 });
    expect(await auditOf(shop)).toEqual({});
  });

  it("refuses an order_id that was used with other content, and writes nothing", async () => {
    await processOrders(deskOf(shop), sourceOf([{ order_id: "A-1", lines: [["prod1", 1]] }]));
    const changed = sourceOf([
      { order_id: "A-0", lines: [["prod2", 1]] },
      { order_id: "A-1", lines: [["prod1", 2]] },
    ]);
    await expect(processOrders(deskOf(shop), changed)).rejects.toMatchObject({
      code: "order_conflict",
      details: { count: 1, orders: [{ index: 1, order_id: "A-1" }] },
    });
    expect(await shop.database.collections.orders.countDocuments()).toBe(1);
    expect(await shop.database.collections.runs.countDocuments()).toBe(1);
    expect(await stockOf(shop)).toMatchObject({ prod1: 9, prod2: 15 });
  });

  it("finishes an order under its order_id whatever file it comes in", async () => {
    await processOrders(deskOf(shop), sourceOf([{ order_id: "A-1", lines: [["prod1", 1]] }]));
    const both = sourceOf([
      { order_id: "A-1", lines: [["prod1", 1]] },
      { order_id: "A-2", lines: [["prod1", 1]] },
    ]);
    const { report } = await processOrders(deskOf(shop), both);
    expect(report.orders?.map(({ already_done }) => already_done)).toEqual([true, false]);
    expect(await stockOf(shop)).toMatchObject({ prod1: 8 });
  });

  it("says on a database without products that there are none, and writes nothing", async () => {
    await shop.inventory.reset();
    await expect(processOrders(deskOf(shop), sourceOf(notebookOrders))).rejects.toMatchObject({ code: "no_products" });
    expect(await shop.database.collections.runs.countDocuments()).toBe(0);
    expect(await allOrders()).toEqual([]);
  });

  it("decides in file order across batches, however many are on their way", async () => {
    const orders = Array.from({ length: 20 }, (_, index): FileOrder => ({ lines: [["prod1", (index % 4) + 1]] }));
    const { report } = await processOrders(deskOf(shop), sourceOf(orders), { batchSize: 3, concurrency: 5 });
    const shipped = report.orders?.filter(({ status }) => status === "in_transit").map(({ index }) => index);
    expect(shipped).toEqual([0, 1, 2, 3]);
    expect(report.orders?.map(({ index }) => index)).toEqual(orders.map((_, index) => index));
    expect(report.inventory).toEqual([{ product_id: "prod1", name: "Laptop", before: 10, sold: 10, after: 0 }]);
    expect(await auditOf(shop)).toEqual({});
  });

  it("leaves the orders out of a long report, never the totals", async () => {
    const { report } = await processOrders(deskOf(shop), sourceOf(notebookOrders), { keepOrders: 1 });
    expect(report).toMatchObject({ orders_omitted: true, totals: { orders: 2, units: 6 } });
    expect(report).not.toHaveProperty("orders");
  });

  it("counts the same without rows as with them", async () => {
    const orders = Array.from({ length: 30 }, (_, index): FileOrder => {
      const other = index % 5 === 0 ? "nowhere" : "prod2";
      return {
        lines: [
          ["prod1", (index % 3) + 1],
          [other, 1],
        ],
      };
    });
    const twin = await openShop();
    try {
      await twin.inventory.seedProducts(sampleProducts, actor);
      const runs = [
        { at: shop, keepOrders: Infinity },
        { at: twin, keepOrders: 0 },
      ].map(async ({ at, keepOrders }) => {
        const { report } = await processOrders(deskOf(at), sourceOf(orders), { keepOrders, batchSize: 7 });
        const { deeds } = (await at.books.runs.find(report.run ?? "")) ?? {};
        return { totals: report.totals, inventory: report.inventory, deeds, breaches: await auditOf(at) };
      });
      const [withRows, without] = await Promise.all(runs);
      expect(withRows?.totals).toMatchObject({ orders: 30, in_transit: 6, cancelled: 24, units: 16 });
      expect(withRows?.breaches).toEqual({});
      expect(without).toEqual(withRows);
    } finally {
      await twin.close();
    }
  });

  it("does not count as its own, where no row is reported, what an earlier run had recorded", async () => {
    const source = sourceOf(Array.from({ length: 4 }, (): FileOrder => ({ lines: [["prod3", 1]] })));
    await submitOrders(deskOf(shop), source);
    const { report } = await processOrders(deskOf(shop), source, { keepOrders: 0 });
    const { deeds } = (await shop.books.runs.find(report.run ?? "")) ?? {};
    expect(deeds).toMatchObject({ created: 0, shipped: 4, units: 4 });
    expect(await auditOf(shop)).toEqual({});
  });

  it("reads whole, where no row is reported, a batch of which others changed something after it was shipped", async () => {
    const wholeReads: number[] = [];
    const orders: Shop["orders"] = {
      ...shop.orders,
      async countIn(status, ids) {
        await shop.deliveries.move(ids.slice(0, 1), "delivered", actor);
        await shop.books.cancel([{ order_id: ids[1]!, reason: "requested" }], { actor });
        return shop.orders.countIn(status, ids);
      },
      readBack(ids) {
        wholeReads.push(ids.length);
        return shop.orders.readBack(ids);
      },
    };
    const five = Array.from({ length: 5 }, (): FileOrder => ({ lines: [["prod3", 2]] }));
    const { report } = await processOrders({ ...deskOf(shop), orders }, sourceOf(five), { keepOrders: 0 });
    expect(wholeReads).toEqual([5]);
    expect(report.totals).toMatchObject({ orders: 5, in_transit: 3, cancelled: 1, units: 10 });
    expect(report.inventory).toMatchObject([{ product_id: "prod3", before: 30, sold: 6, after: 22 }]);
    expect(await auditOf(shop)).toEqual({});
  });

  it("tells how far it is after each batch", async () => {
    const seen: number[] = [];
    const orders = Array.from({ length: 5 }, (): FileOrder => ({ lines: [["prod3", 1]] }));
    await processOrders(deskOf(shop), sourceOf(orders), {
      batchSize: 2,
      onProgress: ({ orders: done, total }) => seen.push(done / (total ?? 1)),
    });
    expect(seen).toEqual([0.4, 0.8, 1]);
  });

  it("finishes the batch in flight when it is stopped, and the same command goes on", async () => {
    const orders = Array.from({ length: 9 }, (): FileOrder => ({ lines: [["prod3", 1]] }));
    const stop = new AbortController();
    const stopped = await processOrders(deskOf(shop), sourceOf(orders), {
      batchSize: 3,
      concurrency: 1,
      signal: stop.signal,
      onProgress: () => stop.abort(),
    });
    expect(stopped).toMatchObject({ interrupted: true, left: 6, report: { totals: { orders: 3, in_transit: 3 } } });
    expect((await shop.books.runs.find(stopped.report.run ?? ""))?.status).toBe("interrupted");
    expect(await auditOf(shop)).toEqual({});
    const rest = await processOrders(deskOf(shop), sourceOf(orders), { batchSize: 3 });
    expect(rest).toMatchObject({
      interrupted: false,
      report: { totals: { orders: 9, in_transit: 9, already_done: 3 } },
    });
    expect(await stockOf(shop)).toMatchObject({ prod3: 21 });
  });

  it("plans and reports everything in a dry run and writes nothing", async () => {
    const orders: FileOrder[] = [
      ...notebookOrders,
      { lines: [["prod1", 8]] },
      { lines: [["prod1", 1]] },
      { lines: [["x", 1]] },
    ];
    const before = await shop.database.collections.movements.countDocuments();
    const dry = await processOrders(deskOf(shop), sourceOf(orders), { dryRun: true, batchSize: 2 });
    expect(await allOrders()).toEqual([]);
    expect(await shop.database.collections.runs.countDocuments()).toBe(0);
    expect(await shop.database.collections.movements.countDocuments()).toBe(before);
    const real = await processOrders(deskOf(shop), sourceOf(orders), { batchSize: 2 });
    const comparable = ({ report }: typeof dry) => ({
      ...report,
      run: null,
      dry_run: true,
      duration_ms: 0,
      orders: report.orders?.map((order) => ({ ...order, order_id: null })),
    });
    expect(comparable(dry)).toEqual(comparable(real));
    expect(dry.report.orders?.every(({ order_id }) => order_id === null)).toBe(true);
  });
});
