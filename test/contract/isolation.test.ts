import { MongoClient, MongoNetworkError, type ClientSession } from "mongodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startFlakyProxy, type FlakyProxy } from "../support/flaky-proxy.js";
import { startTestDatabase, type TestDatabase } from "../support/test-server.js";

/** What a test of Jepsen's kind does: many clients at once, faults between, and a history that must be explainable. */
interface Account {
  _id: number;
  balance: number;
}

interface Register {
  _id: number;
  values: number[];
}

/** A transaction that was acknowledged: what it saw of each register, and what it appended to which. */
interface Seen {
  readonly lists: ReadonlyMap<number, readonly number[]>;
  readonly appended: ReadonlyMap<number, number>;
}

let test: TestDatabase;
let proxy: FlakyProxy;
let client: MongoClient;
beforeAll(async () => {
  test = await startTestDatabase();
  proxy = await startFlakyProxy(test.uri);
  client = await new MongoClient(proxy.uri, { appName: test.db.databaseName }).connect();
});
afterAll(async () => {
  await client.close();
  await proxy.close();
  await test.close();
});

const accounts = () => client.db(test.db.databaseName).collection<Account>("accounts");
const registers = () => client.db(test.db.databaseName).collection<Register>("registers");

const ids = [0, 1, 2, 3, 4];
const total = 500;
/**
 * Longer than a server keeps a transaction that nobody ends, which is a minute: where the pool is cleared while a statement
 * is under way, the driver gives up the abort as well.
 */
const timeout = 150_000;
const snapshot = { readConcern: { level: "snapshot" }, writeConcern: { w: "majority" } } as const;

/** Breaks something every now and then while the work goes on. */
async function withFaults(work: Promise<unknown>): Promise<void> {
  const state = { isOver: false };
  const end = work.finally(() => (state.isOver = true));
  const faults: readonly (() => unknown)[] = [
    () => proxy.loseAnswerTo("commitTransaction"),
    () => proxy.loseRequest("update"),
    () => proxy.loseAnswerTo("find"),
    () => failOnce({ failCommands: ["commitTransaction"], errorCode: 91, errorLabels: ["RetryableWriteError"] }),
    () => failOnce({ failCommands: ["update"], errorCode: 112, errorLabels: ["TransientTransactionError"] }),
    () => failOnce({ failCommands: ["commitTransaction"], closeConnection: true }),
  ];
  // Each clears the driver's pool: more would leave it nothing but faults to see.
  for (let count = 0; !state.isOver && count < 18; count++) {
    await faults[count % faults.length]?.();
    await new Promise((resolve) => setTimeout(resolve, 60));
  }
  await end;
}

/** Only for this file's own client: the deployment may be shared by others. */
async function failOnce(fault: object): Promise<void> {
  const data = { ...fault, appName: test.db.databaseName };
  await test.client.db("admin").command({ configureFailPoint: "failCommand", mode: { times: 1 }, data });
}

/** Undefined when the connection's loss left open whether it was done: the driver retries most of it, not all. */
async function attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof MongoNetworkError) return undefined;
    throw error;
  }
}

const inTransaction = <T>(work: (session: ClientSession) => Promise<T>): Promise<T> =>
  client.withSession((session) => session.withTransaction(() => work(session), snapshot));

const pick = (): number => Math.floor(Math.random() * ids.length);

async function transfer(): Promise<void> {
  const from = pick();
  const to = (from + 1 + Math.floor(Math.random() * (ids.length - 1))) % ids.length;
  await inTransaction(async (session) => {
    const source = await accounts().findOne({ _id: from }, { session });
    const target = await accounts().findOne({ _id: to }, { session });
    if (source === null || target === null || source.balance < 7) return;
    await accounts().updateOne({ _id: from }, { $set: { balance: source.balance - 7 } }, { session });
    await accounts().updateOne({ _id: to }, { $set: { balance: target.balance + 7 } }, { session });
  });
}

async function readTotal(): Promise<number> {
  const found = await inTransaction((session) => accounts().find({}, { session, batchSize: 2 }).toArray());
  return found.reduce((sum, { balance }) => sum + balance, 0);
}

/** Reads two registers and appends to one of them. */
async function readAndAppend(value: number): Promise<Seen> {
  const [read, write] = [pick(), pick()];
  return inTransaction(async (session) => {
    const lists = new Map<number, readonly number[]>();
    for (const id of new Set([read, write])) {
      lists.set(id, (await registers().findOne({ _id: id }, { session }))?.values ?? []);
    }
    await registers().updateOne({ _id: write }, { $push: { values: value } }, { session });
    return { lists, appended: new Map([[write, value]]) };
  });
}

function isPrefix(list: readonly number[], whole: readonly number[]): boolean {
  return list.every((value, index) => whole[index] === value);
}

describe("transfers between accounts, with faults", () => {
  it("keep the total, also in every snapshot on the way", { timeout }, async () => {
    await accounts().insertMany(ids.map((_id) => ({ _id, balance: total / ids.length })));
    const totals: number[] = [];
    const mover = async (): Promise<void> => {
      for (let count = 0; count < 8; count++) await attempt(transfer);
    };
    const reader = async (): Promise<void> => {
      for (let count = 0; count < 10; count++) {
        const sum = await attempt(readTotal);
        if (sum !== undefined) totals.push(sum);
      }
    };
    await withFaults(Promise.all([mover(), mover(), mover(), mover(), reader(), reader()]));
    expect(totals).toEqual(totals.map(() => total));
    const found = await test.db.collection<Account>("accounts").find().toArray();
    expect(found.reduce((sum, { balance }) => sum + balance, 0)).toBe(total);
    expect(found.every(({ balance }) => balance >= 0)).toBe(true);
    expect(proxy.lost()).toBeGreaterThan(0);
  });
});

describe("registers that are appended to, with faults", () => {
  it("have a history that snapshots explain", { timeout }, async () => {
    await registers().insertMany(ids.map((_id) => ({ _id, values: [] })));
    const history: Seen[] = [];
    const unknown = new Set<number>();
    const worker = async (number: number): Promise<void> => {
      for (let value = number * 100; value < number * 100 + 12; value++) {
        const seen = await attempt(() => readAndAppend(value));
        if (seen === undefined) unknown.add(value);
        else history.push(seen);
      }
    };
    await withFaults(Promise.all([1, 2, 3, 4, 5].map(worker)));
    const last = new Map(
      (await test.db.collection<Register>("registers").find().toArray()).map((r) => [r._id, r.values]),
    );
    const final = (id: number): readonly number[] => last.get(id) ?? [];
    expect(history.length).toBeGreaterThan(30);
    // Nothing was lost, applied twice or made up.
    const appended = history.flatMap(({ appended: by }) => [...by.values()]);
    const known = [...last.values()].flat().filter((value) => !unknown.has(value));
    expect(known.sort(byNumber)).toEqual(appended.sort(byNumber));
    expect(new Set([...last.values()].flat()).size).toBe([...last.values()].flat().length);
    for (const { lists, appended: by } of history) {
      // All that was seen is a beginning of what came to be, and an append stands right behind what its writer saw.
      for (const [id, list] of lists) expect(isPrefix(list, final(id))).toBe(true);
      for (const [id, value] of by) expect(final(id).indexOf(value)).toBe(lists.get(id)?.length);
    }
    expect(tornSnapshots(history)).toEqual([]);
  });
});

const byNumber = (left: number, right: number): number => left - right;

/** Pairs of transactions of which one saw more of one register, the other more of another: no order explains them. */
function tornSnapshots(history: readonly Seen[]): unknown[] {
  return history.flatMap((left, index) =>
    history.slice(index + 1).filter((right) => {
      const shared = [...left.lists.keys()].filter((id) => right.lists.has(id));
      const signs = new Set(shared.map((id) => Math.sign(size(left, id) - size(right, id))));
      return signs.has(1) && signs.has(-1);
    }),
  );
}

function size({ lists }: Seen, id: number): number {
  return lists.get(id)?.length ?? 0;
}
