import { emptyMap, entriesOf, getFrom, withEntry, type SortedMap } from "../storage/sorted-map.js";
import { tables, type Entry, type KeyRange, type Reader, type Table, type Writer } from "../storage/store.js";

/** A value put, or `null` for a key removed. */
export type Change = Buffer | null;

/** Changes kept in memory on top of a reader, seen by reads as if they were made. */
export interface Overlay extends Writer {
  /** What was changed, in order of keys. */
  changes(table: Table): Iterable<readonly [Buffer, Change]>;
}

export function overlayOn(base: Reader): Overlay {
  const changed = Object.fromEntries(tables.map((table) => [table, emptyMap as SortedMap<Change>])) as Record<
    Table,
    SortedMap<Change>
  >;
  const put = (table: Table, key: Buffer, value: Change) => {
    changed[table] = withEntry(changed[table], key, value);
  };
  const entries = (table: Table, range: KeyRange): Iterable<Entry> => {
    if (changed[table].root === undefined) return base.entries(table, range);
    return merged(base.entries(table, range), changed[table], range);
  };
  return {
    get: (table, key) => {
      const own = getFrom(changed[table], key);
      return own === undefined ? base.get(table, key) : (own ?? undefined);
    },
    entries,
    keys: (table, range) =>
      changed[table].root === undefined ? base.keys(table, range) : keysOf(entries(table, range)),
    count: (table, range) => {
      if (changed[table].root === undefined) return base.count(table, range);
      let count = 0;
      for (const _ of entries(table, range)) count++;
      return count;
    },
    put,
    putNew: put,
    remove: (table, key) => put(table, key, null),
    changes: (table) => entriesOf(changed[table]),
  };
}

function* keysOf(entries: Iterable<Entry>): Generator<Buffer, void> {
  for (const { key } of entries) yield key;
}

/** Goes through both in order; where both have a key, the change counts. */
function* merged(base: Iterable<Entry>, changes: SortedMap<Change>, range: KeyRange): Generator<Entry, void> {
  const { start, end, reverse = false } = range;
  const own = entriesOf(changes, start, end, reverse);
  let change = own.next();
  for (const entry of base) {
    let order = 1;
    while (!change.done && (order = compare(change.value[0], entry.key, reverse)) < 0) {
      yield* present(change.value);
      change = own.next();
    }
    if (change.done || order > 0) {
      yield entry;
      continue;
    }
    yield* present(change.value);
    change = own.next();
  }
  for (; !change.done; change = own.next()) yield* present(change.value);
}

function compare(left: Buffer, right: Buffer, reverse: boolean): number {
  return reverse ? Buffer.compare(right, left) : Buffer.compare(left, right);
}

function present([key, value]: readonly [Buffer, Change]): readonly Entry[] {
  return value === null ? [] : [{ key, value }];
}
