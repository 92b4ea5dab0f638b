import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestDatabase, type TestDatabase } from "../support/test-server.js";

let test: TestDatabase;
beforeAll(async () => {
  test = await startTestDatabase();
  await numbers().insertMany(Array.from({ length: 1000 }, (_, n) => ({ _id: n, n: n % 10 })));
});
afterAll(() => test.close());

const numbers = () => test.db.collection<{ _id: number; n: number }>("numbers");

describe("cursors", () => {
  it("give every document once, whatever the size of the batches", async () => {
    for (const batchSize of [1, 7, 100, 101, 999, 1000, 5000]) {
      const found = await numbers().find().sort({ _id: 1 }).batchSize(batchSize).toArray();
      expect(found.map((doc) => doc._id)).toEqual(Array.from({ length: 1000 }, (_, n) => n));
    }
  });

  it("give every document of a long list of keys once, whatever the size of the batches", async () => {
    const keys = Array.from({ length: 300 }, (_, index) => index * 4);
    for (const batchSize of [1, 100, 1000]) {
      const found = await numbers()
        .find({ _id: { $in: [...keys, ...keys] } })
        .batchSize(batchSize)
        .toArray();
      expect(found.map((doc) => doc._id)).toEqual(keys.filter((key) => key < 1000));
    }
  });

  it("give 101 documents first and the rest on demand", async () => {
    const first = await test.db.command({ find: "numbers" });
    const cursor = first["cursor"] as { id: bigint; firstBatch: unknown[] };
    expect(cursor.firstBatch).toHaveLength(101);
    const more = await test.db.command({ getMore: cursor.id, collection: "numbers" });
    expect((more["cursor"] as { nextBatch: unknown[] }).nextBatch).toHaveLength(899);
    expect(String((more["cursor"] as { id: unknown }).id)).toBe("0");
  });

  it("may be closed, and are then unknown", async () => {
    const first = await test.db.command({ find: "numbers", batchSize: 1 });
    const { id } = first["cursor"] as { id: bigint };
    expect(await test.db.command({ killCursors: "numbers", cursors: [id] })).toMatchObject({ cursorsKilled: [id] });
    await expect(test.db.command({ getMore: id, collection: "numbers" })).rejects.toMatchObject({ code: 43 });
  });

  it("belong to their collection", async () => {
    const first = await test.db.command({ find: "numbers", batchSize: 1 });
    const { id } = first["cursor"] as { id: bigint };
    await expect(test.db.command({ getMore: id, collection: "others" })).rejects.toMatchObject({ code: 13 });
  });

  it("see documents in order while others are being written", async () => {
    const seen: number[] = [];
    for await (const doc of numbers().find({ n: 3 }).sort({ _id: 1 }).batchSize(5)) {
      seen.push(doc._id);
      if (doc._id % 100 === 3) await numbers().updateOne({ _id: doc._id }, { $set: { seen: true } });
    }
    expect(seen).toEqual(Array.from({ length: 100 }, (_, n) => n * 10 + 3));
  });

  it("stream the results of a pipeline", async () => {
    const groups = await numbers()
      .aggregate<{ _id: number; count: number }>([{ $group: { _id: "$n", count: { $sum: 1 } } }, { $sort: { _id: 1 } }])
      .batchSize(3)
      .toArray();
    expect(groups).toHaveLength(10);
    expect(groups[9]).toEqual({ _id: 9, count: 100 });
  });

  it("cut batches at 16 MB", async () => {
    const big = test.db.collection<{ _id: number; text: string }>("big");
    await big.insertMany(Array.from({ length: 5 }, (_, n) => ({ _id: n, text: "x".repeat(5_000_000) })));
    const first = await test.db.command({ find: "big" });
    expect((first["cursor"] as { firstBatch: unknown[] }).firstBatch).toHaveLength(3);
    expect(await big.find().toArray()).toHaveLength(5);
  });
});
