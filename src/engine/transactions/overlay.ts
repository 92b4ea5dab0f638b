import { emptyMap, entriesOf, withEntry, type SortedMap } from "../storage/sorted-map.js";
import { keyText, tables, type Entry, type KeyRange, type Reader, type Table, type Writer } from "../storage/store.js";

/** A value put, or `null` for a key removed. */
type Value = Buffer | null;

interface Change {
  readonly key: Buffer;
  readonly value: Value;
  /** The reader below is known not to have the key. */
  readonly isNew: boolean;
}

/** Changes kept in memory on top of a reader, seen by reads as if they were made. */
export interface Overlay extends Writer {
  /** What was changed, in order of keys. */
  changes(table: Table): Iterable<Change>;
}

export function overlayOn(base: Reader): Overlay {
  const changed = Object.fromEntries(tables.map((table) => [table, new TableChanges()])) as Record<Table, TableChanges>;
  const put = (table: Table, key: Buffer, value: Value) => changed[table].set(key, value, false);
  const entries = (table: Table, range: KeyRange): Iterable<Entry> => {
    if (changed[table].empty) return base.entries(table, range);
    return merged(base.entries(table, range), changed[table].sorted(), range);
  };
  return {
    get: (table, key) => {
      const own = changed[table].get(key);
      return own === undefined ? base.get(table, key) : (own ?? undefined);
    },
    entries,
    keys: (table, range) => (changed[table].empty ? base.keys(table, range) : keysOf(entries(table, range))),
    count: (table, range) => {
      if (changed[table].empty) return base.count(table, range);
      let count = 0;
      for (const _ of entries(table, range)) count++;
      return count;
    },
    put,
    putNew: (table, key, value) => changed[table].set(key, value, true),
    remove: (table, key) => put(table, key, null),
    changes: (table) => changed[table].inOrder(),
  };
}

/** One table's changes by key; kept in order only from the first time that a range of them is read. */
class TableChanges {
  readonly #byKey = new Map<string, Change>();
  /** Those that are not in `#tree` yet. */
  #unsorted: Change[] = [];
  #tree: SortedMap<Value> = emptyMap;

  get empty(): boolean {
    return this.#byKey.size === 0;
  }

  get(key: Buffer): Value | undefined {
    return this.empty ? undefined : this.#byKey.get(keyText(key))?.value;
  }

  /** What was changed before tells better than `isNew` whether the key was there. */
  set(key: Buffer, value: Value, isNew: boolean): void {
    const name = keyText(key);
    const change: Change = { key, value, isNew: this.#byKey.get(name)?.isNew ?? isNew };
    this.#byKey.set(name, change);
    this.#unsorted.push(change);
  }

  sorted(): SortedMap<Value> {
    for (const { key, value } of this.#unsorted) this.#tree = withEntry(this.#tree, key, value);
    this.#unsorted = [];
    return this.#tree;
  }

  /** Bytes as Latin-1 text sort as bytes do. */
  inOrder(): Iterable<Change> {
    return [...this.#byKey.keys()].sort().map((name) => this.#byKey.get(name) as Change);
  }
}

function* keysOf(entries: Iterable<Entry>): Generator<Buffer, void> {
  for (const { key } of entries) yield key;
}

/** Goes through both in order; where both have a key, the change counts. */
function* merged(base: Iterable<Entry>, changes: SortedMap<Value>, range: KeyRange): Generator<Entry, void> {
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

function present([key, value]: readonly [Buffer, Value]): readonly Entry[] {
  return value === null ? [] : [{ key, value }];
}
