import type { Document } from "mongodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestDatabase, type TestDatabase } from "../support/test-server.js";

let test: TestDatabase;
const items = () => test.db.collection<{ _id: number; n: number }>("items");
beforeAll(async () => {
  test = await startTestDatabase();
  await items().insertMany([1, 2, 3, 4].map((_id) => ({ _id, n: _id % 2 })));
  await items().createIndex({ n: 1 });
});
afterAll(() => test.close());

const sorted = (name: string) => test.db.collection<{ _id: number }>(name).find().sort({ _id: 1 }).toArray();

describe("$out", () => {
  it("puts its results in place of what a collection had", async () => {
    await test.db.collection<{ _id: number }>("results").insertOne({ _id: 77 });
    await items()
      .aggregate([{ $match: { n: 1 } }, { $project: { _id: 1 } }, { $out: "results" }])
      .toArray();
    expect(await sorted("results")).toEqual([{ _id: 1 }, { _id: 3 }]);
  });
});

describe("$merge", () => {
  it("inserts what is new and replaces, keeps or changes what is there", async () => {
    const merged = test.db.collection<{ _id: number; n: number; old?: boolean }>("merged");
    await merged.insertOne({ _id: 1, n: 100, old: true });
    await items()
      .aggregate([{ $match: { n: 1 } }, { $merge: { into: "merged", whenMatched: "merge" } }])
      .toArray();
    expect(await sorted("merged")).toEqual([
      { _id: 1, n: 1, old: true },
      { _id: 3, n: 1 },
    ]);
    await items()
      .aggregate([{ $merge: { into: "merged", whenMatched: "replace", whenNotMatched: "discard" } }])
      .toArray();
    expect(await sorted("merged")).toEqual([
      { _id: 1, n: 1 },
      { _id: 3, n: 1 },
    ]);
  });

  it("needs a unique index on the fields that it goes by", async () => {
    const stages = [{ $merge: { into: "merged", on: "n" } }];
    await expect(items().aggregate(stages).toArray()).rejects.toMatchObject({ code: 51183 });
  });
});

describe("$lookup", () => {
  it("joins by an index of the other collection, and without one", async () => {
    const lookup = (foreignField: string) => [
      { $match: { _id: 2 } },
      { $lookup: { from: "items", localField: "n", foreignField, as: "same" } },
      { $project: { ids: { $sortArray: { input: "$same._id", sortBy: 1 } } } },
    ];
    expect(await items().aggregate(lookup("n")).toArray()).toEqual([{ _id: 2, ids: [2, 4] }]);
    expect(await items().aggregate(lookup("gone")).toArray()).toEqual([{ _id: 2, ids: [] }]);
  });
});

describe("aggregate", () => {
  it.each<[string, Document, number]>([
    ["no cursor", { aggregate: "items", pipeline: [] }, 9],
    ["a pipeline over nothing", { aggregate: 1, pipeline: [{ $match: {} }], cursor: {} }, 73],
    ["a batch size below zero", { aggregate: "items", pipeline: [], cursor: { batchSize: -1 } }, 51024],
    ["a stage that there is not", { aggregate: "items", pipeline: [{ $nonsense: {} }], cursor: {} }, 40324],
  ])("refuses %s", async (_, command, code) => {
    await expect(test.db.command(command)).rejects.toMatchObject({ code });
  });

  it("runs on documents of its own", async () => {
    expect(await test.db.aggregate([{ $documents: [{ a: 1 }, { a: 2 }] }, { $match: { a: 2 } }]).toArray()).toEqual([
      { a: 2 },
    ]);
  });
});

describe("explain", () => {
  const stages = (explanation: Document) => JSON.stringify(explanation["queryPlanner"] ?? explanation["stages"]);

  it.each<[string, Document, string]>([
    ["find", { find: "items", filter: { n: 1 } }, "n_1"],
    ["count", { count: "items", query: { n: 1 } }, "n_1"],
    ["distinct", { distinct: "items", key: "_id", query: { n: 1 } }, "n_1"],
    ["findAndModify", { findAndModify: "items", query: { _id: 1 }, update: { $set: { n: 1 } } }, "_id"],
    ["update", { update: "items", updates: [{ q: { n: 1 }, u: { $set: { m: 1 } }, multi: true }] }, "n_1"],
    ["delete", { delete: "items", deletes: [{ q: { n: 1 }, limit: 0 }] }, "n_1"],
    [
      "aggregate",
      { aggregate: "items", pipeline: [{ $match: { n: 1 } }, { $group: { _id: "$n" } }], cursor: {} },
      "n_1",
    ],
    ["a scan", { find: "items", filter: { m: 1 } }, "COLLSCAN"],
  ])("tells the plan of %s, and changes nothing", async (_, command, word) => {
    const answer = await test.db.command({ explain: command, verbosity: "queryPlanner" });
    expect(stages(answer)).toContain(word);
    expect(await items().countDocuments({ n: 1 })).toBe(2);
  });

  it("counts what it looked at", async () => {
    const answer = await items().find({ n: 1 }).explain("executionStats");
    expect(answer["executionStats"]).toMatchObject({ nReturned: 2, totalKeysExamined: 2, totalDocsExamined: 2 });
  });

  it.each<[Document, number]>([
    [{ explain: { insert: "items", documents: [{}] } }, 59],
    [{ explain: { find: "items" }, verbosity: "loud" }, 9],
  ])("refuses what it cannot explain (%#)", async (command, code) => {
    await expect(test.db.command(command)).rejects.toMatchObject({ code });
  });
});

describe("statistics", () => {
  it("count documents, indexes and collections", async () => {
    const stats = await test.db.command({ collStats: "items" });
    expect(stats).toMatchObject({ count: 4, nindexes: 2, capped: false, scaleFactor: 1 });
    const database = await test.db.command({ dbStats: 1 });
    expect(database["collections"]).toBeGreaterThanOrEqual(1);
    const [each] = await items()
      .aggregate([{ $collStats: { storageStats: {}, count: {} } }])
      .toArray();
    expect(each).toMatchObject({ ns: `${test.db.databaseName}.items`, count: 4, storageStats: { nindexes: 2 } });
    const indexes = await items()
      .aggregate<{ name: string }>([{ $indexStats: {} }])
      .toArray();
    expect(indexes.map(({ name }) => name).sort()).toEqual(["_id_", "n_1"]);
    expect(await test.db.command({ collStats: "nothing" })).toMatchObject({ count: 0, size: 0 });
  });
});
