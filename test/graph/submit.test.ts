import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { RunDesk } from "../../src/graph/drive.js";
import { workPending } from "../../src/graph/run.js";
import { submitOrders } from "../../src/graph/submit.js";
import { deskOf, type FileOrder, sourceOf } from "../support/runs.js";
import { actor, auditOf, openShop, sampleProducts, type Shop, stockOf } from "../support/shop.js";

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

const orders: readonly FileOrder[] = [{ lines: [["prod1", 6]] }, { lines: [["prod9", 1]] }];
const named: readonly FileOrder[] = [{ lines: [["prod1", 1]], order_id: "A-1" }];

describe("submitOrders", () => {
  it("records orders as pending, with prices, and takes no stock", async () => {
    const { report, interrupted, left } = await submitOrders(desk, sourceOf(orders));
    expect({ interrupted, left }).toEqual({ interrupted: false, left: 0 });
    expect(report.totals).toEqual({ orders: 2, recorded: 2, already_recorded: 0, invalid: 0 });
    expect(await shop.orders.find(report.orders?.[0]?.order_id ?? "")).toMatchObject({
      run_id: report.run,
      status: "pending",
      total: 5999.94,
      history: [{ status: "pending", by: "submit" }],
    });
    expect(await stockOf(shop)).toMatchObject({ prod1: 10 });
    expect(await auditOf(shop)).toEqual({});
  });

  it("records its run with what it has created", async () => {
    const { report } = await submitOrders(desk, sourceOf(orders));
    expect(await shop.books.runs.find(report.run)).toMatchObject({
      command: "submit",
      status: "completed",
      deeds: { created: 2, shipped: 0 },
    });
  });

  it("changes nothing the second time, and tells where the orders are by now", async () => {
    await submitOrders(desk, sourceOf(orders));
    await workPending(desk);
    const { report } = await submitOrders(desk, sourceOf(orders));
    expect(report.totals).toEqual({ orders: 2, recorded: 0, already_recorded: 2, invalid: 0 });
    expect(report.orders?.map(({ status }) => status)).toEqual(["in_transit", "cancelled"]);
    expect(await auditOf(shop)).toEqual({});
  });

  it("records the same orders anew when told so", async () => {
    await submitOrders(desk, sourceOf(named));
    const { report } = await submitOrders(desk, sourceOf(named), { again: true });
    expect(report.totals).toMatchObject({ recorded: 1, already_recorded: 0 });
    expect(report.orders?.[0]?.key).toBe(`A-1/again/${report.run}`);
  });

  it("writes nothing when an order_id comes with other content", async () => {
    await submitOrders(desk, sourceOf(named));
    const other = sourceOf([{ lines: [["prod1", 2]], order_id: "A-1" }, ...orders]);
    await expect(submitOrders(desk, other)).rejects.toMatchObject({ code: "order_conflict" });
    expect(await shop.database.collections.orders.countDocuments()).toBe(1);
    expect(await shop.books.runs.list(10)).toHaveLength(1);
  });

  it("writes nothing on a database without products", async () => {
    await shop.inventory.reset();
    await expect(submitOrders(desk, sourceOf(orders))).rejects.toMatchObject({ code: "no_products" });
    expect(await shop.books.runs.list(10)).toEqual([]);
  });

  it("stops between two inserts, and goes on the next time", async () => {
    const many = Array.from({ length: 2_500 }, (): FileOrder => ({ lines: [["prod1", 1]] }));
    const stop = new AbortController();
    const first = await submitOrders(desk, sourceOf(many), { signal: stop.signal, onProgress: () => stop.abort() });
    expect(first).toMatchObject({ interrupted: true, left: 1_500, report: { totals: { recorded: 1_000 } } });
    const second = await submitOrders(desk, sourceOf(many));
    expect(second.report.totals).toEqual({ orders: 2_500, recorded: 1_500, already_recorded: 1_000, invalid: 0 });
    expect(await auditOf(shop)).toEqual({});
  });

  it("leaves the orders out of a report that would be long", async () => {
    const { report } = await submitOrders(desk, sourceOf(orders), { keepOrders: 1 });
    expect(report).toMatchObject({ orders_omitted: true, totals: { orders: 2 } });
    expect(report.orders).toBeUndefined();
  });
});
