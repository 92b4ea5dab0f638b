import { MongoServerError } from "mongodb";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ensureCollections } from "../../../src/db/setup.js";
import { openShop, type Shop } from "../../support/shop.js";

let shop: Shop;

beforeEach(async () => {
  shop = await openShop();
});
afterEach(() => shop.close());

async function indexesOf(name: string): Promise<string[]> {
  return (await shop.database.db.collection(name).indexes()).map(({ key }) => Object.keys(key).join()).sort();
}

describe("ensureCollections", () => {
  it("makes indexes and validators, and finds them made", async () => {
    expect(shop.database.notes).toEqual([]);
    expect(await indexesOf("orders")).toEqual(["_id", "key", "run_id,_id", "status,_id"]);
    expect(await indexesOf("stock_movements")).toEqual(["_id", "at", "lines.product_id,at"]);
    const infos = await shop.database.db.listCollections().toArray();
    expect(infos.map(({ name }) => name).sort()).toEqual(["orders", "products", "runs", "stock_movements"]);
    expect(await ensureCollections(shop.database.db)).toEqual([]);
  });

  it("lets the database itself refuse to sell what is not there, but not another program's odd documents", async () => {
    const { products, orders } = shop.database.collections;
    await products.insertOne({ _id: "p", name: "P", price: 1, quantity: 1 });
    await expect(products.updateOne({ _id: "p" }, { $inc: { quantity: -2 } })).rejects.toMatchObject({ code: 121 });
    await expect(products.insertOne({ _id: "q" } as never)).resolves.toBeDefined();
    await expect(orders.insertOne({ _id: "o", anything: [1] } as never)).resolves.toBeDefined();
    await expect(orders.insertOne({ key: 7 } as never)).resolves.toBeDefined();
    await expect(orders.insertOne({ key: 7 } as never)).resolves.toBeDefined();
  });

  it("lets two orders of one key never be", async () => {
    const { orders } = shop.database.collections;
    await orders.insertOne({ key: "k" } as never);
    const twice = orders.insertOne({ key: "k" } as never);
    await expect(twice).rejects.toBeInstanceOf(MongoServerError);
    await expect(twice).rejects.toMatchObject({ code: 11000 });
  });

  it("leaves another program's validator, and says so", async () => {
    const other = shop.database.client.db(`${shop.database.db.databaseName}_other`);
    try {
      const validator = { name: { $exists: true } };
      await other.createCollection("products", { validator });
      expect(await ensureCollections(other)).toEqual(["products has another program's validator, which stays"]);
      const [info] = await other.listCollections({ name: "products" }, { nameOnly: false }).toArray();
      expect(info?.options?.["validator"]).toEqual(validator);
    } finally {
      await other.dropDatabase();
    }
  });

  it("goes on, with a note, where keys are doubled already", async () => {
    const other = shop.database.client.db(`${shop.database.db.databaseName}_doubled`);
    try {
      await other.collection("orders").insertMany([{ key: "k" }, { key: "k" }]);
      const notes = await ensureCollections(other);
      expect(notes).toHaveLength(1);
      expect(notes[0]).toContain("The index of orders on key is missing");
    } finally {
      await other.dropDatabase();
    }
  });
});
