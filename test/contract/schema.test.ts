import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestDatabase, type TestDatabase } from "../support/test-server.js";

let test: TestDatabase;
beforeAll(async () => {
  test = await startTestDatabase();
});
afterAll(() => test.close());

describe("collections", () => {
  it("are made, listed, renamed and dropped", async () => {
    await test.db.createCollection("made");
    await test.client.db(test.db.databaseName).renameCollection("made", "renamed");
    expect(await test.db.listCollections({}, { nameOnly: true }).toArray()).toEqual([
      { name: "renamed", type: "collection" },
    ]);
    expect(await test.db.dropCollection("renamed")).toBe(true);
    expect(await test.db.listCollections().toArray()).toEqual([]);
  });

  it("cannot be made twice with different options", async () => {
    await test.db.createCollection("twice");
    await expect(test.db.createCollection("twice", { validator: { n: { $gte: 0 } } })).rejects.toMatchObject({
      code: 48,
    });
  });

  it("appear with their first document", async () => {
    await test.db.collection("first").insertOne({});
    expect((await test.db.listCollections({ name: "first" }).toArray())[0]).toMatchObject({ type: "collection" });
    const { databases } = await test.client.db().admin().listDatabases({ nameOnly: true });
    expect(databases).toContainEqual({ name: test.db.databaseName });
  });
});

describe("validators", () => {
  const schema = {
    $jsonSchema: { required: ["quantity"], properties: { quantity: { bsonType: "number", minimum: 0 } } },
  };

  it("refuse a document and say why", async () => {
    const products = await test.db.createCollection<{ _id: string; quantity: number }>("products", {
      validator: schema,
    });
    await products.insertOne({ _id: "p1", quantity: 1 });
    const update = products.updateOne({ _id: "p1" }, { $inc: { quantity: -2 } });
    await expect(update).rejects.toMatchObject({ code: 121 });
    const refused = await products.insertOne({ _id: "p2", quantity: -1 }).catch((error: unknown) => error);
    expect(refused).toMatchObject({
      code: 121,
      errInfo: {
        failingDocumentId: "p2",
        details: {
          operatorName: "$jsonSchema",
          schemaRulesNotSatisfied: [
            {
              operatorName: "properties",
              propertiesNotSatisfied: [
                {
                  propertyName: "quantity",
                  details: [{ operatorName: "minimum", specifiedAs: { minimum: 0 }, consideredValue: -1 }],
                },
              ],
            },
          ],
        },
      },
    });
    expect(await products.find().toArray()).toEqual([{ _id: "p1", quantity: 1 }]);
  });

  it("refuse every document when no field could make it right", async () => {
    const closed = await test.db.createCollection("closed", { validator: { $nor: [{}] } });
    await expect(closed.insertOne({ a: 1 })).rejects.toMatchObject({ code: 121 });
  });

  it("can be bypassed, and changed by collMod", async () => {
    const products = test.db.collection<{ _id: string; quantity: number }>("products");
    await products.insertOne({ _id: "p3", quantity: -5 }, { bypassDocumentValidation: true });
    await test.db.command({ collMod: "products", validator: {} });
    expect((await products.insertOne({ _id: "p4", quantity: -5 })).acknowledged).toBe(true);
    await test.db.command({ collMod: "products", validator: schema, validationLevel: "moderate" });
    expect((await products.updateOne({ _id: "p4" }, { $inc: { quantity: 1 } })).modifiedCount).toBe(1);
  });
});

describe("indexes", () => {
  const orders = () => test.db.collection<{ _id: number; key?: string; status?: string }>("orders");

  it("are made once and listed", async () => {
    const specs = [
      { key: { key: 1 } as const, unique: true, partialFilterExpression: { key: { $type: "string" } } },
      { key: { status: 1, _id: 1 } as const },
    ];
    expect(await orders().createIndexes(specs)).toEqual(["key_1", "status_1__id_1"]);
    expect(await orders().createIndexes(specs)).toEqual(["key_1", "status_1__id_1"]);
    expect(await orders().indexes()).toEqual([
      { v: 2, key: { _id: 1 }, name: "_id_" },
      { v: 2, key: { key: 1 }, name: "key_1", unique: true, partialFilterExpression: { key: { $type: "string" } } },
      { v: 2, key: { status: 1, _id: 1 }, name: "status_1__id_1" },
    ]);
  });

  it("keep a key unique among the documents they hold", async () => {
    await orders().insertMany([{ _id: 1, key: "a" }, { _id: 2 }, { _id: 3 }]);
    const again = orders().insertOne({ _id: 4, key: "a" });
    await expect(again).rejects.toMatchObject({ code: 11000, keyPattern: { key: 1 }, keyValue: { key: "a" } });
    await expect(orders().updateOne({ _id: 2 }, { $set: { key: "a" } })).rejects.toMatchObject({ code: 11000 });
  });

  it("refuse another index of the same name or key", async () => {
    await expect(orders().createIndex({ key: 1 }, { unique: false }, {})).rejects.toMatchObject({ code: 86 });
    await expect(orders().createIndex({ key: 1 }, { name: "other", sparse: true }, {})).resolves.toBe("other");
  });

  it("answer queries, as explain tells", async () => {
    const plan = async (filter: object): Promise<string> =>
      JSON.stringify(await orders().find(filter).explain("queryPlanner"));
    expect(await plan({ status: "pending" })).toContain('"indexName":"status_1__id_1"');
    expect(await plan({ unknown: 1 })).toContain("COLLSCAN");
  });

  it("are dropped by name or all at once", async () => {
    await orders().dropIndex("other");
    await expect(orders().dropIndex("other")).rejects.toMatchObject({ code: 27 });
    await orders().dropIndexes();
    expect(await orders().indexes()).toHaveLength(1);
  });
});
