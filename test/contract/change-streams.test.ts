import { randomUUID } from "node:crypto";
import type { ChangeStream, ChangeStreamOptions, Document, MongoServerError, Timestamp } from "mongodb";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startTestDatabase, type TestDatabase } from "../support/test-server.js";

interface Item {
  _id: number;
  a?: number;
  [name: string]: unknown;
}

let test: TestDatabase;
let name: string;
beforeAll(async () => {
  test = await startTestDatabase();
});
afterAll(() => test.close());
beforeEach(async () => {
  name = `items_${randomUUID().slice(0, 8)}`;
  await test.db.createCollection(name);
});

const items = () => test.db.collection<Item>(name);

/** Opens a stream, for sure before what comes next. */
async function opened(stream: ChangeStream): Promise<ChangeStream> {
  await stream.tryNext();
  return stream;
}

const watch = (options: ChangeStreamOptions = {}, pipeline: Document[] = []) =>
  opened(items().watch(pipeline, { maxAwaitTimeMS: 50, ...options }));

async function take(stream: ChangeStream, count: number): Promise<Document[]> {
  const events: Document[] = [];
  while (events.length < count) events.push(await stream.next());
  return events;
}

const failure = (promise: Promise<unknown>): Promise<MongoServerError> =>
  promise.then(
    () => Promise.reject(new Error("It did not fail")),
    (error: unknown) => error as MongoServerError,
  );

describe("a collection's change stream", () => {
  it("tells inserts, updates, replacements and deletions in their order", async () => {
    const stream = await watch();
    await items().insertMany([
      { _id: 1, a: 1, gone: true },
      { _id: 2, a: 2 },
    ]);
    await items().updateOne({ _id: 1 }, { $set: { "deep.x": 5, a: 2 }, $unset: { gone: "" } });
    await items().replaceOne({ _id: 2 }, { b: 1 });
    await items().deleteOne({ _id: 1 });
    const events = await take(stream, 5);
    const ns = { db: test.db.databaseName, coll: name };
    expect(events).toMatchObject([
      { operationType: "insert", ns, documentKey: { _id: 1 }, fullDocument: { _id: 1, a: 1, gone: true } },
      { operationType: "insert", ns, documentKey: { _id: 2 }, fullDocument: { _id: 2, a: 2 } },
      {
        operationType: "update",
        ns,
        documentKey: { _id: 1 },
        updateDescription: { updatedFields: { a: 2, deep: { x: 5 } }, removedFields: ["gone"], truncatedArrays: [] },
      },
      { operationType: "replace", ns, documentKey: { _id: 2 }, fullDocument: { _id: 2, b: 1 } },
      { operationType: "delete", ns, documentKey: { _id: 1 } },
    ]);
    expect(events[2]).not.toHaveProperty("fullDocument");
    expect(events.every(({ clusterTime, wallTime }) => clusterTime !== undefined && wallTime instanceof Date)).toBe(
      true,
    );
    await stream.close();
  });

  it("tells a transaction's changes after its commit, and nothing of one that was aborted", async () => {
    const stream = await watch();
    await test.client.withSession(async (session) => {
      session.startTransaction();
      await items().insertOne({ _id: 1 }, { session });
      await items().insertOne({ _id: 2 }, { session });
      await items().insertOne({ _id: 9 });
      await session.commitTransaction();
      session.startTransaction();
      await items().insertOne({ _id: 3 }, { session });
      await session.abortTransaction();
    });
    await items().insertOne({ _id: 4 });
    const ids = (await take(stream, 4)).map(({ documentKey }) => (documentKey as Item)._id);
    expect(ids).toEqual([9, 1, 2, 4]);
    await stream.close();
  });

  it("looks the document of an update up as it is now", async () => {
    const stream = await watch({ fullDocument: "updateLookup" });
    await items().insertMany([{ _id: 1 }, { _id: 2 }]);
    await items().updateMany({}, { $set: { a: 1 } });
    await items().updateOne({ _id: 1 }, { $set: { a: 2 } });
    await items().deleteOne({ _id: 2 });
    const updates = (await take(stream, 6)).filter(({ operationType }) => operationType === "update");
    expect(updates.map(({ fullDocument }) => fullDocument as unknown)).toEqual([
      { _id: 1, a: 2 },
      null,
      { _id: 1, a: 2 },
    ]);
    await stream.close();
  });

  it("gives the images before and after where the collection keeps them", async () => {
    await test.db.command({ collMod: name, changeStreamPreAndPostImages: { enabled: true } });
    const stream = await watch({ fullDocument: "required", fullDocumentBeforeChange: "whenAvailable" });
    await items().insertOne({ _id: 1, a: 1 });
    await items().updateOne({ _id: 1 }, { $set: { a: 2 } });
    await items().deleteOne({ _id: 1 });
    const [, update, deletion] = await take(stream, 3);
    expect(update).toMatchObject({ fullDocument: { _id: 1, a: 2 }, fullDocumentBeforeChange: { _id: 1, a: 1 } });
    expect(deletion).toMatchObject({ fullDocumentBeforeChange: { _id: 1, a: 2 } });
    await stream.close();
  });

  it("passes its events through the stages behind it", async () => {
    const stages = [
      { $match: { "fullDocument.a": { $gt: 1 } } },
      { $project: { twice: { $add: ["$fullDocument.a", 1] } } },
    ];
    const stream = await watch({}, stages);
    await items().insertMany([1, 2, 3].map((n) => ({ _id: n, a: n })));
    const events = await take(stream, 2);
    expect(events.map(({ twice }) => twice as number)).toEqual([3, 4]);
    await stream.close();
  });

  it("ends with an invalidate when the collection is dropped, and may be started again after it", async () => {
    const stream = await watch();
    await items().drop();
    const [drop, invalidate] = await take(stream, 2);
    expect([drop?.["operationType"], invalidate?.["operationType"]]).toEqual(["drop", "invalidate"]);
    expect(await stream.tryNext().catch(() => null)).toBeNull();
    await items().insertOne({ _id: 7 });
    const next = items().watch([], { startAfter: invalidate?.["_id"], maxAwaitTimeMS: 50 });
    expect(await take(next, 1)).toMatchObject([{ operationType: "insert", documentKey: { _id: 7 } }]);
    expect((await failure(watch({ resumeAfter: invalidate?.["_id"] }))).code).toBe(260);
    const lost = items().watch([], { resumeAfter: drop?.["_id"], maxAwaitTimeMS: 50 });
    expect(await take(lost, 1)).toMatchObject([{ operationType: "invalidate" }]);
    await Promise.all([stream.close(), next.close(), lost.close()]);
  });

  it("resumes after any event, and at a time", async () => {
    const stream = await watch();
    await items().insertMany([1, 2, 3, 4].map((_id) => ({ _id })));
    const events = await take(stream, 4);
    await stream.close();
    for (const [index, event] of events.slice(0, 3).entries()) {
      const resumed = items().watch([], { resumeAfter: event["_id"], maxAwaitTimeMS: 50 });
      expect(await take(resumed, 1)).toMatchObject([{ documentKey: { _id: index + 2 } }]);
      await resumed.close();
    }
    const startAtOperationTime = events[0]?.["clusterTime"] as Timestamp;
    const again = items().watch([], { startAtOperationTime, maxAwaitTimeMS: 50 });
    expect(await take(again, 4)).toEqual(events);
    await again.close();
  });

  it("goes on after its cursor was killed", async () => {
    const stream = await watch();
    await items().insertOne({ _id: 1 });
    await take(stream, 1);
    const { cursor } = stream as unknown as { cursor: { id: unknown } };
    await test.db.command({ killCursors: name, cursors: [cursor.id] });
    await items().insertOne({ _id: 2 });
    expect(await take(stream, 1)).toMatchObject([{ documentKey: { _id: 2 } }]);
    await stream.close();
  });

  it("moves its resume token on while others change", async () => {
    const stream = await watch();
    const before = stream.resumeToken;
    await test.db.collection("others").insertMany(Array.from({ length: 20 }, () => ({})));
    expect(await stream.tryNext()).toBeNull();
    expect(stream.resumeToken).not.toEqual(before);
    await stream.close();
  });

  it.each([
    ["an unknown fullDocument", 2, [{ $changeStream: { fullDocument: "nonsense" } }]],
    ["an unknown option", 40415, [{ $changeStream: { nonsense: 1 } }]],
    ["a stage that cannot follow it", 20, [{ $changeStream: {} }, { $group: { _id: 1 } }]],
    ["it anywhere but first", 40602, [{ $match: {} }, { $changeStream: {} }]],
    ["all changes asked of a collection", 72, [{ $changeStream: { allChangesForCluster: true } }]],
  ])("refuses %s", async (_, code, pipeline) => {
    expect((await failure(items().aggregate(pipeline).toArray())).code).toBe(code);
  });

  it("ends when a stage takes the resume token away", async () => {
    const stream = await watch({}, [{ $project: { _id: 0 } }]);
    await items().insertOne({ _id: 1 });
    expect(await failure(stream.next())).toBeInstanceOf(Error);
    await stream.close();
  });
});

describe("a database's change stream", () => {
  it("tells the changes of all its collections and of no other database", async () => {
    const other = test.client.db(`other_${randomUUID().slice(0, 8)}`);
    const stream = await opened(test.db.watch([], { maxAwaitTimeMS: 50 }));
    await other.collection<Item>("x").insertOne({ _id: 1 });
    await items().insertOne({ _id: 1 });
    await test.db.collection<Item>(`${name}_2`).insertOne({ _id: 2 });
    const events = await take(stream, 2);
    expect(events.map(({ ns }) => (ns as { coll: string }).coll)).toEqual([name, `${name}_2`]);
    await stream.close();
    await other.dropDatabase();
  });

  it("ends when the database is dropped", async () => {
    const db = test.client.db(`dropped_${randomUUID().slice(0, 8)}`);
    await db.createCollection("x");
    const stream = await opened(db.watch([], { maxAwaitTimeMS: 50 }));
    await db.dropDatabase();
    const kinds = (await take(stream, 3)).map(({ operationType }) => operationType as string);
    expect(kinds).toEqual(["drop", "dropDatabase", "invalidate"]);
    await stream.close();
  });
});
