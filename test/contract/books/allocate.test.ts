import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createInventory } from "../../../src/inventory/repository.js";
import { systemClock } from "../../../src/shared/clock.js";
import {
  actor,
  allocate,
  auditOf,
  openShop,
  place,
  requestOf,
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

describe("allocate", () => {
  it("takes each order's units, earlier orders first, and writes one movement per order", async () => {
    const orders = await place(
      shop,
      [
        ["prod1", 2],
        ["prod2", 1],
      ],
      [["prod1", 9]],
      [["prod1", 8]],
    );
    expect(await allocate(shop, ...orders)).toEqual(["allocated", "short", "allocated"]);
    expect(await stockOf(shop)).toEqual({ prod1: 0, prod2: 14, prod3: 30 });
    const movement = await shop.database.collections.movements.findOne({ _id: `${String(orders[0]!._id)}/allocation` });
    expect(movement).toMatchObject({
      kind: "allocation",
      order_id: orders[0]!._id,
      by: "test",
      lines: [
        { product_id: "prod1", delta: -2 },
        { product_id: "prod2", delta: -1 },
      ],
    });
    expect(await auditOf(shop)).toEqual({});
  });

  it.each([
    ["more than there is", 99],
    ["less than there is", 1],
  ])("does not rest a decision on stock seen before: %s", async (_, quantity) => {
    const orders = await place(shop, [["prod1", 9]], [["prod1", 9]]);
    await allocate(shop, ...(await place(shop, [["prod1", 1]])));
    const seen = new Map([["prod1", { product_id: "prod1", name: "Laptop", price: 1, quantity }]]);
    const results = await shop.inventory.allocate(orders.map(requestOf), { actor, fresh: true, seen });
    expect(results.map(({ kind }) => kind)).toEqual(["allocated", "short"]);
    expect(results[1]).toMatchObject({ shortages: [{ product_id: "prod1", wanted: 9, available: 0 }] });
    expect(await stockOf(shop)).toMatchObject({ prod1: 0 });
    expect(await auditOf(shop)).toEqual({});
  });

  it("names the lines that are short or unknown, and takes nothing for that order", async () => {
    const [order] = await place(shop, [
      ["prod1", 1],
      ["prod2", 16],
      ["ghost", 1],
    ]);
    expect(await shop.inventory.allocate([requestOf(order!)], { actor })).toEqual([
      {
        kind: "short",
        reason: "unknown_product",
        shortages: [
          { product_id: "prod2", wanted: 16, available: 15 },
          { product_id: "ghost", wanted: 1, available: 0 },
        ],
      },
    ]);
    expect(await stockOf(shop)).toEqual({ prod1: 10, prod2: 15, prod3: 30 });
  });

  it("changes nothing when it is repeated", async () => {
    const orders = await place(shop, [["prod1", 2]], [["prod3", 3]]);
    await allocate(shop, ...orders);
    expect(await allocate(shop, ...orders)).toEqual(["already_allocated", "already_allocated"]);
    expect(await stockOf(shop)).toEqual({ prod1: 8, prod2: 15, prod3: 27 });
  });

  it("finds an earlier allocation even where the caller takes its orders for fresh", async () => {
    const [first, second] = await place(shop, [["prod1", 2]], [["prod1", 1]]);
    await allocate(shop, first!);
    const results = await shop.inventory.allocate([requestOf(second!), requestOf(first!)], { actor, fresh: true });
    expect(results).toEqual([{ kind: "allocated" }, { kind: "already_allocated" }]);
    expect(await stockOf(shop)).toMatchObject({ prod1: 7 });
  });

  it("sells exactly 10 units to 50 parallel orders", async () => {
    const orders = await place(shop, ...Array.from({ length: 50 }, () => [["prod1", 1]] as [["prod1", 1]]));
    const other = { ...shop, inventory: createInventory(shop.database, systemClock) };
    const kinds = await Promise.all(orders.map((order, index) => allocate(index % 2 ? shop : other, order)));
    expect(kinds.flat().filter((kind) => kind === "allocated")).toHaveLength(10);
    expect(await stockOf(shop)).toMatchObject({ prod1: 0 });
    expect(await auditOf(shop)).toEqual({});
  });

  it("sells each unit once to parallel batches over the same products", async () => {
    const batches = await Promise.all(
      Array.from({ length: 4 }, () =>
        place(
          shop,
          ...Array.from(
            { length: 8 },
            () =>
              [
                ["prod2", 1],
                ["prod1", 1],
              ] as [["prod2", 1], ["prod1", 1]],
          ),
        ),
      ),
    );
    const kinds = await Promise.all(batches.map((orders) => allocate(shop, ...orders)));
    expect(kinds.flat().filter((kind) => kind === "allocated")).toHaveLength(10);
    expect(await stockOf(shop)).toMatchObject({ prod1: 0, prod2: 5 });
    expect(await auditOf(shop)).toEqual({});
  });

  it("opens the ledger of a product that another program put there", async () => {
    const { products, movements } = shop.database.collections;
    await products.insertOne({ _id: "lamp", name: "Lamp", price: 5, quantity: 4 });
    const orders = await place(shop, [["lamp", 1]], [["lamp", 1]]);
    for (const order of orders) await allocate(shop, order);
    expect(await movements.countDocuments({ "lines.product_id": "lamp" })).toBe(3);
    expect(await movements.findOne({ _id: "opening/lamp" })).toMatchObject({
      kind: "adjustment",
      reason: "opening stock",
      lines: [{ product_id: "lamp", delta: 4 }],
    });
    expect(await auditOf(shop)).toEqual({});
  });
});

describe("checkStock", () => {
  it("answers as the allocation would, and changes nothing", async () => {
    const orders = await place(shop, [["prod1", 6]], [["prod1", 6]], [["ghost", 1]]);
    const { results, products } = await shop.inventory.checkStock(orders.map(requestOf));
    expect(results.map(({ kind }) => kind)).toEqual(["available", "short", "short"]);
    expect(products.get("prod1")).toEqual({ product_id: "prod1", name: "Laptop", price: 999.99, quantity: 10 });
    expect(products.has("ghost")).toBe(false);
    expect(await stockOf(shop)).toMatchObject({ prod1: 10 });
  });
});
