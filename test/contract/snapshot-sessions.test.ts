import type { ClientSession } from "mongodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestDatabase, type TestDatabase } from "../support/test-server.js";

let test: TestDatabase;
const items = () => test.db.collection<{ _id: number; n: number }>("items");

beforeAll(async () => {
  test = await startTestDatabase();
  await items().insertMany(Array.from({ length: 300 }, (_, n) => ({ _id: n, n: n % 3 })));
});
afterAll(() => test.close());

const inSnapshot = <T>(work: (session: ClientSession) => Promise<T>): Promise<T> =>
  test.client.withSession({ snapshot: true }, work);

describe("snapshot sessions", () => {
  it("read one moment with all commands, over several batches too", async () => {
    await inSnapshot(async (session) => {
      const before = await items().countDocuments({}, { session });
      await items().insertOne({ _id: 1000, n: 7 });
      await items().updateMany({ n: 0 }, { $set: { n: 8 } });
      const found = await items().find({}, { session, batchSize: 10 }).toArray();
      expect([before, found.length]).toEqual([300, 300]);
      expect(await items().distinct("n", {}, { session })).toEqual([0, 1, 2]);
      const groups = await items()
        .aggregate([{ $group: { _id: "$n" } }, { $sort: { _id: 1 } }], { session })
        .toArray();
      expect(groups).toEqual([{ _id: 0 }, { _id: 1 }, { _id: 2 }]);
    });
    expect((await items().distinct("n")).sort()).toEqual([1, 2, 7, 8]);
  });

  it.each<[string, (session: ClientSession) => Promise<unknown>]>([
    ["insert", (session) => items().insertOne({ _id: 2000, n: 1 }, { session })],
    ["update", (session) => items().updateOne({ _id: 1 }, { $set: { n: 1 } }, { session })],
    ["delete", (session) => items().deleteOne({ _id: 1 }, { session })],
    ["findAndModify", (session) => items().findOneAndUpdate({ _id: 1 }, { $set: { n: 1 } }, { session })],
    ["count", (session) => items().estimatedDocumentCount({ session })],
    ["listCollections", (session) => test.db.listCollections({}, { session }).toArray()],
    ["listIndexes", (session) => items().listIndexes({ session }).toArray()],
    ["createIndexes", (session) => items().createIndexes([{ key: { n: 1 } }], { session })],
    [
      "$out",
      (session) =>
        items()
          .aggregate([{ $out: "other" }], { session })
          .toArray(),
    ],
  ])("do not serve %s", async (_, command) => {
    await expect(inSnapshot(command)).rejects.toMatchObject({ code: 72 });
  });
});
