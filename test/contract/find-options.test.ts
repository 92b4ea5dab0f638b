import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestDatabase, type TestDatabase } from "../support/test-server.js";

let test: TestDatabase;
const items = () => test.db.collection<{ _id: number; a?: unknown; b?: number }>("items");

beforeAll(async () => {
  test = await startTestDatabase();
  await items().insertMany(Array.from({ length: 10 }, (_, n) => ({ _id: n, a: n % 5, b: -n })));
  await items().createIndex({ a: 1, b: -1 });
  await items().createIndex({ b: -1 });
});
afterAll(() => test.close());

describe("min and max", () => {
  const ids = async (options: object) => (await items().find({}, options).toArray()).map(({ _id }) => _id);

  it("take from an index the entries from one on and before another", async () => {
    const hint = { _id: 1 };
    expect(await ids({ hint, min: { _id: 3 }, max: { _id: 6 } })).toEqual([3, 4, 5]);
    expect(await ids({ hint, min: { _id: 8 } })).toEqual([8, 9]);
    expect(await ids({ hint, max: { _id: 2 }, sort: { _id: -1 } })).toEqual([1, 0]);
    expect(await ids({ hint: "_id_", min: { _id: 3 }, max: { _id: 9 }, skip: 2, limit: 2 })).toEqual([5, 6]);
  });

  it("follow the order of the index, over several fields", async () => {
    expect(await ids({ hint: { a: 1, b: -1 }, min: { a: 1, b: -6 }, max: { a: 3, b: 0 } })).toEqual([6, 2, 7]);
    expect(await ids({ hint: { b: -1 }, min: { b: -2 }, max: { b: -4 } })).toEqual([2, 3]);
  });

  it("go with a filter", async () => {
    const found = await items()
      .find({ a: 2, _id: { $gte: 4 } }, { hint: { _id: 1 }, max: { _id: 9 } })
      .toArray();
    expect(found.map(({ _id }) => _id)).toEqual([7]);
  });

  it.each([
    [{ min: { _id: 1 } }, 51173],
    [{ min: { b: 1 }, hint: { _id: 1 } }, 51174],
    [{ max: { b: 1, a: 1 }, hint: { a: 1, b: -1 } }, 51174],
    [{ min: { _id: 5 }, max: { _id: 5 }, hint: { _id: 1 } }, 51175],
  ])("are refused without a hint, with other fields or in the wrong order (%#)", async (options, code) => {
    await expect(ids(options)).rejects.toMatchObject({ code });
  });
});

describe("tailable cursors", () => {
  it("are for capped collections alone", async () => {
    await expect(test.db.command({ find: "items", tailable: true })).rejects.toMatchObject({ code: 2 });
  });

  it("of a collection that is not there end at once", async () => {
    const answer = await test.db.command({ find: "nothing", tailable: true, awaitData: true });
    const cursor = answer["cursor"] as { id: unknown; firstBatch: unknown };
    expect([String(cursor.id), cursor.firstBatch]).toEqual(["0", []]);
  });

  it("are what awaitData goes with", async () => {
    await expect(test.db.command({ find: "items", awaitData: true })).rejects.toMatchObject({ code: 9 });
  });
});
