import { docOf, UtcDate } from "../bson/types.js";
import { compileFilter } from "../query/matcher.js";
import { afterPrefix, type Store, type Table, type Writer } from "../storage/store.js";
import { isOutdated } from "../transactions/retry-records.js";
import { changesKeptMs, forgetBefore } from "./change-log.js";
import { garbagePrefix } from "./collections.js";
import type { Kernel } from "./types.js";

/** How much one write removes: others wait meanwhile. */
const CHUNK = 2000;
const VERSION_BYTES = 8;

/** Removes what dropped collections and indexes have left, a piece at a time. */
export async function sweepGarbage(store: Store): Promise<void> {
  while (await store.write(sweepSome));
}

function sweepSome(writer: Writer): boolean {
  const range = { start: garbagePrefix, end: afterPrefix(garbagePrefix) as Buffer };
  for (const mark of [...writer.keys("meta", range)]) {
    const id = mark.subarray(garbagePrefix.length);
    const left = (["docs", "indexes"] as const).some((table) => removeSome(writer, table, id));
    if (left) return true;
    writer.remove("meta", mark);
  }
  return false;
}

function removeSome(writer: Writer, table: Table, prefix: Buffer): boolean {
  let removed = 0;
  for (const key of writer.keys(table, { start: prefix, end: afterPrefix(prefix) as Buffer })) {
    writer.remove(table, key);
    if (++removed >= CHUNK) return true;
  }
  return false;
}

const everything = { start: Buffer.from([0]), end: Buffer.from([0xff]) };

/** Forgets retry records older than their sessions can be. */
export async function pruneRetryRecords(store: Store, now: number): Promise<void> {
  await store.write((writer) => {
    for (const { key, value } of writer.entries("retry", everything))
      if (isOutdated(value, now)) writer.remove("retry", key);
  });
}

/** Forgets logged changes that nobody is expected to resume from. */
export async function pruneChanges(store: Store, now: number): Promise<void> {
  const until = BigInt(Math.floor((now - changesKeptMs) / 1000)) << 32n;
  while (await store.write((writer) => forgetSome(writer, until)));
}

/** Forgets the oldest logged changes until they fit. */
export async function shortenChanges(store: Store, keptBytes: number): Promise<void> {
  for (let size = store.sizeOf("changes"); size > keptBytes; size = store.sizeOf("changes")) {
    const until = commitBehind(store, 1 - keptBytes / size);
    if (until === undefined) return;
    while (await store.write((writer) => forgetSome(writer, until)));
  }
}

/** The first commit behind a share of the logged changes, and behind the oldest. */
function commitBehind(store: Store, share: number): bigint | undefined {
  const snapshot = store.snapshot();
  try {
    let left = Math.ceil(snapshot.count("changes", everything) * share);
    let newest: bigint | undefined;
    for (const key of snapshot.keys("changes", everything)) {
      const version = key.readBigUInt64BE();
      if (left-- <= 0 && version !== newest) return version;
      newest = version;
    }
    return newest === undefined ? undefined : newest + 1n;
  } finally {
    snapshot.close();
  }
}

function forgetSome(writer: Writer, until: bigint): boolean {
  const end = Buffer.alloc(VERSION_BYTES);
  end.writeBigUInt64BE(until);
  let removed = 0;
  for (const key of writer.keys("changes", { start: Buffer.alloc(1), end })) {
    if (removed === 0) forgetBefore(writer, until);
    writer.remove("changes", key);
    if (++removed >= CHUNK) return true;
  }
  return false;
}

/** Removes documents whose time in a TTL index is over. */
export async function expireDocuments(kernel: Kernel, now: number): Promise<void> {
  const due = kernel.read((unit) =>
    unit.listDatabases().flatMap((db) =>
      unit.listCollections(db).flatMap(({ ns, indexes }) =>
        indexes.flatMap(({ key, expireAfterSeconds }) => {
          const [path] = key.keys();
          return expireAfterSeconds === undefined || path === undefined ? [] : [{ ns, path, expireAfterSeconds }];
        }),
      ),
    ),
  );
  for (const { ns, path, expireAfterSeconds } of due) {
    const until = new UtcDate(BigInt(Math.floor(now - expireAfterSeconds * 1000)));
    const filter = docOf({ [path]: docOf({ $lte: until }) });
    const query = { filter, matcher: compileFilter(filter), limit: CHUNK };
    const expireSome = () =>
      kernel.write((unit) => {
        const collection = unit.collection(ns);
        const expired = collection ? [...unit.find(collection, query)] : [];
        for (const { stored } of expired) if (collection) unit.remove(collection, stored);
        return expired.length === CHUNK;
      });
    while (await expireSome());
  }
}
