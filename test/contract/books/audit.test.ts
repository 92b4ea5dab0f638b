import { ObjectId } from "mongodb";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { OrderDoc, OrderStatus } from "../../../src/db/collections.js";
import {
  actor,
  auditOf,
  breachesOf,
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
});
afterEach(() => shop.close());

/** An order as the notebook's code inserts it. */
function notebookOrder(status: OrderStatus, quantity = 2): OrderDoc {
  return {
    _id: new ObjectId(),
    products: [{ product_id: "prod1", quantity }],
    delivery_address: "123 Main St",
    status,
  };
}

async function adopt() {
  return shop.books.audit({ adopt: { by: "adopted" } });
}

describe("audit of our own books", () => {
  beforeEach(() => shop.inventory.seedProducts(sampleProducts, actor));

  it("finds nothing in an empty or an untouched database", async () => {
    const { ok, invariants } = await shop.books.audit();
    expect(ok).toBe(true);
    expect(invariants.map(({ id, checked }) => [id, checked])).toEqual([
      ["I1", 3],
      ["I2", 3],
      ["I3", 0],
      ["I4", 0],
      ["I5", 0],
      ["I6", 0],
      ["I7", 0],
    ]);
  });

  it("names a product whose stock was changed behind the ledger, and settles it once", async () => {
    await shop.database.collections.products.updateOne({ _id: "prod1" }, { $inc: { quantity: -3 } });
    expect(await auditOf(shop)).toEqual({ I2: ["prod1"] });
    const report = await adopt();
    expect(report).toMatchObject({ ok: true, adopted: [{ id: "prod1", what: "changed behind the ledger: -3 prod1" }] });
    expect(await stockOf(shop)).toMatchObject({ prod1: 7 });
    expect((await adopt()).adopted).toEqual([]);
  });

  it("settles a drift once when two adopt at the same time", async () => {
    await shop.database.collections.products.updateOne({ _id: "prod1" }, { $inc: { quantity: 5 } });
    await Promise.all([adopt(), adopt(), adopt()]);
    expect(await auditOf(shop)).toEqual({});
    expect(await shop.database.collections.movements.countDocuments({ by: "adopted" })).toBe(1);
  });

  it("names a product that another program deleted, and settles it", async () => {
    await shop.database.collections.products.deleteOne({ _id: "prod2" });
    expect(await auditOf(shop)).toEqual({ I2: ["prod2"] });
    expect((await adopt()).ok).toBe(true);
  });

  it("names a negative or a textual quantity", async () => {
    const { products } = shop.database.collections;
    const unchecked = { bypassDocumentValidation: true };
    await products.updateOne({ _id: "prod1" }, { $set: { quantity: -1 } }, unchecked);
    await products.updateOne({ _id: "prod2" }, { $set: { quantity: "many" as never } }, unchecked);
    expect((await auditOf(shop)).I1?.sort()).toEqual(["prod1", "prod2"]);
  });

  it.each([
    [
      "a movement is gone",
      "I3",
      async (id: string) => shop.database.collections.movements.deleteOne({ _id: `${id}/allocation` }),
    ],
    [
      "the address is another",
      "I4",
      async (id: string) =>
        shop.database.collections.orders.updateOne({ _id: new ObjectId(id) }, { $set: { delivery_address: "y" } }),
    ],
    [
      "the total is another",
      "I4",
      async (id: string) =>
        shop.database.collections.orders.updateOne({ _id: new ObjectId(id) }, { $set: { total: 1 } }),
    ],
    [
      "the history is cut",
      "I5",
      async (id: string) =>
        shop.database.collections.orders.updateOne({ _id: new ObjectId(id) }, { $pop: { history: 1 } }),
    ],
  ] as const)("names an order when %s", async (_, invariant, harm) => {
    const id = String((await placeShipped(shop, ["prod1", 2]))._id);
    await harm(id);
    expect((await auditOf(shop))[invariant]).toEqual([id]);
  });

  it("names units taken for an order that another program deleted, and settles them", async () => {
    const order = await placeShipped(shop, ["prod1", 2]);
    await placeShipped(shop, ["prod1", 1]);
    await shop.database.collections.orders.deleteOne({ _id: order._id });
    expect(await auditOf(shop)).toEqual({ I3: [String(order._id)] });
    expect((await adopt()).ok).toBe(true);
    expect(await stockOf(shop)).toMatchObject({ prod1: 7 });
  });

  it("finds a true run right and names a lying one", async () => {
    const rules = { by: "rules", runId: "20250106-100000-00000000" };
    const source = ["orders.json"];
    const startedAt = new Date("2025-01-06T10:00:00Z");
    await shop.books.runs.start({ runId: rules.runId, startedAt, command: "process", planner: "rules", source });
    const [order] = await place(shop, [["prod1", 2]]);
    await shop.inventory.allocate([{ order_id: order!._id, lines: order!.products }], { actor: rules });
    await shop.books.ship([order!._id], { actor: rules });
    const tokens = { model_calls: 0, input_tokens: 0, output_tokens: 0 };
    const totals = { orders: 1, in_transit: 1, cancelled: 0, already_done: 0, invalid: 0, units: 2, amount: 1999.98 };
    const deeds = { created: 0, shipped: 1, cancelled: 0, units: 2, amount: 1999.98 };
    const end = {
      status: "completed",
      totals,
      deeds,
      usage: { ...tokens, by_worker: {} },
      steps: [],
      stepsOmitted: [],
      durationMs: 5,
    } as const;
    await shop.books.runs.finish(rules.runId, end);
    expect(await auditOf(shop)).toEqual({});
    await shop.books.runs.finish(rules.runId, {
      ...end,
      totals: { ...totals, units: 3 },
      usage: { ...end.usage, input_tokens: 7 },
    });
    expect(await auditOf(shop)).toEqual({ I6: [rules.runId], I7: [rules.runId] });
  });
});

describe("audit of what other programs left", () => {
  beforeEach(() =>
    shop.database.collections.products.insertOne({ _id: "prod1", name: "Laptop", price: 999.99, quantity: 8 }),
  );

  it("finds nothing wrong with products and pending orders without a ledger", async () => {
    await shop.database.collections.orders.insertMany([
      notebookOrder("pending"),
      { ...notebookOrder("pending"), _id: "shop-7", products: { product_id: "prod1", quantity: 1 } as never },
      { ...notebookOrder("paid" as OrderStatus), _id: 42 },
    ]);
    expect(await auditOf(shop)).toEqual({});
  });

  it.each(["in_transit", "delivered"] as const)(
    "names an order that was %s behind the ledger, and settles it",
    async (status) => {
      const order = notebookOrder(status);
      await shop.database.collections.orders.insertOne(order);
      expect(await auditOf(shop)).toEqual({ I3: [String(order._id)] });
      expect(breachesOf(await adopt())).toEqual({});
      expect(await stockOf(shop)).toEqual({ prod1: 8 });
      expect(await shop.database.collections.movements.findOne({ _id: "opening/prod1" })).toMatchObject({
        lines: [{ product_id: "prod1", delta: 10 }],
      });
    },
  );

  it("gives the units back when an adopted shipment is cancelled", async () => {
    const order = notebookOrder("in_transit");
    await shop.database.collections.orders.insertOne(order);
    await adopt();
    await shop.books.cancel([{ order_id: order._id, reason: "x" }], { actor });
    expect(await stockOf(shop)).toEqual({ prod1: 10 });
    expect(await auditOf(shop)).toEqual({});
  });

  it.each([
    ["ships our order and takes the units itself", { status: "in_transit" }, -2, 6],
    ["delivers our order and takes no units", { status: "delivered" }, 0, 8],
  ] as const)("settles that another program %s", async (_, $set, $inc, left) => {
    const [order] = await place(shop, [["prod1", 2]]);
    const { orders, products } = shop.database.collections;
    await shop.inventory.receive("prod1", 1, actor);
    await orders.updateOne({ _id: order!._id }, { $set });
    await products.updateOne({ _id: "prod1" }, { $inc: { quantity: $inc - 1 } });
    const id = String(order!._id);
    expect(await auditOf(shop)).toMatchObject({ I3: [id], I5: [id] });
    expect(breachesOf(await adopt())).toEqual({});
    expect(await stockOf(shop)).toEqual({ prod1: left });
  });

  it("settles that another program cancelled our shipped order, with or without the units", async () => {
    const first = await placeShipped(shop, ["prod1", 2]);
    const second = await placeShipped(shop, ["prod1", 1]);
    const { orders, products } = shop.database.collections;
    await orders.updateMany({}, { $set: { status: "cancelled" } });
    await products.updateOne({ _id: "prod1" }, { $inc: { quantity: 2 } });
    const ids = [String(first._id), String(second._id)];
    expect(await auditOf(shop)).toEqual({ I2: ["prod1"], I3: ids, I5: ids });
    expect(breachesOf(await adopt())).toEqual({});
    expect(await stockOf(shop)).toEqual({ prod1: 7 });
  });

  it("cannot settle what breaks the table of moves, and says so", async () => {
    const order = await placeShipped(shop, ["prod1", 2]);
    await shop.books.cancel([{ order_id: order._id, reason: "x" }], { actor });
    await shop.database.collections.orders.updateOne({ _id: order._id }, { $set: { status: "pending" } });
    const { ok, invariants } = await adopt();
    expect(ok).toBe(false);
    expect(invariants.find(({ id }) => id === "I5")?.broken).toMatchObject([
      { id: String(order._id), adoptable: false },
    ]);
  });

  it("names a hundred and counts the rest, and settles them all", async () => {
    await shop.database.collections.orders.insertMany(
      Array.from({ length: 130 }, () => notebookOrder("in_transit", 1)),
    );
    const { invariants } = await shop.books.audit();
    const shipped = invariants.find(({ id }) => id === "I3");
    expect(shipped).toMatchObject({ checked: 130, broken_omitted: 30 });
    expect(shipped?.broken).toHaveLength(100);
    const report = await adopt();
    expect(breachesOf(report)).toEqual({});
    expect(report.adopted_omitted).toBe(31);
  });
});
