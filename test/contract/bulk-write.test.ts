import { MongoClientBulkWriteError, type ClientBulkWriteModel, type Document } from "mongodb";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startTestDatabase, type TestDatabase } from "../support/test-server.js";

interface Item {
  _id: number;
  n?: number;
}

let test: TestDatabase;
beforeAll(async () => {
  test = await startTestDatabase();
});
afterAll(() => test.close());
beforeEach(async () => {
  await items().deleteMany({});
  await others().deleteMany({});
  await items().insertMany([1, 2, 3].map((_id) => ({ _id, n: _id })));
});

const items = () => test.db.collection<Item>("items");
const others = () => test.db.collection<Item>("others");
const place = (name: string) => `${test.db.databaseName}.${name}`;

const models = (): ClientBulkWriteModel<Record<string, Item>>[] => [
  { namespace: place("others"), name: "insertOne", document: { _id: 10 } },
  { namespace: place("items"), name: "updateOne", filter: { _id: 1 }, update: { $inc: { n: 10 } } },
  { namespace: place("items"), name: "updateMany", filter: { n: { $gte: 2 } }, update: { $inc: { n: 1 } } },
  { namespace: place("items"), name: "replaceOne", filter: { _id: 7 }, replacement: { n: 7 }, upsert: true },
  { namespace: place("items"), name: "deleteOne", filter: { _id: 2 } },
  { namespace: place("others"), name: "deleteMany", filter: {} },
];

describe("a bulk write over several collections", () => {
  it("does all in their order, and tells what each did", async () => {
    const result = await test.client.bulkWrite<Record<string, Item>>(models(), { verboseResults: true });
    expect(result).toMatchObject({
      insertedCount: 1,
      matchedCount: 4,
      modifiedCount: 4,
      upsertedCount: 1,
      deletedCount: 2,
    });
    expect(result.insertResults?.get(0)).toMatchObject({ insertedId: 10 });
    expect(result.updateResults?.get(2)).toMatchObject({ matchedCount: 3, modifiedCount: 3 });
    expect(result.updateResults?.get(3)).toMatchObject({ upsertedId: 7 });
    expect(result.deleteResults?.get(5)).toMatchObject({ deletedCount: 1 });
    expect(await items().find().sort({ _id: 1 }).toArray()).toEqual([
      { _id: 1, n: 12 },
      { _id: 3, n: 4 },
      { _id: 7, n: 7 },
    ]);
    expect(await others().countDocuments()).toBe(0);
  });

  const failing = (): ClientBulkWriteModel<Record<string, Item>>[] => [
    { namespace: place("others"), name: "insertOne", document: { _id: 1 } },
    { namespace: place("others"), name: "insertOne", document: { _id: 1 } },
    { namespace: place("others"), name: "insertOne", document: { _id: 2 } },
  ];

  it.each([
    [true, [1]],
    [false, [1, 2]],
  ])("ends at the first failure when it is ordered (%s), else goes on", async (ordered, left) => {
    const error = await test.client
      .bulkWrite<Record<string, Item>>(failing(), { ordered })
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(MongoClientBulkWriteError);
    const { writeErrors } = error as MongoClientBulkWriteError;
    expect([...writeErrors.keys()]).toEqual([1]);
    expect(writeErrors.get(1)).toMatchObject({ code: 11000 });
    expect((await others().find().sort({ _id: 1 }).toArray()).map(({ _id }) => _id)).toEqual(left);
  });

  it("is part of a transaction", async () => {
    await test.client.withSession(async (session) => {
      session.startTransaction();
      await test.client.bulkWrite<Record<string, Item>>(models(), { session });
      expect(await items().countDocuments({}, { session })).toBe(3);
      await session.abortTransaction();
    });
    expect(await items().findOne({ _id: 1 })).toEqual({ _id: 1, n: 1 });
  });

  const bulkWrite = (ops: Document[], nsInfo: Document[] = [{ ns: place("items") }]) =>
    test.client.db("admin").command({ bulkWrite: 1, ops, nsInfo });

  it("takes filters with variables and array filters, and shows only errors when asked", async () => {
    const update = {
      update: 0,
      filter: { $expr: { $eq: ["$_id", "$$id"] } },
      updateMods: { $set: { n: 99 } },
      multi: false,
    };
    const command = { bulkWrite: 1, ops: [update], nsInfo: [{ ns: place("items") }], let: { id: 3 }, errorsOnly: true };
    const answer = await test.client.db("admin").command(command);
    expect(answer).toMatchObject({ nMatched: 1, nModified: 1, nErrors: 0, cursor: { firstBatch: [] } });
    expect(await items().findOne({ _id: 3 })).toEqual({ _id: 3, n: 99 });
  });

  it.each<[string, Document[], Document[] | undefined, number]>([
    ["an operation of another kind", [{ upsert: 0, document: {} }], undefined, 2],
    ["a namespace that is not listed", [{ insert: 1, document: { _id: 1 } }], undefined, 2],
    ["no operations", [], undefined, 16],
    ["an operation without its fields", [{ update: 0, filter: {} }], undefined, 40414],
  ])("refuses %s", async (_, ops, nsInfo, code) => {
    await expect(bulkWrite(ops, nsInfo)).rejects.toMatchObject({ code });
  });
});
