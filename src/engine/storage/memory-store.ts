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
      return { ...readerOf(() => frozen), close: () => undefined };
    },
    write: async (work) => {
      await Promise.resolve();
      const before = { ...data };
      try {
        return work(writerOf(() => data));
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
    compact: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}

function readerOf(data: () => Data): Reader {
  return {
    get: (table, key) => getFrom(data()[table], key),
    *entries(table: Table, { start, end, reverse }: KeyRange): Generator<Entry> {
      for (const [key, value] of entriesOf(data()[table], start, end, reverse)) yield { key, value };
    },
    *keys(table: Table, { start, end, reverse }: KeyRange): Generator<Buffer> {
      for (const [key] of entriesOf(data()[table], start, end, reverse)) yield key;
    },
    count(table: Table, { start, end }: KeyRange): number {
      let count = 0;
      for (const _ of entriesOf(data()[table], start, end)) count++;
      return count;
    },
  };
}

function writerOf(data: () => Data): Writer {
  const put = (table: Table, key: Buffer, value: Buffer) => {
    data()[table] = withEntry(data()[table], key, value);
  };
  return {
    ...readerOf(data),
    put,
    putNew: put,
    remove: (table, key) => {
      data()[table] = withoutKey(data()[table], key);
    },
  };
}
