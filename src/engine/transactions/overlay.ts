import { emptyMap, entriesOf, withEntry, type SortedMap } from "../storage/sorted-map.js";
import { keyText, tables, type Entry, type KeyRange, type Reader, type Table, type Writer } from "../storage/store.js";

/** A value put, or `null` for a key removed. */
type Value = Buffer | null;

/** One change of a table. */
export interface Change {
  readonly key: Buffer;
  readonly value: Value;
  /** The reader below is known not to have the key. */
  readonly isNew: boolean;
}

/** Changes kept in memory on top of a reader, seen by reads as if they were made. */
export class Overlay implements Writer {
  readonly #base: Reader;
  readonly #changed = Object.fromEntries(tables.map((table) => [table, new TableChanges()])) as Record<
    Table,
    TableChanges
  >;

  constructor(base: Reader) {
    this.#base = base;
  }

  get(table: Table, key: Buffer): Buffer | undefined {
    const own = this.#changed[table].get(key);
    return own === undefined ? this.#base.get(table, key) : (own ?? undefined);
  }

  entries(table: Table, range: KeyRange): Iterable<Entry> {
    const changed = this.#changed[table];
    const base = this.#base.entries(table, range);
    return changed.empty ? base : merged(base, changed.sorted(), range);
  }

  keys(table: Table, range: KeyRange): Iterable<Buffer> {
    return this.#changed[table].empty ? this.#base.keys(table, range) : keysOf(this.entries(table, range));
  }

  count(table: Table, range: KeyRange): number {
    if (this.#changed[table].empty) return this.#base.count(table, range);
    let count = 0;
    for (const _ of this.entries(table, range)) count++;
    return count;
  }

  put(table: Table, key: Buffer, value: Buffer): void {
    this.#changed[table].set(key, value, false);
  }

  putNew(table: Table, key: Buffer, value: Buffer): void {
    this.#changed[table].set(key, value, true);
  }

  remove(table: Table, key: Buffer): void {
    this.#changed[table].set(key, null, false);
  }

  /** What was changed, in order of keys. */
  changes(table: Table): Iterable<Change> {
    return this.#changed[table].inOrder();
  }
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
