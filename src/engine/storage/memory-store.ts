import { emptyMap, entriesOf, getFrom, withEntry, withoutKey, type SortedMap } from "./sorted-map.js";
import {
  tables,
  type Entry,
  type KeyRange,
  type Reader,
  type Snapshot,
  type Store,
  type Table,
  type Writer,
} from "./store.js";

const firstKey = Buffer.alloc(1);
const lastKey = Buffer.alloc(16, 0xff);

type Data = Record<Table, SortedMap<Buffer>>;

/** A store that forgets everything when it goes: for tests, and for engines that are to leave no files. */
export function openMemoryStore(): Store {
  let data = Object.fromEntries(tables.map((table) => [table, emptyMap as SortedMap<Buffer>])) as Data;
  return {
    snapshot: (): Snapshot => {
      const frozen = { ...data };
      return new MemorySnapshot(() => frozen);
    },
    write: async (work) => {
      await Promise.resolve();
      const before = { ...data };
      try {
        return work(new MemoryWriter(() => data));
      } catch (error) {
        data = before;
        throw error;
      }
    },
    sizeOf: (table) => {
      let bytes = 0;
      for (const [key, value] of entriesOf(data[table], firstKey, lastKey)) bytes += key.length + value.length;
      return bytes;
    },
    rest: () => undefined,
    isRestOverdue: false,
    compact: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}

class MemoryReader implements Reader {
  protected readonly data: () => Data;

  constructor(data: () => Data) {
    this.data = data;
  }

  get(table: Table, key: Buffer): Buffer | undefined {
    return getFrom(this.data()[table], key);
  }

  *entries(table: Table, { start, end, reverse }: KeyRange): Generator<Entry> {
    for (const [key, value] of entriesOf(this.data()[table], start, end, reverse)) yield { key, value };
  }

  *keys(table: Table, { start, end, reverse }: KeyRange): Generator<Buffer> {
    for (const [key] of entriesOf(this.data()[table], start, end, reverse)) yield key;
  }

  count(table: Table, { start, end }: KeyRange): number {
    let count = 0;
    for (const _ of entriesOf(this.data()[table], start, end)) count++;
    return count;
  }
}

class MemorySnapshot extends MemoryReader implements Snapshot {
  close(): void {
    // There is nothing to give back.
  }
}

class MemoryWriter extends MemoryReader implements Writer {
  put(table: Table, key: Buffer, value: Buffer): void {
    this.data()[table] = withEntry(this.data()[table], key, value);
  }

  putNew(table: Table, key: Buffer, value: Buffer): void {
    this.put(table, key, value);
  }

  remove(table: Table, key: Buffer): void {
    this.data()[table] = withoutKey(this.data()[table], key);
  }
}
