import { ServerError } from "../errors.js";
import { keyText, tables, type Snapshot, type Store, type Table, type Writer } from "../storage/store.js";
import { advanceClock } from "./clock.js";
import type { Holder, Locks } from "./locks.js";
import { overlayOn, type Overlay } from "./overlay.js";
import { bitsValue, readBits, type View } from "./view.js";

const VERSION_BYTES = 8;

/** Stands at the beginning of keys and values for the version that the commit will give them. */
const pendingVersion = Buffer.alloc(VERSION_BYTES, 0xff);

function isPending(bytes: Buffer): boolean {
  return bytes.length >= VERSION_BYTES && bytes.compare(pendingVersion, 0, VERSION_BYTES, 0, VERSION_BYTES) === 0;
}

function stamped(bytes: Buffer, version: Buffer): Buffer {
  return isPending(bytes) ? Buffer.concat([version, bytes.subarray(VERSION_BYTES)]) : bytes;
}

interface Check {
  readonly table: Table;
  readonly key: Buffer;
  readonly before: Buffer | undefined;
}

/** Someone else has changed, or is changing, what this transaction is about. */
export function writeConflict(): ServerError {
  const error = new ServerError(
    "WriteConflict",
    "Caused by :: Write conflict during plan execution and yielding is disabled. :: Please retry your operation or multi-document transaction.",
  );
  error.labels.push("TransientTransactionError");
  return error;
}

/** The view of a multi-document transaction: its snapshot, and its own changes kept until the commit. */
export class TransactionView {
  readonly view: View;
  readonly #store: Store;
  readonly #snapshot: Snapshot;
  readonly #overlay: Overlay;
  readonly #locks: Locks;
  readonly #holder: Holder;
  readonly #checks = new Map<string, Check>();
  readonly #held: string[] = [];
  readonly #bits = new Map<string, number>();

  constructor(store: Store, locks: Locks, holder: Holder) {
    this.#store = store;
    this.#snapshot = store.snapshot();
    this.#overlay = overlayOn(this.#snapshot);
    this.#locks = locks;
    this.#holder = holder;
    this.view = {
      ...this.#overlay,
      writable: true,
      version: () => pendingVersion,
      claim: (table, key) => this.#claim(table, key),
      rely: (table, key) => this.#rely(table, key),
      setBits: (key, bits) => this.#setBits(key, bits),
    };
  }

  #claim(table: Table, key: Buffer): void {
    const holder = this.#locks.holderOf(table, key);
    if (holder === this.#holder) return;
    const before = this.#snapshot.get(table, key);
    if (holder !== undefined || !sameValue(table, before, this.#newest(table, key))) throw writeConflict();
    const name = this.#locks.take(table, key, this.#holder);
    this.#held.push(name);
    this.#checks.set(name, { table, key, before });
  }

  #newest(table: Table, key: Buffer): Buffer | undefined {
    const latest = this.#store.snapshot();
    try {
      return latest.get(table, key);
    } finally {
      latest.close();
    }
  }

  #rely(table: Table, key: Buffer): void {
    const name = `${table}:${keyText(key)}`;
    if (!this.#checks.has(name)) this.#checks.set(name, { table, key, before: this.#snapshot.get(table, key) });
  }

  #setBits(key: Buffer, bits: number): void {
    const before = readBits(this.#overlay, key);
    if ((before | bits) === before) return;
    this.#overlay.put("meta", key, bitsValue(before | bits));
    this.#bits.set(keyText(key), before | bits);
  }

  /**
   * Writes everything to the store, inside its write.
   * @throws WriteConflict when something that was claimed or relied on has changed since the snapshot
   */
  applyTo(writer: Writer): void {
    for (const { table, key, before } of this.#checks.values()) {
      if (!sameValue(table, before, writer.get(table, key))) throw writeConflict();
    }
    const version = advanceClock(writer);
    for (const table of tables) {
      for (const [key, value] of this.#overlay.changes(table)) {
        if (value === null) writer.remove(table, key);
        else writer.put(table, stamped(key, version), this.#finalValue(writer, table, key, value, version));
      }
    }
  }

  #finalValue(writer: Writer, table: Table, key: Buffer, value: Buffer, version: Buffer): Buffer {
    const bits = table === "meta" ? this.#bits.get(keyText(key)) : undefined;
    return bits === undefined ? stamped(value, version) : bitsValue(readBits(writer, key) | bits);
  }

  /** Gives back locks and snapshot. */
  close(): void {
    this.#locks.release(this.#held);
    this.#snapshot.close();
  }
}

/** Documents are the same when their versions are. */
function sameValue(table: Table, left: Buffer | undefined, right: Buffer | undefined): boolean {
  if (left === undefined || right === undefined) return left === right;
  if (table !== "docs") return left.equals(right);
  return left.compare(right, 0, VERSION_BYTES, 0, VERSION_BYTES) === 0;
}
