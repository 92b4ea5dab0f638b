import type { Database, Transaction } from "lmdb";
import { pagesOf, type Page } from "./pages.js";
import type { Entry, KeyRange, Reader, Snapshot, Table } from "./store.js";
import type { RawWriter } from "./undo.js";

export type Binary = Database<Buffer, Buffer>;

/** What a read is made within: a snapshot's transaction; nothing inside the write callback. */
interface Within {
  readonly transaction?: Transaction;
}

const nothing: Within = {};

/** Reads the tables as the write callback sees them, with what it has put. */
class LmdbReader implements Reader {
  protected readonly stores: Record<Table, Binary>;

  constructor(stores: Record<Table, Binary>) {
    this.stores = stores;
  }

  protected within(): Within {
    return nothing;
  }

  get(table: Table, key: Buffer): Buffer | undefined {
    return readValue(this.stores[table], key, this.within());
  }

  entries(table: Table, range: KeyRange): Iterable<Entry> {
    return pagesOf(range, (page) => readEntries(this.stores[table], page, this.within()), keyOfEntry);
  }

  keys(table: Table, range: KeyRange): Iterable<Buffer> {
    return pagesOf(range, (page) => readKeys(this.stores[table], page, this.within()), keyItself);
  }

  count(table: Table, { start, end }: KeyRange): number {
    return this.stores[table].getKeysCount({ start, end, ...this.within() });
  }
}

/** Reads the tables as they were when the transaction began. */
export class LmdbSnapshot extends LmdbReader implements Snapshot {
  readonly #within: Required<Within>;
  readonly #onClose: () => void;
  #open = true;

  constructor(stores: Record<Table, Binary>, transaction: Transaction, onClose: () => void) {
    super(stores);
    this.#within = { transaction };
    this.#onClose = onClose;
  }

  protected override within(): Within {
    if (!this.#open) throw new Error("A snapshot was read after it was closed");
    return this.#within;
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#onClose();
    this.#within.transaction.done();
  }
}

/** Writes to the tables, inside the write callback. */
export class LmdbWriter extends LmdbReader implements RawWriter {
  #hasChanged = false;

  get hasChanged(): boolean {
    return this.#hasChanged;
  }

  put(table: Table, key: Buffer, value: Buffer): void {
    this.#hasChanged = true;
    void this.stores[table].put(key, value);
  }

  remove(table: Table, key: Buffer): void {
    this.#hasChanged = true;
    void this.stores[table].remove(key);
  }
}

const keyOfEntry = (entry: Entry): Buffer => entry.key;
const keyItself = (key: Buffer): Buffer => key;

/** lmdb's declarations leave out the options of `getBinary`. */
type GetBinary = (this: Binary, key: Buffer, options: Within) => Buffer | undefined;

export function readValue(store: Binary, key: Buffer, within: Within): Buffer | undefined {
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
