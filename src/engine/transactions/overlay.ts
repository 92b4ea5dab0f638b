import { emptyMap, entriesOf, withEntry, type SortedMap } from "../storage/sorted-map.js";
import { keyText, tables, type Entry, type KeyRange, type Reader, type Table, type Writer } from "../storage/store.js";

/** A value put, or `null` for a key removed. */
type Value = Buffer | null;

/** One change of a table. */
export interface Change {
  readonly key: Buffer;
  readonly value: Value;
  /** The key is known not to be there. */
  readonly isNew: boolean;
  /** What is there, where it is known. */
  readonly before: Buffer | undefined;
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

  put(table: Table, key: Buffer, value: Buffer, before?: Buffer): void {
    this.#changed[table].add({ key, value, isNew: false, before });
  }

  putNew(table: Table, key: Buffer, value: Buffer): void {
    this.#changed[table].add({ key, value, isNew: true, before: undefined });
  }

  remove(table: Table, key: Buffer, before?: Buffer): void {
    this.#changed[table].add({ key, value: null, isNew: false, before });
  }

  /** What was changed, in the order in which it was. */
  changes(table: Table): readonly Change[] {
    return this.#changed[table].log;
  }
}

/** One table's changes; found by key, or in the order of keys, only from the first time that somebody asks so. */
class TableChanges {
  readonly log: Change[] = [];
  readonly #byKey = new Map<string, Value>();
  #tree: SortedMap<Value> = emptyMap;
  /** How many of the log are in `#byKey`, and in `#tree`. */
  #named = 0;
  #sorted = 0;

  get empty(): boolean {
    return this.log.length === 0;
  }

  add(change: Change): void {
    this.log.push(change);
    if (this.#named > 0) this.#nameRest();
  }

  get(key: Buffer): Value | undefined {
    if (this.empty) return undefined;
    this.#nameRest();
    return this.#byKey.get(keyText(key));
  }

  #nameRest(): void {
    for (const { log } = this; this.#named < log.length; this.#named++) {
      const { key, value } = log[this.#named] as Change;
      this.#byKey.set(keyText(key), value);
    }
  }

  sorted(): SortedMap<Value> {
    for (const { log } = this; this.#sorted < log.length; this.#sorted++) {
      const { key, value } = log[this.#sorted] as Change;
      this.#tree = withEntry(this.#tree, key, value);
    }
    return this.#tree;
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
