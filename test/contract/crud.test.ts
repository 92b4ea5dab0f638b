import { Decimal128, Double, Int32, Long, ObjectId } from "mongodb";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startTestDatabase, type TestDatabase } from "../support/test-server.js";

interface Item {
  _id: number;
  name?: string;
  n?: number;
  tags?: string[];
  lines?: { product_id: string; quantity: number }[];
}

let test: TestDatabase;
beforeAll(async () => {
  test = await startTestDatabase();
});
afterAll(() => test.close());

const items = () => test.db.collection<Item>("items");

beforeEach(async () => {
  await items().deleteMany({});
  await items().insertMany([
    { _id: 1, name: "Laptop", n: 10, tags: ["a", "b"] },
    { _id: 2, name: "Phone", n: 15, tags: ["b"] },
    { _id: 3, name: "Headphones", n: 30 },
  ]);
});

describe("insertOne and insertMany", () => {
  it("keep the types and the field order of a document", async () => {
    const plain = test.db.collection("types");
    const doc = {
      _id: new ObjectId(),
      z: new Int32(5),
      a: new Long("9007199254740993"),
      double: new Double(5),
      price: Decimal128.fromString("1.10"),
      at: new Date(0),
      nothing: null,
      text: "é😀\u202e\u0000",
      list: [new Double(1), "two", { three: new Int32(3) }],
    };
    await plain.insertOne(doc);
    const found = await plain.findOne({ _id: doc._id }, { promoteValues: false });
    expect(found).toEqual(doc);
    expect(Object.keys(found ?? {})).toEqual(Object.keys(doc));
  });

  it("stop at the first duplicate key in order, go on without order", async () => {
    const docs = [{ _id: 4 }, { _id: 1 }, { _id: 5 }];
    await expect(items().insertMany(docs)).rejects.toMatchObject({ code: 11000, insertedCount: 1 });
    await expect(items().insertMany(docs, { ordered: false })).rejects.toMatchObject({ code: 11000, insertedCount: 1 });
    expect(await items().distinct("_id")).toEqual([1, 2, 3, 4, 5]);
  });

  it("name the key of a duplicate", async () => {
    const error = await items()
      .insertOne({ _id: 1 })
      .catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 11000, keyPattern: { _id: 1 }, keyValue: { _id: 1 } });
    expect(String(error)).toMatch(
      /E11000 duplicate key error collection: \S+\.items index: _id_ dup key: \{ _id: 1 \}/,
    );
  });
});

describe("find", () => {
  it.each([
    [{ n: { $gte: 15 } }, [2, 3]],
    [{ _id: { $in: [3, 1, 99] } }, [1, 3]],
    [{ tags: "b" }, [1, 2]],
    [{ tags: { $exists: false } }, [3]],
    [{ name: /^p/i }, [2]],
    [{ $or: [{ n: 10 }, { name: "Headphones" }] }, [1, 3]],
    [{ $expr: { $gt: [{ $size: { $ifNull: ["$tags", []] } }, 1] } }, [1]],
  ])("answers %j with %j", async (filter, ids) => {
    const found = await items().find(filter).sort({ _id: 1 }).toArray();
    expect(found.map((doc) => doc._id)).toEqual(ids);
  });

  it("sorts, skips, limits and projects", async () => {
    const found = await items().find().sort({ n: -1 }).skip(1).limit(1).project({ _id: 0, name: 1 }).toArray();
    expect(found).toEqual([{ name: "Phone" }]);
  });

  it("gives nothing for a collection that does not exist, and still refuses a wrong filter", async () => {
    const none = test.db.collection("nowhere");
    expect(await none.find({}).toArray()).toEqual([]);
    await expect(none.find({ a: { $nonsense: 1 } }).toArray()).rejects.toMatchObject({ code: 2 });
  });
});

describe("updates", () => {
  it("change each document once, also where the change moves it ahead of the others", async () => {
    await items().createIndex({ n: 1 });
    const ids = Array.from({ length: 300 }, (_, index) => 1_000 + index);
    await items().insertMany(ids.map((_id) => ({ _id, n: _id })));
    expect(await items().updateMany({ n: { $gte: 1_000 } }, { $inc: { n: 10 } })).toMatchObject({ modifiedCount: 300 });
    const twice = { _id: { $in: [...ids, ...ids] } };
    expect(await items().updateMany(twice, { $inc: { n: 5 } })).toMatchObject({ modifiedCount: 300 });
    const found = await items()
      .find({ _id: { $gte: 1_000 } })
      .sort({ _id: 1 })
      .toArray();
    expect(found.map(({ n }) => n)).toEqual(ids.map((id) => id + 15));
  });

  it("change what matches and say how much", async () => {
    expect(await items().updateOne({ _id: 1, n: { $gte: 2 } }, { $inc: { n: -2 } })).toMatchObject({
      matchedCount: 1,
      modifiedCount: 1,
    });
    expect(await items().updateOne({ _id: 1, n: { $gte: 9 } }, { $inc: { n: -9 } })).toMatchObject({ matchedCount: 0 });
    expect(await items().updateMany({}, { $set: { n: 8 } })).toMatchObject({ matchedCount: 3, modifiedCount: 2 });
  });

  it("insert the document of an upsert", async () => {
    const update = { $set: { name: "New" }, $setOnInsert: { n: 1 } };
    const first = await items().updateOne({ _id: 9 }, update, { upsert: true });
    expect(first).toMatchObject({ matchedCount: 0, upsertedCount: 1, upsertedId: 9 });
    expect(await items().updateOne({ _id: 9 }, update, { upsert: true })).toMatchObject({ upsertedCount: 0 });
    expect(await items().findOne({ _id: 9 })).toEqual({ _id: 9, name: "New", n: 1 });
  });

  it("replace a document, push to its arrays, change elements by filters", async () => {
    await items().replaceOne({ _id: 1 }, { lines: [{ product_id: "p1", quantity: 1 }] });
    await items().updateOne({ _id: 1 }, { $push: { lines: { product_id: "p2", quantity: 2 } } });
    await items().updateOne(
      { _id: 1 },
      { $inc: { "lines.$[line].quantity": 5 } },
      { arrayFilters: [{ "line.product_id": "p2" }] },
    );
    await items().updateOne({ _id: 1, "lines.product_id": "p1" }, { $set: { "lines.$.quantity": 9 } });
    expect((await items().findOne({ _id: 1 }))?.lines).toEqual([
      { product_id: "p1", quantity: 9 },
      { product_id: "p2", quantity: 7 },
    ]);
  });

  it("refuse to change the _id", async () => {
    await expect(items().updateOne({ _id: 1 }, { $set: { _id: 7 } })).rejects.toMatchObject({ code: 66 });
  });
});

describe("findOneAndUpdate and its like", () => {
  it("give the document before or after", async () => {
    expect(await items().findOneAndUpdate({ _id: 1 }, { $inc: { n: 1 } })).toMatchObject({ n: 10 });
    const after = await items().findOneAndUpdate({ _id: 1 }, { $inc: { n: 1 } }, { returnDocument: "after" });
    expect(after).toMatchObject({ n: 12 });
    expect(await items().findOneAndDelete({}, { sort: { n: -1 } })).toMatchObject({ _id: 3 });
    expect(await items().findOneAndReplace({ _id: 3 }, { n: 1 })).toBeNull();
  });
});

describe("counting", () => {
  it("counts with and without a filter", async () => {
    expect(await items().countDocuments({ n: { $gt: 10 } })).toBe(2);
    expect(await items().estimatedDocumentCount()).toBe(3);
    expect(await items().distinct("tags")).toEqual(["a", "b"]);
  });
});

describe("deletes", () => {
  it("remove one or all that match", async () => {
    expect((await items().deleteOne({ n: { $gt: 10 } })).deletedCount).toBe(1);
    expect((await items().deleteMany({})).deletedCount).toBe(2);
  });
});

describe("bulkWrite", () => {
  it("runs all kinds of writes and adds up what they did", async () => {
    const result = await items().bulkWrite(
      [
        { insertOne: { document: { _id: 4 } } },
        { updateOne: { filter: { _id: 1 }, update: { $inc: { n: 1 } } } },
        { updateMany: { filter: { n: { $gt: 10 } }, update: { $set: { name: "x" } } } },
        { replaceOne: { filter: { _id: 8 }, replacement: { n: 8 }, upsert: true } },
        { deleteOne: { filter: { _id: 2 } } },
        { deleteMany: { filter: { n: 30 } } },
      ],
      { ordered: true },
    );
    expect(result).toMatchObject({ insertedCount: 1, matchedCount: 4, modifiedCount: 4, upsertedCount: 1 });
    expect(result.deletedCount).toBe(2);
    expect(result.upsertedIds).toEqual({ 3: 8 });
  });

  it("tells which of the statements failed", async () => {
    const bulk = items().bulkWrite(
      [
        { insertOne: { document: { _id: 1 } } },
        { updateOne: { filter: { _id: 2 }, update: { $inc: { ["name" as "n"]: 1 } } } },
        { updateOne: { filter: { _id: 3 }, update: { $inc: { n: 1 } } } },
      ],
      { ordered: false },
    );
    const error = (await bulk.catch((caught: unknown) => caught)) as { writeErrors: { index: number; code: number }[] };
    expect(error.writeErrors.map(({ index, code }) => [index, code])).toEqual([
      [0, 11000],
      [1, 14],
    ]);
    expect((await items().findOne({ _id: 3 }))?.n).toBe(31);
  });
});

describe("depth", () => {
  it("is bounded, and ends a command, not the server", async () => {
    const nested = (levels: number): object => {
      let doc: object = {};
      for (let level = 1; level < levels; level++) doc = { a: doc };
      return doc;
    };
    const deep = test.db.collection<{ _id: number; a?: object }>("deep");
    await deep.insertOne({ _id: 1, a: nested(150) });
    expect(await deep.findOneAndUpdate({ _id: 1 }, { $set: { b: 1 } })).toMatchObject({ _id: 1 });
    await expect(deep.insertOne({ _id: 2, a: nested(500) })).rejects.toThrow();
    const deepest = deep.insertOne({ _id: 3, a: nested(199) }).then(() => deep.findOneAndDelete({ _id: 3 }));
    await Promise.allSettled([deepest]);
    expect(await deep.findOne({ _id: 1 }, { projection: { _id: 1 } })).toEqual({ _id: 1 });
  });
});
