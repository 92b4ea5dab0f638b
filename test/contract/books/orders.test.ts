import { ObjectId } from "mongodb";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CreateResult } from "../../../src/order/model.js";
import { aDraft, actor, openShop, place, type Shop } from "../../support/shop.js";

let shop: Shop;
const prices = new Map([["prod1", 999.99]]);

beforeEach(async () => {
  shop = await openShop();
});
afterEach(() => shop.close());

function kinds(results: readonly CreateResult[]): string[] {
  return results.map(({ kind }) => kind);
}

describe("find", () => {
  it("refuses an order_id that is another order's id, and says how to name each", async () => {
    const create = (key: string) => shop.orders.create([aDraft([["prod1", 1]], key)], { prices, actor });
    const [first] = await create("k1");
    const id = String(first?.order._id);
    expect((await shop.orders.find(id))?.key).toBe("k1");
    const [second] = await create(id);
    const other = String(second?.order._id);
    await expect(shop.orders.find(id)).rejects.toMatchObject({
      code: "usage",
      message: `Two orders answer to ${id}: ${id} (order_id k1) and ${other} (order_id ${id})`,
      details: { order_ids: [id, other], fix: `name the one you mean as k1 or ${other}` },
    });
    expect(String((await shop.orders.find("k1"))?._id)).toBe(id);
    expect((await shop.orders.find(other))?.key).toBe(id);
  });
});

describe("create", () => {
  it("records a pending order with the prices of now", async () => {
    const run = { by: "rules", runId: "run-1" };
    const [result] = await shop.orders.create([aDraft([["prod1", 2]], "k1")], { prices, actor: run });
    const stored = await shop.orders.find("k1");
    expect(result).toEqual({ kind: "created", order: stored });
    expect(stored).toMatchObject({
      key: "k1",
      run_id: "run-1",
      status: "pending",
      products: [{ product_id: "prod1", quantity: 2, unit_price: 999.99 }],
      delivery_address: "123 Main St",
      total: 1999.98,
      history: [{ status: "pending", by: "rules", run_id: "run-1" }],
    });
  });

  it("knows no total where a price is unknown", async () => {
    const [result] = await shop.orders.create([aDraft([["ghost", 1]])], { prices, actor });
    expect(result!.order).toMatchObject({ total: null, products: [{ unit_price: null }] });
  });

  it("records a key once, whoever comes first, and names other content a conflict", async () => {
    const drafts = [aDraft([["prod1", 1]], "a"), aDraft([["prod1", 2]], "b")];
    const [one, two] = await Promise.all([
      shop.orders.create(drafts, { prices, actor }),
      shop.orders.create(drafts, { prices, actor }),
    ]);
    expect([...kinds(one), ...kinds(two)].sort()).toEqual(["created", "created", "existing", "existing"]);
    const again = await shop.orders.create([aDraft([["prod1", 9]], "a"), aDraft([["prod1", 3]], "c"), drafts[1]!], {
      prices,
      actor,
    });
    expect(kinds(again)).toEqual(["conflict", "created", "existing"]);
    expect(again[2]!.order._id).toEqual(one[1]!.order._id);
    expect(await shop.database.collections.orders.countDocuments()).toBe(3);
  });

  it("takes the second mention of a key in one batch for the first", async () => {
    const results = await shop.orders.create(
      [aDraft([["prod1", 1]], "a"), aDraft([["prod1", 1]], "a"), aDraft([["prod1", 2]], "a")],
      { prices, actor },
    );
    expect(kinds(results)).toEqual(["created", "existing", "conflict"]);
  });

  it("keeps odd but valid text to the byte", async () => {
    const draft = { ...aDraft([["prod1", 1]], "\u202Eليمونadó 🍋\u0000\t"), address: "1 ‮Straße\n\u0007 👩‍👩‍👧" };
    await shop.orders.create([draft], { prices, actor });
    expect(await shop.orders.find(draft.key)).toMatchObject({ delivery_address: draft.address });
  });
});

describe("knownKeys", () => {
  it("tells of thousands of keys which are taken", async () => {
    const draft = aDraft([["prod1", 1]], "key-2500");
    await shop.orders.create([draft], { prices, actor });
    const known = await shop.orders.knownKeys(Array.from({ length: 3000 }, (_, index) => `key-${index}`));
    expect([...known]).toMatchObject([["key-2500", { status: "pending", content_hash: draft.content_hash }]]);
  });
});

describe("find", () => {
  it("finds an order by its id in any type that prints so, or by its key", async () => {
    const [ours] = await place(shop, [["prod1", 1]]);
    const foreign = { products: [], delivery_address: "x", status: "pending" as const };
    await shop.database.collections.orders.insertMany([
      { _id: "shop-7", ...foreign },
      { _id: 42, ...foreign },
    ]);
    expect((await shop.orders.find(String(ours!._id)))?._id).toEqual(ours!._id);
    expect((await shop.orders.find(ours!.key!))?._id).toEqual(ours!._id);
    expect((await shop.orders.find("shop-7"))?._id).toBe("shop-7");
    expect((await shop.orders.find("42"))?._id).toBe(42);
    expect(await shop.orders.find("042")).toBeUndefined();
    expect(await shop.orders.find(String(new ObjectId()))).toBeUndefined();
  });
});

describe("list", () => {
  it("shows the newest first, by status and run, up to a limit", async () => {
    const first = await shop.orders.create([aDraft(), aDraft()], { prices, actor: { by: "rules", runId: "r1" } });
    const second = await shop.orders.create([aDraft()], { prices, actor: { by: "rules", runId: "r2" } });
    const [one, two, three] = [...first, ...second].map(({ order }) => order._id);
    await shop.deliveries.move([two!], "in_transit", actor);
    const ids = async (filter: Parameters<Shop["orders"]["list"]>[0]) => {
      const found: unknown[] = [];
      for await (const { _id } of shop.orders.list(filter)) found.push(_id);
      return found;
    };
    expect(await ids({})).toEqual([three, two, one]);
    expect(await ids({ status: "pending" })).toEqual([three, one]);
    expect(await ids({ runId: "r1" })).toEqual([two, one]);
    expect(await ids({ status: "in_transit", runId: "r1" })).toEqual([two]);
    expect(await ids({ limit: 1 })).toEqual([three]);
  });
});

describe("readBack", () => {
  it("reads orders in the order asked, with gaps for what is not there", async () => {
    const [one, two] = await place(shop, [["prod1", 1]], [["prod1", 2]]);
    const found = await shop.orders.readBack([two!._id, new ObjectId(), one!._id]);
    expect(found.map((order) => order?._id)).toEqual([two!._id, undefined, one!._id]);
  });
});

describe("countIn", () => {
  it("counts those of the orders that have a status", async () => {
    const docs = await place(shop, [["prod1", 1]], [["prod1", 2]], [["prod1", 3]]);
    const ids = docs.map(({ _id }) => _id);
    await shop.deliveries.move(ids.slice(0, 2), "in_transit", actor);
    expect(await shop.orders.countIn("in_transit", [...ids, new ObjectId()])).toBe(2);
    expect(await shop.orders.countIn("in_transit", ids.slice(1))).toBe(1);
    expect(await shop.orders.countIn("delivered", ids)).toBe(0);
    expect(await shop.orders.countIn("pending", [])).toBe(0);
  });
});
