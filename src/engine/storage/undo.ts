import type { Entry, KeyRange, Table, Writer } from "./store.js";

/** What a writer does to the store itself, without looking back. */
export interface RawWriter extends Omit<Writer, "putNew"> {
  put(table: Table, key: Buffer, value: Buffer): void;
  remove(table: Table, key: Buffer): void;
}

interface Change {
  readonly table: Table;
  readonly key: Buffer;
  readonly before: Buffer | undefined;
}

/**
 * Runs `work` so that a throw takes back what it put, while other works of the same commit stay: remembers the value
 * before each change.
 */
export function withUndo<T>(raw: RawWriter, work: (writer: Writer) => T): T {
  const writer = new UndoWriter(raw);
  try {
    return work(writer);
  } catch (error) {
    writer.undo();
    throw error;
  }
}

class UndoWriter implements Writer {
  readonly #raw: RawWriter;
  readonly #changes: Change[] = [];

  constructor(raw: RawWriter) {
    this.#raw = raw;
  }

  get(table: Table, key: Buffer): Buffer | undefined {
    return this.#raw.get(table, key);
  }

  entries(table: Table, range: KeyRange): Iterable<Entry> {
    return this.#raw.entries(table, range);
  }

  keys(table: Table, range: KeyRange): Iterable<Buffer> {
    return this.#raw.keys(table, range);
  }

  count(table: Table, range: KeyRange): number {
    return this.#raw.count(table, range);
  }

  put(table: Table, key: Buffer, value: Buffer, before = this.#raw.get(table, key)): void {
    this.#changes.push({ table, key, before });
    this.#raw.put(table, key, value);
  }

  putNew(table: Table, key: Buffer, value: Buffer): void {
    this.#changes.push({ table, key, before: undefined });
    this.#raw.put(table, key, value);
  }

  remove(table: Table, key: Buffer, before = this.#raw.get(table, key)): void {
    this.#changes.push({ table, key, before });
    this.#raw.remove(table, key);
  }

  undo(): void {
    for (const { table, key, before } of this.#changes.reverse()) {
      if (before === undefined) this.#raw.remove(table, key);
      else this.#raw.put(table, key, before);
    }
  }
}
