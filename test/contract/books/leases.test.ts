import { ObjectId } from "mongodb";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { OrderDoc } from "../../../src/db/collections.js";
import type { Leases } from "../../../src/order/leases.js";
import { actor, allocate, type Line, openShop, place, sampleProducts, type Shop } from "../../support/shop.js";

let shop: Shop;
let leases: Leases;

beforeEach(async () => {
  shop = await openShop();
  ({ leases } = shop.orders);
  await shop.inventory.seedProducts(sampleProducts, actor);
});
afterEach(() => shop.close());

const all = { after: undefined, limit: 1_000 };
const long = 60_000;

async function placeMany(count: number): Promise<OrderDoc[]> {
  return place(shop, ...Array.from({ length: count }, (): Line[] => [["prod1", 1]]));
}

function idsOf(docs: readonly OrderDoc[]): string[] {
  return docs.map(({ _id }) => String(_id));
}

/** As the database has it. */
async function leaseOf({ _id }: OrderDoc): Promise<OrderDoc["lease"]> {
  return (await shop.database.collections.orders.findOne({ _id }))?.lease;
}

describe("take", () => {
  it("gives each order to one of many that ask at once", async () => {
    const docs = await placeMany(60);
    const workers = ["a", "b", "c", "d", "e"];
    const taken = await Promise.all(workers.map((owner) => leases.take(docs, { owner, durationMs: long })));
    expect(taken.flatMap(idsOf).sort()).toEqual(idsOf(docs).sort());
    for (const [index, owner] of workers.entries()) {
      for (const doc of taken[index] ?? []) expect((await leaseOf(doc))?.owner).toBe(owner);
    }
    expect(await leases.free(all)).toEqual([]);
  });

  it("gives what is left when some is held", async () => {
    const docs = await placeMany(4);
    await leases.take(docs.slice(1, 3), { owner: "a", durationMs: long });
    expect(idsOf(await leases.take(docs, { owner: "b", durationMs: long }))).toEqual(idsOf([docs[0]!, docs[3]!]));
  });

  it("takes over a lease that has run out by the database's clock", async () => {
    const docs = await placeMany(2);
    await leases.take(docs, { owner: "dead", durationMs: 1 });
    await expect.poll(async () => idsOf(await leases.free(all))).toEqual(idsOf(docs));
    expect(idsOf(await leases.take(docs, { owner: "b", durationMs: long }))).toEqual(idsOf(docs));
    await leases.renew(
      docs.map(({ _id }) => _id),
      { owner: "dead", durationMs: 10 * long },
    );
    await leases.release(
      docs.map(({ _id }) => _id),
      "dead",
    );
    const lease = await leaseOf(docs[0]!);
    expect(lease?.owner).toBe("b");
    expect(lease!.until.getTime()).toBeLessThan(Date.now() + 2 * long);
  });

  it("gives nothing that was done meanwhile", async () => {
    const docs = await placeMany(2);
    await shop.deliveries.move([docs[0]!._id], "in_transit", actor);
    expect(idsOf(await leases.take(docs, { owner: "a", durationMs: long }))).toEqual(idsOf([docs[1]!]));
    expect(await leases.take([], { owner: "a", durationMs: long })).toEqual([]);
  });
});

describe("free", () => {
  it("gives the oldest first, in pages, also orders of other programs without a key", async () => {
    const docs = await placeMany(3);
    const foreign = { products: [], delivery_address: "x", status: "pending" as const };
    await shop.database.collections.orders.insertMany([
      { _id: "shop-7", ...foreign },
      { _id: 42, ...foreign },
    ]);
    expect(idsOf(await leases.free({ ...all, limit: 3 }))).toEqual(["42", "shop-7", String(docs[0]!._id)]);
    expect(idsOf(await leases.free({ ...all, after: docs[0]!._id }))).toEqual(idsOf(docs.slice(1)));
    await leases.take(await leases.free(all), { owner: "a", durationMs: long });
    expect(await leases.free(all)).toEqual([]);
  });

  it("gives only what one run recorded", async () => {
    await placeMany(1);
    const mine: OrderDoc = { _id: new ObjectId(), run_id: "r", products: [], delivery_address: "x", status: "pending" };
    await shop.database.collections.orders.insertOne(mine);
    expect(idsOf(await leases.free({ ...all, runId: "r" }))).toEqual([String(mine._id)]);
  });
});

describe("renew and release", () => {
  it("prolong and give back what is held", async () => {
    const [one, two] = await placeMany(2);
    const ids = [one!._id, two!._id];
    await leases.take([one!, two!], { owner: "a", durationMs: long });
    const before = await leaseOf(one!);
    await leases.renew(ids, { owner: "a", durationMs: 2 * long });
    expect((await leaseOf(one!))!.until.getTime()).toBeGreaterThan(before!.until.getTime());
    await leases.release([one!._id], "a");
    expect(await leaseOf(one!)).toBeUndefined();
    expect(idsOf(await leases.free(all))).toEqual(idsOf([one!]));
  });

  it("touch no order that is done", async () => {
    const [one] = await placeMany(1);
    await leases.take([one!], { owner: "a", durationMs: long });
    await shop.deliveries.move([one!._id], "in_transit", actor);
    await leases.renew([one!._id], { owner: "a", durationMs: long });
    expect(await leaseOf(one!)).toBeUndefined();
  });
});

describe("a lease", () => {
  it("ends when its order is shipped or cancelled, by whomever", async () => {
    const [shipped, cancelled] = await placeMany(2);
    await leases.take([shipped!, cancelled!], { owner: "a", durationMs: long });
    await allocate(shop, shipped!);
    await shop.books.ship([shipped!._id], { actor });
    await shop.books.cancel([{ order_id: cancelled!._id, reason: "changed my mind" }], { actor });
    expect(await shop.orders.readBack([shipped!._id, cancelled!._id])).toMatchObject([
      { status: "in_transit" },
      { status: "cancelled" },
    ]);
    expect([await leaseOf(shipped!), await leaseOf(cancelled!)]).toEqual([undefined, undefined]);
  });
});

describe("pendingBeside", () => {
  it("gives the ids of all pending orders but the owner's, held or not", async () => {
    const [one, two, three, four] = await placeMany(4);
    await leases.take([one!], { owner: "a", durationMs: long });
    await leases.take([two!], { owner: "b", durationMs: long });
    await shop.deliveries.move([four!._id], "in_transit", actor);
    const ids: unknown[] = [];
    for await (const orderId of leases.pendingBeside("a", {})) ids.push(orderId);
    expect(ids).toEqual([two!._id, three!._id]);
  });
});
