import { randomUUID } from "node:crypto";
import type { ChangeStream, ChangeStreamOptions, Document } from "mongodb";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startTestDatabase, type TestDatabase } from "../support/test-server.js";

let test: TestDatabase;
let name: string;
beforeAll(async () => {
  test = await startTestDatabase();
});
afterAll(() => test.close());
beforeEach(() => {
  name = `items_${randomUUID().slice(0, 8)}`;
});

const items = () => test.db.collection<{ _id: number; [field: string]: unknown }>(name);
const names = () => ({ db: test.db.databaseName, coll: name });

async function watch(options: ChangeStreamOptions = { showExpandedEvents: true }): Promise<ChangeStream> {
  const stream = items().watch([], { maxAwaitTimeMS: 50, ...options });
  await stream.tryNext();
  return stream;
}

async function take(stream: ChangeStream, count: number): Promise<Document[]> {
  const events: Document[] = [];
  while (events.length < count) events.push(await stream.next());
  await stream.close();
  return events;
}

describe("a change stream with showExpandedEvents", () => {
  it("tells of collections and indexes that are made, changed and removed", async () => {
    const stream = await watch();
    await test.db.createCollection(name, { validator: { n: { $gte: 0 } } });
    await items().createIndex({ n: 1 });
    await test.db.command({ collMod: name, validationAction: "warn" });
    await test.db.command({ collMod: name, index: { name: "n_1", hidden: true } });
    await items().dropIndex("n_1");
    const events = await take(stream, 5);
    const index = { key: { n: 1 }, name: "n_1" };
    expect(events).toMatchObject([
      { operationType: "create", ns: names(), operationDescription: { idIndex: { name: "_id_" } } },
      { operationType: "createIndexes", ns: names(), operationDescription: { indexes: [index] } },
      { operationType: "modify", ns: names() },
      { operationType: "modify", ns: names(), operationDescription: { index: { name: "n_1", hidden: true } } },
      { operationType: "dropIndexes", ns: names(), operationDescription: { indexes: [index] } },
    ]);
    const uuids = new Set(events.map(({ collectionUUID }) => String(collectionUUID)));
    expect(uuids.size).toBe(1);
  });

  it("tells that a first insert made the collection", async () => {
    const stream = await watch();
    await items().insertOne({ _id: 1 });
    expect((await take(stream, 2)).map(({ operationType }) => String(operationType))).toEqual(["create", "insert"]);
  });

  it("says where a collection was renamed to, and which one it took the place of", async () => {
    await items().insertOne({ _id: 1 });
    const other = test.db.collection<{ _id: number }>(`${name}_other`);
    await other.insertOne({ _id: 2 });
    const stream = await watch();
    await items().rename(other.collectionName, { dropTarget: true });
    const [event] = await take(stream, 1);
    const to = { db: test.db.databaseName, coll: other.collectionName };
    expect(event).toMatchObject({ operationType: "rename", to, operationDescription: { to } });
    expect((event?.["operationDescription"] as Document)["dropTarget"]).toBeDefined();
  });

  it("takes paths apart that could be read otherwise", async () => {
    await items().insertOne({ _id: 1, a: { "1": 1 }, list: [{ "1": 1 }], plain: 1 });
    const stream = await watch();
    await items().updateOne({ _id: 1 }, { $set: { "a.1": 2 } });
    await items().updateOne({ _id: 1 }, { $set: { "list.0.1": 2 } });
    await items().updateOne({ _id: 1 }, { $set: { plain: 2 } });
    const updates = (await take(stream, 3)).map((event) => event["updateDescription"] as Document);
    expect(updates.map((update) => update["disambiguatedPaths"] as unknown)).toEqual([
      { "a.1": ["a", "1"] },
      { "list.0.1": ["list", 0, "1"] },
      {},
    ]);
    expect(updates[0]).toMatchObject({ updatedFields: { "a.1": 2 } });
  });
});

describe("a change stream without it", () => {
  it("tells nothing of this", async () => {
    const stream = await watch({});
    await test.db.createCollection(name);
    await items().createIndex({ n: 1 });
    await items().insertOne({ _id: 1, a: { "1": 1 } });
    await items().updateOne({ _id: 1 }, { $set: { "a.1": 2 } });
    const [insert, update] = await take(stream, 2);
    expect(insert).toMatchObject({ operationType: "insert" });
    expect(insert).not.toHaveProperty("collectionUUID");
    expect(update).not.toHaveProperty("operationDescription");
    expect(update?.["updateDescription"]).toEqual({
      updatedFields: { "a.1": 2 },
      removedFields: [],
      truncatedArrays: [],
    });
  });
});
