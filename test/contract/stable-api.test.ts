import { MongoClient, type Db, type ServerApi } from "mongodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestDatabase, type TestDatabase } from "../support/test-server.js";

let test: TestDatabase;
beforeAll(async () => {
  test = await startTestDatabase();
  await test.db.collection<{ _id: number }>("items").insertMany([{ _id: 1 }, { _id: 2 }]);
});
afterAll(() => test.close());

async function within<T>(serverApi: ServerApi, work: (db: Db) => Promise<T>): Promise<T> {
  const client = await new MongoClient(test.uri, { serverApi }).connect();
  try {
    return await work(client.db(test.db.databaseName));
  } finally {
    await client.close();
  }
}

const strict = { version: "1", strict: true } as const;

describe("the stable API", () => {
  it("has what a program commonly needs, transactions too", async () => {
    const found = await within(strict, async (db) => {
      const items = db.collection<{ _id: number; n?: number }>("items");
      await items.updateOne({ _id: 1 }, { $set: { n: 1 } });
      await db.client.withSession((session) =>
        session.withTransaction(() => items.insertOne({ _id: 3 }, { session }).then(() => undefined)),
      );
      await items.createIndex({ n: 1 });
      const counted = await items.aggregate<{ count: number }>([{ $collStats: { count: {} } }]).toArray();
      return [
        await items.countDocuments(),
        await items
          .find()
          .toArray()
          .then((all) => all.length),
        counted[0]?.count,
      ];
    });
    expect(found).toEqual([3, 3, 3]);
  });

  it("refuses the rest when it is to be kept to strictly", async () => {
    const refused = { code: 323, codeName: "APIStrictError" };
    await expect(within(strict, (db) => db.collection("items").distinct("_id"))).rejects.toMatchObject(refused);
    const stats = (db: Db) =>
      db
        .collection("items")
        .aggregate([{ $indexStats: {} }])
        .toArray();
    await expect(within(strict, stats)).rejects.toMatchObject(refused);
    expect(await within({ version: "1" }, (db) => db.collection("items").distinct("_id"))).toHaveLength(3);
  });

  it("has no other version, and options only with one", async () => {
    await expect(test.db.command({ ping: 1, apiVersion: "2" })).rejects.toMatchObject({ code: 322 });
    await expect(test.db.command({ ping: 1, apiStrict: true })).rejects.toMatchObject({ code: 72 });
  });
});
