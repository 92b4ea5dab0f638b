import type { Database, Transaction } from "lmdb";
import { pagesOf, type Page } from "./pages.js";
import type { Entry, Reader, Table } from "./store.js";
import type { RawWriter } from "./undo.js";

export type Binary = Database<Buffer, Buffer>;

/** Writes to the tables, inside the write callback. */
export function writerOf(stores: Record<Table, Binary>): RawWriter {
  return {
    ...readerOf(stores, () => nothing),
    put: (table, key, value) => void stores[table].put(key, value),
    remove: (table, key) => void stores[table].remove(key),
  };
}

interface Within {
  readonly transaction?: Transaction;
}

const nothing: Within = {};

/** @param within the snapshot to read; nothing inside the write callback, where reads see what was put */
export function readerOf(stores: Record<Table, Binary>, within: () => Within): Reader {
  return {
    get: (table, key) => readValue(stores[table], key, within()),
    entries: (table, range) => pagesOf(range, (page) => readEntries(stores[table], page, within()), keyOfEntry),
    keys: (table, range) => pagesOf(range, (page) => readKeys(stores[table], page, within()), keyItself),
    count: (table, range) => stores[table].getKeysCount({ start: range.start, end: range.end, ...within() }),
  };
}

const keyOfEntry = (entry: Entry): Buffer => entry.key;
const keyItself = (key: Buffer): Buffer => key;

/** lmdb's declarations leave out the options of `getBinary`. */
type GetBinary = (this: Binary, key: Buffer, options: Within) => Buffer | undefined;

function readValue(store: Binary, key: Buffer, within: Within): Buffer | undefined {
  return (store.getBinary as GetBinary)(key, within);
}

function rangeOptions(page: Page, within: Within) {
  const { start, end, limit } = page;
  if (!page.reverse) return { start, end, limit, ...within };
  return { start: end, end: start, exclusiveStart: true, inclusiveEnd: true, reverse: true, limit, ...within };
}

function readEntries(store: Binary, page: Page, within: Within): Entry[] {
  const entries: Entry[] = [];
  let bytes = 0;
  for (const { key, value } of store.getRange(rangeOptions(page, within))) {
    entries.push({ key, value });
    bytes += value.length;
    if (bytes > page.maxBytes) break;
  }
  return entries;
}

function readKeys(store: Binary, page: Page, within: Within): Buffer[] {
  return [...store.getKeys(rangeOptions(page, within))];
}
