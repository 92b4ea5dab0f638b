import { MongoClient, type Collection } from "mongodb";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startFlakyProxy, type FlakyProxy } from "../support/flaky-proxy.js";
import { startTestDatabase, type TestDatabase } from "../support/test-server.js";

interface Counter {
  _id: number;
  n: number;
}

let test: TestDatabase;
let proxy: FlakyProxy;
let client: MongoClient;
let counters: Collection<Counter>;

beforeAll(async () => {
  test = await startTestDatabase();
  proxy = await startFlakyProxy(test.uri);
  client = await new MongoClient(proxy.uri).connect();
  counters = client.db(test.db.databaseName).collection<Counter>("counters");
});
afterAll(async () => {
  await client.close();
  await proxy.close();
  await test.close();
});
beforeEach(async () => {
  await counters.deleteMany({});
  await counters.insertOne({ _id: 1, n: 0 });
});

/** The name of a command as it stands in its message. */
const command = (name: string): string => `${name}\0`;

describe.each(["loseAnswerTo", "loseRequest"] as const)("a write whose connection drops (%s)", (fault) => {
  it("is done once: insertMany", async () => {
    proxy[fault](command("insert"));
    const result = await counters.insertMany([
      { _id: 2, n: 2 },
      { _id: 3, n: 3 },
    ]);
    expect(result.insertedCount).toBe(2);
    expect(await counters.countDocuments()).toBe(3);
  });

  it("is done once: updateOne and its upsert", async () => {
    proxy[fault](command("update"));
    expect(await counters.updateOne({ _id: 1 }, { $inc: { n: 1 } })).toMatchObject({
      matchedCount: 1,
      modifiedCount: 1,
    });
    proxy[fault](command("update"));
    expect(await counters.updateOne({ _id: 7 }, { $inc: { n: 1 } }, { upsert: true })).toMatchObject({ upsertedId: 7 });
    expect(await counters.find().sort({ _id: 1 }).toArray()).toEqual([
      { _id: 1, n: 1 },
      { _id: 7, n: 1 },
    ]);
  });

  it("is done once: deleteOne", async () => {
    await counters.insertOne({ _id: 2, n: 0 });
    proxy[fault](command("delete"));
    expect((await counters.deleteOne({})).deletedCount).toBe(1);
    expect(await counters.countDocuments()).toBe(1);
  });

  it("is done once: findOneAndUpdate answers the same document again", async () => {
    proxy[fault](command("findAndModify"));
    expect(await counters.findOneAndUpdate({ _id: 1 }, { $inc: { n: 1 } })).toEqual({ _id: 1, n: 0 });
    expect(await counters.findOne()).toEqual({ _id: 1, n: 1 });
  });

  it("is done once: a bulk that failed in part fails in the same part", async () => {
    proxy[fault](command("insert"));
    const bulk = counters.insertMany(
      [
        { _id: 2, n: 2 },
        { _id: 1, n: 1 },
        { _id: 3, n: 3 },
      ],
      { ordered: false },
    );
    await expect(bulk).rejects.toMatchObject({ code: 11000, insertedCount: 2 });
    expect(await counters.distinct("_id")).toEqual([1, 2, 3]);
  });

  it("is done once: a commit", async () => {
    await client.withSession((session) =>
      session.withTransaction(async () => {
        await counters.updateOne({ _id: 1 }, { $inc: { n: 1 } }, { session });
        proxy[fault](command("commitTransaction"));
      }),
    );
    expect(await counters.findOne()).toEqual({ _id: 1, n: 1 });
  });
});

describe("the proxy", () => {
  it("dropped a connection each time", () => {
    expect(proxy.lost()).toBe(14);
  });
});
