import { ObjectId } from "mongodb";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  actor,
  allocate,
  auditOf,
  type Line,
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

describe("cancel", () => {
  it("gives back exactly what was taken, once", async () => {
    const order = await placeShipped(shop, ["prod1", 2], ["prod2", 1]);
    const request = { order_id: order._id, reason: "customer" };
    expect(await shop.books.cancel([request, request], { actor })).toEqual([
      {
        kind: "cancelled",
        from: "in_transit",
        released: [
          { product_id: "prod1", quantity: 2 },
          { product_id: "prod2", quantity: 1 },
        ],
      },
      { kind: "already" },
    ]);
    expect(await shop.books.cancel([request], { actor })).toEqual([{ kind: "already" }]);
    expect(await stockOf(shop)).toEqual({ prod1: 10, prod2: 15, prod3: 30 });
    expect(await shop.orders.find(String(order._id))).toMatchObject({ status: "cancelled", reason: "customer" });
    expect(await auditOf(shop)).toEqual({});
  });

  it("gives back once when many cancel at once", async () => {
    const order = await placeShipped(shop, ["prod1", 2]);
    const tries = Array.from({ length: 6 }, () => shop.books.cancel([{ order_id: order._id, reason: "x" }], { actor }));
    const kinds = (await Promise.all(tries)).flat().map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === "cancelled")).toHaveLength(1);
    expect(await stockOf(shop)).toMatchObject({ prod1: 10 });
    expect(await auditOf(shop)).toEqual({});
  });

  it("keeps the shortages, and lets no allocation come after", async () => {
    const [order] = await place(shop, [["prod1", 11]]);
    const shortages = [{ product_id: "prod1", wanted: 11, available: 10 }];
    const request = { order_id: order!._id, reason: "insufficient_stock", shortages };
    expect(await shop.books.cancel([request], { actor })).toEqual([
      { kind: "cancelled", from: "pending", released: [] },
    ]);
    await shop.inventory.receive("prod1", 5, actor);
    expect(await allocate(shop, order!)).toEqual(["closed"]);
    expect(await shop.orders.find(String(order!._id))).toMatchObject({ status: "cancelled", shortages });
    expect(await auditOf(shop)).toEqual({});
  });

  it("refuses what was delivered, what the caller rules out, and what is not there", async () => {
    const delivered = await placeShipped(shop, ["prod1", 1]);
    await shop.deliveries.move([delivered._id], "delivered", actor);
    const shipped = await placeShipped(shop, ["prod1", 1]);
    const requests = [delivered._id, shipped._id, new ObjectId()].map((order_id) => ({ order_id, reason: "x" }));
    expect(await shop.books.cancel(requests, { actor, from: ["pending"] })).toEqual([
      { kind: "illegal", from: "delivered" },
      { kind: "illegal", from: "in_transit" },
      { kind: "not_found" },
    ]);
    expect(await stockOf(shop)).toMatchObject({ prod1: 8 });
  });

  it("never leaves units taken for a cancelled order, however allocation and cancellation race", async () => {
    const orders = await place(shop, ...Array.from({ length: 24 }, (): Line[] => [["prod3", 1]]));
    const outcomes = await Promise.all(
      orders.flatMap((order) => [
        allocate(shop, order),
        shop.books.cancel([{ order_id: order._id, reason: "x" }], { actor }).then(([result]) => [result!.kind]),
      ]),
    );
    expect(outcomes.flat().filter((kind) => kind === "cancelled")).toHaveLength(24);
    expect(await stockOf(shop)).toMatchObject({ prod3: 30 });
    expect(await auditOf(shop)).toEqual({});
  });

  it("cancels an order that another program recorded, without a ledger or a history", async () => {
    const { orders } = shop.database.collections;
    const { insertedId } = await orders.insertOne({
      _id: new ObjectId(),
      products: [{ product_id: "prod1", quantity: 2 }],
      delivery_address: "123 Main St",
      status: "pending",
    });
    const [result] = await shop.books.cancel([{ order_id: insertedId, reason: "x" }], { actor });
    expect(result).toEqual({ kind: "cancelled", from: "pending", released: [] });
    expect(await stockOf(shop)).toMatchObject({ prod1: 10 });
    expect(await auditOf(shop)).toEqual({});
  });

  it("cancels more orders than one transaction takes", async () => {
    const orders = await place(shop, ...Array.from({ length: 501 }, (): Line[] => [["prod1", 1]]));
    const results = await shop.books.cancel(
      orders.map(({ _id }) => ({ order_id: _id, reason: "x" })),
      { actor },
    );
    expect(results.every(({ kind }) => kind === "cancelled")).toBe(true);
  });
});
