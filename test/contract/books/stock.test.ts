import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { LedgerFilter } from "../../../src/inventory/model.js";
import {
  actor,
  allocate,
  auditOf,
  openShop,
  place,
  placeShipped,
  sampleProducts,
  type Shop,
  stockOf,
} from "../../support/shop.js";

let shop: Shop;

beforeEach(async () => {
  shop = await openShop();
  await shop.inventory.seedProducts(sampleProducts, actor);
});
afterEach(() => shop.close());

async function ledger(filter: LedgerFilter = {}): Promise<[kind: string, ...deltas: number[]][]> {
  const entries: [string, ...number[]][] = [];
  for await (const { kind, lines } of shop.inventory.ledger(filter))
    entries.push([kind, ...lines.map(({ delta }) => delta)]);
  return entries;
}

describe("receive", () => {
  it("adds units through the ledger", async () => {
    expect(await shop.inventory.receive("prod1", 5, actor)).toEqual({ product_id: "prod1", before: 10, after: 15 });
    expect(await ledger({ productId: "prod1" })).toEqual([
      ["seed", 10],
      ["receipt", 5],
    ]);
    expect(await auditOf(shop)).toEqual({});
  });

  it("opens a product that another program put there", async () => {
    await shop.database.collections.products.insertOne({ _id: "lamp", name: "Lamp", price: 5, quantity: 4 });
    await shop.inventory.receive("lamp", 1, actor);
    expect(await ledger({ productId: "lamp" })).toEqual([
      ["adjustment", 4],
      ["receipt", 1],
    ]);
    expect(await auditOf(shop)).toEqual({});
  });

  it("adds every one of parallel receipts", async () => {
    await Promise.all(Array.from({ length: 12 }, () => shop.inventory.receive("prod1", 1, actor)));
    expect(await stockOf(shop)).toMatchObject({ prod1: 22 });
    expect(await auditOf(shop)).toEqual({});
  });

  it.each([[0], [-1], [1.5], [Number.NaN]])("refuses %s units", async (units) => {
    await expect(shop.inventory.receive("prod1", units, actor)).rejects.toMatchObject({ code: "usage" });
  });

  it("does not know an unknown product", async () => {
    await expect(shop.inventory.receive("ghost", 1, actor)).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("adjust", () => {
  it("corrects in both directions, with the reason", async () => {
    await shop.inventory.adjust("prod1", -3, "broken", actor);
    await shop.inventory.adjust("prod1", 1, "found", actor);
    expect(await stockOf(shop)).toMatchObject({ prod1: 8 });
    expect(await shop.database.collections.movements.countDocuments({ reason: "broken" })).toBe(1);
    expect(await auditOf(shop)).toEqual({});
  });

  it("never goes below zero, also when several try at once", async () => {
    const tries = Array.from({ length: 6 }, () => shop.inventory.adjust("prod1", -3, "lost", actor));
    const outcomes = await Promise.allSettled(tries);
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(3);
    expect(await stockOf(shop)).toMatchObject({ prod1: 1 });
    await expect(shop.inventory.adjust("prod1", -2, "lost", actor)).rejects.toMatchObject({
      code: "insufficient_stock",
      details: { available: 1 },
    });
  });
});

describe("seedProducts", () => {
  it("puts products at exactly their stated stock, and says nothing new the second time", async () => {
    await placeShipped(shop, ["prod1", 4]);
    expect(await shop.inventory.seedProducts(sampleProducts, actor)).toContainEqual({
      product_id: "prod1",
      before: 6,
      after: 10,
    });
    const entries = (await ledger()).length;
    await shop.inventory.seedProducts(sampleProducts, actor);
    expect(await ledger()).toHaveLength(entries);
    expect(await stockOf(shop)).toEqual({ prod1: 10, prod2: 15, prod3: 30 });
    expect(await auditOf(shop)).toEqual({});
  });

  it("leaves other products alone and takes over those that another program put there", async () => {
    const { products } = shop.database.collections;
    await products.insertMany([
      { _id: "lamp", name: "Lamp", price: 5, quantity: 4 },
      { _id: "desk", name: "Desk", price: 50, quantity: 1 },
    ]);
    await shop.inventory.seedProducts([{ _id: "lamp", name: "Big lamp", price: 6, quantity: 3 }], actor);
    expect(await products.findOne({ _id: "lamp" })).toEqual({ _id: "lamp", name: "Big lamp", price: 6, quantity: 3 });
    expect(await stockOf(shop)).toMatchObject({ lamp: 3, desk: 1 });
    expect(await ledger({ productId: "lamp" })).toEqual([
      ["adjustment", 4],
      ["seed", -1],
    ]);
    expect(await auditOf(shop)).toEqual({});
  });
});

describe("reset", () => {
  it("empties everything, and the ledger begins anew", async () => {
    await placeShipped(shop, ["prod1", 4]);
    await shop.inventory.reset();
    expect(await stockOf(shop)).toEqual({});
    expect(await ledger()).toEqual([]);
    await shop.inventory.seedProducts(sampleProducts, actor);
    await placeShipped(shop, ["prod1", 1]);
    expect(await auditOf(shop)).toEqual({});
  });
});

describe("stockLevels", () => {
  it("counts as allocated what pending and shipped orders hold, and no longer what was delivered or cancelled", async () => {
    const [waiting, untouched] = await place(shop, [["prod1", 1]], [["prod1", 5]]);
    await allocate(shop, waiting!);
    await placeShipped(shop, ["prod1", 2], ["prod3", 3]);
    const delivered = await placeShipped(shop, ["prod1", 3]);
    await shop.deliveries.move([delivered._id], "delivered", actor);
    const cancelled = await placeShipped(shop, ["prod2", 1]);
    await shop.books.cancel([{ order_id: cancelled._id, reason: "x" }], { actor });
    expect(untouched!.status).toBe("pending");
    expect(await shop.inventory.stockLevels()).toEqual([
      { product_id: "prod1", name: "Laptop", price: 999.99, quantity: 4, allocated: 3 },
      { product_id: "prod2", name: "Smartphone", price: 599.99, quantity: 15, allocated: 0 },
      { product_id: "prod3", name: "Headphones", price: 99.99, quantity: 27, allocated: 3 },
    ]);
    expect(await shop.inventory.stockLevels(["prod3", "ghost"])).toMatchObject([{ product_id: "prod3", allocated: 3 }]);
  });
});

describe("ledger", () => {
  it("filters by product, order and kind, oldest first", async () => {
    const order = await placeShipped(shop, ["prod1", 2], ["prod2", 1]);
    await shop.books.cancel([{ order_id: order._id, reason: "x" }], { actor });
    expect(await ledger({ orderId: String(order._id) })).toEqual([
      ["allocation", -2, -1],
      ["release", 2, 1],
    ]);
    expect(await ledger({ productId: "prod1" })).toEqual([
      ["seed", 10],
      ["allocation", -2, -1],
      ["release", 2, 1],
    ]);
    expect(await ledger({ kind: "release" })).toEqual([["release", 2, 1]]);
    expect(await ledger({ limit: 2 })).toHaveLength(2);
    expect(await ledger({ orderId: "seed" })).toEqual([]);
  });
});
