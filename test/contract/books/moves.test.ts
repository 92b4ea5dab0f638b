import { ObjectId } from "mongodb";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { OrderDoc } from "../../../src/db/collections.js";
import {
  actor,
  allocate,
  auditOf,
  openShop,
  place,
  placeShipped,
  sampleProducts,
  type Shop,
} from "../../support/shop.js";

let shop: Shop;

beforeEach(async () => {
  shop = await openShop();
  await shop.inventory.seedProducts(sampleProducts, actor);
});
afterEach(() => shop.close());

async function stored({ _id }: OrderDoc): Promise<OrderDoc | undefined> {
  return (await shop.orders.readBack([_id]))[0];
}

describe("move", () => {
  it("moves what may move and says of the rest why not", async () => {
    const shipped = await placeShipped(shop, ["prod1", 1]);
    const delivered = await placeShipped(shop, ["prod1", 1]);
    await shop.deliveries.move([delivered._id], "delivered", actor);
    const [pending] = await place(shop, [["prod1", 1]]);
    const ids = [shipped._id, delivered._id, pending!._id, new ObjectId(), shipped._id];
    expect(await shop.deliveries.move(ids, "delivered", actor)).toEqual([
      { kind: "moved", from: "in_transit" },
      { kind: "already" },
      { kind: "illegal", from: "pending" },
      { kind: "not_found" },
      { kind: "already" },
    ]);
    expect((await stored(shipped))?.history?.map(({ status }) => status)).toEqual([
      "pending",
      "in_transit",
      "delivered",
    ]);
    expect(await auditOf(shop)).toEqual({});
  });

  it("moves an order once, however many try at once", async () => {
    const order = await placeShipped(shop, ["prod1", 1]);
    const tries = Array.from({ length: 8 }, () => shop.deliveries.move([order._id], "delivered", actor));
    const kinds = (await Promise.all(tries)).flat().map(({ kind }) => kind);
    expect(kinds.sort()).toEqual([...Array.from({ length: 7 }, () => "already"), "moved"]);
    expect((await stored(order))?.history).toHaveLength(3);
  });

  it("moves an order that another program recorded", async () => {
    const { orders } = shop.database.collections;
    await orders.insertOne({ _id: "shop-7", products: [], delivery_address: "x", status: "in_transit" });
    expect(await shop.deliveries.move(["shop-7"], "delivered", actor)).toEqual([{ kind: "moved", from: "in_transit" }]);
    expect((await shop.orders.find("shop-7"))?.history).toMatchObject([{ status: "delivered", by: "test" }]);
  });
});

describe("ship", () => {
  it("moves only orders whose units are taken", async () => {
    const [ready, bare] = await place(shop, [["prod1", 2]], [["prod2", 1]]);
    await allocate(shop, ready!);
    const done = await placeShipped(shop, ["prod1", 1]);
    const cancelled = await placeShipped(shop, ["prod1", 1]);
    await shop.books.cancel([{ order_id: cancelled._id, reason: "x" }], { actor });
    const ids = [bare!._id, ready!._id, done._id, cancelled._id, "ghost"];
    expect(await shop.books.ship(ids, { actor })).toEqual([
      { kind: "unallocated" },
      { kind: "moved", from: "pending" },
      { kind: "already" },
      { kind: "illegal", from: "cancelled" },
      { kind: "not_found" },
    ]);
    expect(await auditOf(shop)).toEqual({});
  });

  it("takes the caller's word that the units were just taken", async () => {
    const [order] = await place(shop, [["prod1", 2]]);
    await allocate(shop, order!);
    expect(await shop.books.ship([order!._id], { actor, allocated: true })).toEqual([
      { kind: "moved", from: "pending" },
    ]);
  });

  it("does nothing for no orders", async () => {
    expect(await shop.books.ship([], { actor })).toEqual([]);
    expect(await shop.deliveries.move([], "delivered", actor)).toEqual([]);
  });
});
