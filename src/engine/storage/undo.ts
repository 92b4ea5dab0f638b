import type { Table, Writer } from "./store.js";

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
  const changes: Change[] = [];
  const remember = (table: Table, key: Buffer, before: Buffer | undefined) => changes.push({ table, key, before });
  const writer: Writer = {
    get: raw.get.bind(raw),
    entries: raw.entries.bind(raw),
    keys: raw.keys.bind(raw),
    count: raw.count.bind(raw),
    put: (table, key, value, before = raw.get(table, key)) => {
      remember(table, key, before);
      raw.put(table, key, value);
    },
    putNew: (table, key, value) => {
      remember(table, key, undefined);
      raw.put(table, key, value);
    },
    remove: (table, key, before = raw.get(table, key)) => {
      remember(table, key, before);
      raw.remove(table, key);
    },
  };
  try {
    return work(writer);
  } catch (error) {
    for (const { table, key, before } of changes.reverse()) {
      if (before === undefined) raw.remove(table, key);
      else raw.put(table, key, before);
    }
    throw error;
  }
}
