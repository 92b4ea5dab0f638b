import type { Table, Writer } from "../storage/store.js";

/**
 * What a unit works on: the store as the unit sees it. Three kinds: a snapshot that cannot be changed, the store
 * itself inside a write, and a transaction's snapshot with its own changes on top.
 */
export interface View extends Writer {
  readonly writable: boolean;
  /** Goes before the version of documents put by this unit: 8 bytes, larger than those of all earlier commits. */
  version(): Buffer;
  /**
   * Announces a change of this key, before it is read to decide on it: nobody else may change it until the unit ends.
   * @throws WriteConflict in a transaction, DocumentHeld in a single write
   */
  claim(table: Table, key: Buffer): void;
  /** The unit's result rests on this key's value: a commit fails if another has changed it since. */
  rely(table: Table, key: Buffer): void;
  /** Sets bits that are only ever set, so that two transactions may both do it. */
  setBits(key: Buffer, bits: number): void;
}

/** Reads a number kept by `setBits`. */
export function readBits(view: Pick<View, "get">, key: Buffer): number {
  return view.get("meta", key)?.readUInt32BE() ?? 0;
}

export function bitsValue(bits: number): Buffer {
  const value = Buffer.allocUnsafe(4);
  value.writeUInt32BE(bits >>> 0);
  return value;
}
