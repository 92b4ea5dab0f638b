import type { ClientSession, MongoServerError } from "mongodb";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startTestDatabase, type TestDatabase } from "../support/test-server.js";

interface Account {
  _id: number;
  balance: number;
}

let test: TestDatabase;
beforeAll(async () => {
  test = await startTestDatabase();
  await test.db.createCollection("accounts");
});
afterAll(() => test.close());

const accounts = () => test.db.collection<Account>("accounts");

beforeEach(async () => {
  await accounts().deleteMany({});
  await accounts().insertMany([1, 2, 3].map((_id) => ({ _id, balance: 100 })));
});

/** A session with a transaction begun, ended whatever happens. */
async function inTransaction<T>(work: (session: ClientSession) => Promise<T>): Promise<T> {
  return test.client.withSession(async (session) => {
    session.startTransaction();
    try {
      return await work(session);
    } finally {
      if (session.inTransaction()) await session.abortTransaction();
    }
  });
}

const failure = (promise: Promise<unknown>): Promise<MongoServerError> =>
  promise.then(
    () => Promise.reject(new Error("It did not fail")),
    (error: unknown) => error as MongoServerError,
  );

describe("a transaction", () => {
  it("reads its own writes; others see them after the commit, all at once", async () => {
    await inTransaction(async (session) => {
      await accounts().updateOne({ _id: 1 }, { $inc: { balance: -30 } }, { session });
      await accounts().insertOne({ _id: 4, balance: 30 }, { session });
      await accounts().deleteOne({ _id: 3 }, { session });
      expect(await accounts().find({}, { session }).sort({ _id: 1 }).toArray()).toEqual([
        { _id: 1, balance: 70 },
        { _id: 2, balance: 100 },
        { _id: 4, balance: 30 },
      ]);
      expect(
        await accounts()
          .find({ _id: { $in: [1, 3, 4] } })
          .toArray(),
      ).toEqual([
        { _id: 1, balance: 100 },
        { _id: 3, balance: 100 },
      ]);
      await session.commitTransaction();
    });
    expect(await accounts().distinct("_id")).toEqual([1, 2, 4]);
  });

  it("leaves nothing behind when it is aborted", async () => {
    await inTransaction(async (session) => {
      await accounts().updateMany({}, { $set: { balance: 0 } }, { session });
      await session.abortTransaction();
    });
    expect(await accounts().countDocuments({ balance: 100 })).toBe(3);
  });

  it("keeps the snapshot of its beginning", async () => {
    await inTransaction(async (session) => {
      expect(await accounts().findOne({ _id: 1 }, { session })).toMatchObject({ balance: 100 });
      await accounts().updateOne({ _id: 1 }, { $set: { balance: 5 } });
      await accounts().insertOne({ _id: 9, balance: 5 });
      expect(await accounts().find({}, { session }).toArray()).toHaveLength(3);
      expect(await accounts().findOne({ _id: 1 }, { session })).toMatchObject({ balance: 100 });
    });
  });

  it("conflicts with a write it has not seen, and says that it may be tried again", async () => {
    await inTransaction(async (session) => {
      await accounts().findOne({ _id: 1 }, { session });
      await accounts().updateOne({ _id: 1 }, { $inc: { balance: 1 } });
      const error = await failure(accounts().updateOne({ _id: 1 }, { $inc: { balance: 1 } }, { session }));
      expect(error).toMatchObject({ code: 112, codeName: "WriteConflict" });
      expect(error.hasErrorLabel("TransientTransactionError")).toBe(true);
    });
    expect(await accounts().findOne({ _id: 1 })).toMatchObject({ balance: 101 });
  });

  it("conflicts with another open transaction at the write", async () => {
    await inTransaction(async (first) => {
      await accounts().updateOne({ _id: 1 }, { $inc: { balance: 1 } }, { session: first });
      await inTransaction(async (second) => {
        const error = await failure(accounts().updateOne({ _id: 1 }, { $inc: { balance: 1 } }, { session: second }));
        expect(error.code).toBe(112);
      });
      await first.commitTransaction();
    });
    expect(await accounts().findOne({ _id: 1 })).toMatchObject({ balance: 101 });
  });

  it("holds back a plain write to its documents until it ends", async () => {
    let plain: Promise<unknown> | undefined;
    await inTransaction(async (session) => {
      await accounts().updateOne({ _id: 1 }, { $inc: { balance: 1 } }, { session });
      plain = accounts().updateOne({ _id: 1 }, { $mul: { balance: 2 } });
      await accounts().updateOne({ _id: 2 }, { $inc: { balance: 1 } });
      await session.commitTransaction();
    });
    await plain;
    expect(await accounts().findOne({ _id: 1 })).toMatchObject({ balance: 202 });
  });

  it("ends with any failure in it", async () => {
    await inTransaction(async (session) => {
      await accounts().insertOne({ _id: 5, balance: 1 }, { session });
      expect((await failure(accounts().insertOne({ _id: 1, balance: 1 }, { session }))).code).toBe(11000);
      const next = await failure(accounts().findOne({}, { session }));
      expect(next).toMatchObject({ code: 251, codeName: "NoSuchTransaction" });
      expect(next.hasErrorLabel("TransientTransactionError")).toBe(true);
    });
    expect(await accounts().countDocuments()).toBe(3);
  });

  it("may be committed again, but not after an abort", async () => {
    await inTransaction(async (session) => {
      await accounts().updateOne({ _id: 1 }, { $inc: { balance: 1 } }, { session });
      await session.commitTransaction();
      await session.commitTransaction();
    });
    expect(await accounts().findOne({ _id: 1 })).toMatchObject({ balance: 101 });
  });

  it("refuses commands that cannot be part of one", async () => {
    await inTransaction(async (session) => {
      const error = await failure(test.db.command({ count: "accounts" }, { session }));
      expect(error).toMatchObject({ code: 263, codeName: "OperationNotSupportedInTransaction" });
    });
  });

  it("gives its own documents through cursors", async () => {
    await inTransaction(async (session) => {
      await accounts().insertMany(
        Array.from({ length: 300 }, (_, n) => ({ _id: n + 10, balance: 0 })),
        { session },
      );
      expect(await accounts().find({ balance: 0 }, { session, batchSize: 50 }).toArray()).toHaveLength(300);
      const [sum] = await accounts()
        .aggregate([{ $group: { _id: null, n: { $sum: 1 } } }], { session })
        .toArray();
      expect(sum).toEqual({ _id: null, n: 303 });
    });
  });
});

describe("withTransaction", () => {
  it("loses no update under contention", async () => {
    const move = async (from: number, to: number): Promise<void> => {
      await test.client.withSession((session) =>
        session.withTransaction(async () => {
          const source = await accounts().findOne({ _id: from }, { session });
          await accounts().updateOne({ _id: from }, { $set: { balance: (source?.balance ?? 0) - 1 } }, { session });
          await accounts().updateOne({ _id: to }, { $inc: { balance: 1 } }, { session });
        }),
      );
    };
    await Promise.all(Array.from({ length: 12 }, (_, n) => move((n % 3) + 1, ((n + 1) % 3) + 1)));
    expect(await accounts().find().sort({ _id: 1 }).toArray()).toEqual([1, 2, 3].map((_id) => ({ _id, balance: 100 })));
  });

  it("keeps unique keys unique between transactions", async () => {
    const insert = (): Promise<unknown> =>
      test.client.withSession((session) =>
        session.withTransaction(() => accounts().insertOne({ _id: 50, balance: 1 }, { session })),
      );
    const results = await Promise.allSettled(Array.from({ length: 5 }, insert));
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const result of results)
      if (result.status === "rejected") expect(result.reason).toMatchObject({ code: 11000 });
  });
});

describe("a snapshot session", () => {
  it("reads at one moment over several commands", async () => {
    const session = test.client.startSession({ snapshot: true });
    expect(await accounts().findOne({ _id: 1 }, { session })).toMatchObject({ balance: 100 });
    await accounts().updateMany({}, { $set: { balance: 1 } });
    await accounts().insertOne({ _id: 9, balance: 1 });
    expect(await accounts().countDocuments({ balance: 100 }, { session })).toBe(3);
    expect(await accounts().distinct("balance", {}, { session })).toEqual([100]);
    expect(await accounts().countDocuments({ balance: 1 })).toBe(4);
    await session.endSession();
  });
});
