import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Doc } from "../../../../src/engine/bson/types.js";
import { createKernel } from "../../../../src/engine/kernel/kernel.js";
import { ServerError } from "../../../../src/engine/errors.js";
import { commitStatement, type Transaction, type Unit } from "../../../../src/engine/kernel/types.js";
import { bytes, doc, indexSpec, opened, openBench, plain, query, stores, type Bench } from "../kernel/harness.js";

describe.each(stores)("transactions over a %s store", (kind) => {
  let bench: Bench;
  beforeEach(async () => {
    bench = openBench(kind);
    await bench.collection([{ u: 1 }, { unique: true }], [{ a: 1 }]);
    await bench.insert({ _id: 1, a: 1, u: 1 }, { _id: 2, a: 2, u: 2 }, { _id: 3, a: 3, u: 3 });
  });
  afterEach(() => bench.close());

  const set = (unit: Unit, id: number, fields: Parameters<typeof doc>[0]): Doc => {
    const collection = opened(unit, bench.ns);
    const [match] = unit.find(collection, query({ _id: id }));
    if (!match) throw new Error(`no document ${id}`);
    return unit.replace(collection, match.stored, new Map([...match.stored.doc(), ...doc(fields)])).doc();
  };
  const insert = (unit: Unit, fields: Parameters<typeof doc>[0]) => unit.insert(opened(unit, bench.ns), bytes(fields));
  const remove = (unit: Unit, id: number) => {
    const collection = opened(unit, bench.ns);
    for (const { stored } of unit.find(collection, query({ _id: id }))) unit.remove(collection, stored);
  };
  const idsIn = (unit: Unit, filter: Parameters<typeof query>[0], rest = {}) =>
    [...unit.find(opened(unit, bench.ns), query(filter, rest))].map(({ stored }) => plain(stored.doc().get("_id")));
  const conflictIn = (work: () => unknown) => {
    expect(work).toThrow(ServerError);
    try {
      work();
    } catch (error) {
      expect(error).toMatchObject({ code: 112, labels: ["TransientTransactionError"] });
    }
  };
  const conflict = { code: 112, labels: ["TransientTransactionError"] };

  it("read what was there when they began, and their own writes", async () => {
    const transaction = bench.kernel.begin();
    const { unit } = transaction;
    await bench.kernel.write((other) => {
      set(other, 1, { a: 10 });
      insert(other, { _id: 4, a: 4, u: 4 });
    });
    expect(idsIn(unit, {})).toEqual([1, 2, 3]);
    expect(idsIn(unit, { a: 1 })).toEqual([1]);
    insert(unit, { _id: 0, a: 2, u: 0 });
    insert(unit, { _id: 9, a: 0, u: 9 });
    set(unit, 2, { a: 20 });
    remove(unit, 3);
    expect(idsIn(unit, {})).toEqual([0, 1, 2, 9]);
    expect(idsIn(unit, {}, { sort: doc({ a: 1 }) })).toEqual([9, 1, 0, 2]);
    expect(idsIn(unit, {}, { sort: doc({ a: -1 }) })).toEqual([2, 0, 1, 9]);
    expect(idsIn(unit, { a: { $gte: 2 } })).toEqual([0, 2]);
    expect(unit.count(opened(unit, bench.ns), query({ a: { $gte: 1 } }))).toBe(3);
    expect(bench.ids({})).toEqual([1, 2, 3, 4]);
    await transaction.commit();
    expect(transaction.state).toBe("committed");
    expect(bench.ids({})).toEqual([0, 1, 2, 4, 9]);
    expect(bench.ids({ a: 10 })).toEqual([1]);
    expect(bench.kernel.integrity()).toEqual([]);
  });

  it("leave nothing behind when aborted", () => {
    const transaction = bench.kernel.begin();
    set(transaction.unit, 1, { a: 5 });
    transaction.abort();
    expect(transaction.state).toBe("aborted");
    expect(bench.ids({ a: 5 })).toEqual([]);
    expect(() => idsIn(transaction.unit, {})).toThrow(expect.objectContaining({ code: 251 }) as Error);
    transaction.abort();
  });

  it("conflict at the write with another open one, which goes on", async () => {
    const first = bench.kernel.begin();
    const second = bench.kernel.begin();
    set(first.unit, 1, { a: 5 });
    conflictIn(() => set(second.unit, 1, { a: 6 }));
    conflictIn(() => remove(second.unit, 1));
    second.abort();
    await first.commit();
    expect(bench.ids({ a: 5 })).toEqual([1]);
  });

  it("conflict at the write with a change since they began", async () => {
    const transaction = bench.kernel.begin();
    await bench.kernel.write((unit) => set(unit, 1, { a: 5 }));
    conflictIn(() => set(transaction.unit, 1, { a: 6 }));
    transaction.abort();
  });

  it("conflict at the commit with a write that was under way", async () => {
    const transaction = bench.kernel.begin();
    const other = bench.kernel.write((unit) => set(unit, 1, { a: 5 }));
    set(transaction.unit, 1, { a: 6 });
    const outcomes = await Promise.allSettled([transaction.commit(), other]);
    const [committed] = outcomes;
    if (committed.status === "rejected") expect(committed.reason).toMatchObject(conflict);
    expect(bench.ids({ a: { $in: [5, 6] } })).toEqual([1]);
    expect(bench.kernel.integrity()).toEqual([]);
  });

  it("commit whatever else their own process has written meanwhile", async () => {
    await bench.kernel.write((unit) => set(unit, 3, { a: 3 }));
    const transaction = bench.kernel.begin();
    set(transaction.unit, 1, { a: 6 });
    await bench.kernel.write((unit) => set(unit, 2, { a: 7 }));
    await transaction.commit();
    expect(bench.ids({ a: { $gte: 6 } })).toEqual([1, 2]);
  });

  it("conflict at the commit with a single write that came before it, unseen at their own", async () => {
    const transaction = bench.kernel.begin();
    set(transaction.unit, 1, { a: 6 });
    // As another process would, which knows nothing of this one's locks.
    await createKernel(bench.store).write((unit) => set(unit, 1, { a: 5 }));
    await expect(transaction.commit()).rejects.toMatchObject(conflict);
    expect(bench.ids({ a: 5 })).toEqual([1]);
    expect(bench.kernel.integrity()).toEqual([]);
  });

  it("conflict at the commit with another process's write, also behind one of their own process", async () => {
    await bench.kernel.write((unit) => set(unit, 3, { a: 4 }));
    const transaction = bench.kernel.begin();
    set(transaction.unit, 1, { a: 6 });
    await createKernel(bench.store).write((unit) => set(unit, 1, { a: 5 }));
    await bench.kernel.write((unit) => set(unit, 3, { a: 3 }));
    await expect(transaction.commit()).rejects.toMatchObject(conflict);
    expect(bench.ids({ a: 5 })).toEqual([1]);
  });

  it("conflict over a key of a unique index; the retry finds the duplicate", async () => {
    const first = bench.kernel.begin();
    const second = bench.kernel.begin();
    insert(first.unit, { _id: 4, u: "same" });
    conflictIn(() => insert(second.unit, { _id: 5, u: "same" }));
    second.abort();
    await first.commit();
    const third = bench.kernel.begin();
    expect(() => insert(third.unit, { _id: 5, u: "same" })).toThrow(/^E11000/);
    third.abort();
  });

  it("conflict over an _id inserted twice", () => {
    const first = bench.kernel.begin();
    const second = bench.kernel.begin();
    insert(first.unit, { _id: 4, u: 4 });
    conflictIn(() => insert(second.unit, { _id: 4, u: 5 }));
    first.abort();
    insert(second.unit, { _id: 4, u: 5 });
    second.abort();
  });

  it("see a unique index's other keys, freed and taken by themselves", async () => {
    const own = bench.kernel.begin();
    set(own.unit, 1, { u: 100 });
    set(own.unit, 2, { u: 1 });
    expect(() => insert(own.unit, { _id: 4, u: 100 })).toThrow(/^E11000/);
    await own.commit();
    expect(bench.ids({ u: 1 })).toEqual([2]);
    expect(bench.kernel.integrity()).toEqual([]);
  });

  it("make single writes to their documents wait", async () => {
    const transaction = bench.kernel.begin();
    set(transaction.unit, 1, { a: 5 });
    let runs = 0;
    const waiting = bench.kernel.write((unit) => {
      runs++;
      return set(unit, 1, { b: 1 });
    });
    await bench.kernel.write((unit) => set(unit, 2, { a: 7 }));
    expect(bench.ids({ b: 1 })).toEqual([]);
    await transaction.commit();
    await waiting;
    expect(runs).toBeGreaterThan(1);
    expect(bench.ids({ b: 1, a: 5 })).toEqual([1]);
  });

  it("let waiting writes go on after an abort, also inserts of a unique key", async () => {
    const transaction = bench.kernel.begin();
    insert(transaction.unit, { _id: 4, u: "x" });
    const waiting = bench.kernel.write((unit) => insert(unit, { _id: 5, u: "x" }));
    transaction.abort();
    await waiting;
    expect(bench.ids({ u: "x" })).toEqual([5]);
  });

  it("make others wait no longer than their deadline or signal", async () => {
    const transaction = bench.kernel.begin();
    set(transaction.unit, 1, { a: 5 });
    const late = bench.kernel.write((unit) => set(unit, 1, { b: 1 }), { deadline: Date.now() + 20 });
    await expect(late).rejects.toMatchObject({ codeName: "MaxTimeMSExpired" });
    const controller = new AbortController();
    const killed = bench.kernel.write((unit) => set(unit, 1, { b: 1 }), { signal: controller.signal });
    controller.abort();
    await expect(killed).rejects.toMatchObject({ codeName: "Interrupted" });
    transaction.abort();
  });

  it("are aborted when their time is over", async () => {
    const short = openBench(kind, { transactionLifetimeMs: 20 });
    await short.collection();
    const transaction = short.kernel.begin();
    transaction.unit.insert(opened(transaction.unit, short.ns), bytes({ _id: 1 }));
    const waiting = short.kernel.write((unit) => unit.insert(opened(unit, short.ns), bytes({ _id: 1 })));
    await waiting;
    expect(transaction.state).toBe("aborted");
    await expect(transaction.commit()).rejects.toMatchObject({ codeName: "NoSuchTransaction" });
    await short.close();
  });

  it("can create collections and indexes, seen by others after the commit", async () => {
    const transaction = bench.kernel.begin();
    const { unit } = transaction;
    const ns = { db: "test", coll: "new" };
    const collection = unit.createCollection(ns);
    unit.createIndex(collection, indexSpec({ a: 1 }));
    unit.insert(collection, bytes({ _id: 1, a: [1, 2] }));
    expect(bench.kernel.read((other) => other.collection(ns))).toBeUndefined();
    await transaction.commit();
    const found = bench.kernel.read((other) => [...other.find(opened(other, ns), query({ a: 2 }))].length);
    expect(found).toBe(1);
    expect(bench.kernel.integrity()).toEqual([]);
  });

  it("conflict when an index they wrote without is built meanwhile", async () => {
    const transaction = bench.kernel.begin();
    insert(transaction.unit, { _id: 4, u: 4, z: 1 });
    await bench.kernel.write((unit) => unit.createIndex(opened(unit, bench.ns), indexSpec({ z: 1 })));
    await expect(transaction.commit()).rejects.toMatchObject(conflict);
    expect(transaction.state).toBe("aborted");
    expect(bench.kernel.integrity()).toEqual([]);
  });

  it("conflict when their collection is dropped meanwhile", async () => {
    const transaction = bench.kernel.begin();
    insert(transaction.unit, { _id: 4, u: 4 });
    await bench.kernel.write((unit) => unit.dropCollection(bench.ns));
    await expect(transaction.commit()).rejects.toMatchObject(conflict);
  });

  it("that both make an index multikey may both commit", async () => {
    const first = bench.kernel.begin();
    const second = bench.kernel.begin();
    insert(first.unit, { _id: 4, a: [1, 2], u: 4 });
    insert(second.unit, { _id: 5, a: [2, 3], u: 5 });
    await Promise.all([first.commit(), second.commit()]);
    expect(bench.ids({ a: { $gt: 1, $lt: 3 } }).length).toBe(3);
    expect(bench.kernel.integrity()).toEqual([]);
  });

  it("keep their snapshot while going through it and writing", async () => {
    const transaction = bench.kernel.begin();
    const { unit } = transaction;
    const collection = opened(unit, bench.ns);
    for (const { stored } of unit.find(collection, query({ a: { $gte: 1 } }))) {
      const a = plain(stored.doc().get("a")) as number;
      unit.replace(collection, stored, new Map([...stored.doc(), ...doc({ a: a + 10 })]));
    }
    await transaction.commit();
    expect(bench.ids({ a: { $in: [11, 12, 13] } }).length).toBe(3);
  });

  it("never lose an increment", async () => {
    const add = async (): Promise<void> => {
      const transaction: Transaction = bench.kernel.begin();
      try {
        const [match] = transaction.unit.find(opened(transaction.unit, bench.ns), query({ _id: 1 }));
        const before = plain(match?.stored.doc().get("a")) as number;
        await new Promise((resolve) => setImmediate(resolve));
        set(transaction.unit, 1, { a: before + 1 });
        await transaction.commit();
      } catch (error) {
        transaction.abort();
        if (!(error instanceof ServerError) || error.code !== 112) throw error;
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 5));
        await add();
      }
    };
    await Promise.all(Array.from({ length: 20 }, add));
    expect(bench.ids({ a: 21 })).toEqual([1]);
  });

  describe("retry records", () => {
    const session = Buffer.from("0123456789abcdef");
    const record = (txnNumber: bigint, statement: number, text: string) => ({
      session,
      txnNumber,
      statement,
      reply: Buffer.from(text),
    });
    const recordsOf = (txnNumber: bigint) =>
      bench.kernel.read((unit) =>
        [...unit.retryRecords(session, txnNumber)].map(([statement, reply]) => [statement, reply.toString()]),
      );

    it("are kept with the write and forgotten with the next number", async () => {
      await bench.kernel.write((unit) => {
        unit.keepRetryRecord(record(5n, 0, "zero"));
        unit.keepRetryRecord(record(5n, 1, "one"));
        unit.keepRetryRecord({ ...record(5n, 0, "other"), session: Buffer.from("0123456789abcde") });
      });
      expect(recordsOf(5n)).toEqual([
        [0, "zero"],
        [1, "one"],
      ]);
      await bench.kernel.write((unit) => unit.keepRetryRecord(record(6n, 0, "next")));
      expect(recordsOf(5n)).toEqual([]);
      expect(bench.kernel.read((unit) => unit.lastTxnNumber(session))).toBe(6n);
      expect(bench.kernel.read((unit) => unit.lastTxnNumber(Buffer.from("0123456789abcde")))).toBe(5n);
      expect(bench.kernel.read((unit) => unit.lastTxnNumber(Buffer.from("none")))).toBeUndefined();
    });

    it("are not kept when the write fails", async () => {
      const failed = bench.kernel.write((unit) => {
        unit.keepRetryRecord(record(5n, 0, "zero"));
        throw new Error("stop");
      });
      await expect(failed).rejects.toThrow("stop");
      expect(recordsOf(5n)).toEqual([]);
    });

    it("tell of a transaction's commit, and are gone after 30 minutes", async () => {
      const transaction = bench.kernel.begin();
      insert(transaction.unit, { _id: 4, u: 4 });
      await transaction.commit(record(7n, commitStatement, "done"));
      expect(recordsOf(7n)).toEqual([[commitStatement, "done"]]);
      await bench.kernel.maintain(Date.now() + 29 * 60_000);
      expect(recordsOf(7n).length).toBe(1);
      await bench.kernel.maintain(Date.now() + 31 * 60_000);
      expect(recordsOf(7n)).toEqual([]);
    });
  });
});
