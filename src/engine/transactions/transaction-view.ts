import { ServerError } from "../errors.js";
import { keyText, tables, type Reader, type Snapshot, type Store, type Table, type Writer } from "../storage/store.js";
import { advanceClock, readClock } from "./clock.js";
import type { Holder, Locks } from "./locks.js";
import { Overlay, type Change } from "./overlay.js";
import { bitsValue, readBits, type View } from "./view.js";
import { ReaderView } from "./views.js";

const VERSION_BYTES = 8;

/** Stands at the beginning of keys and values for the version that the commit will give them. */
const pendingVersion = Buffer.alloc(VERSION_BYTES, 0xff);

function isPending(bytes: Buffer): boolean {
  return (
    bytes[0] === 0xff &&
    bytes.length >= VERSION_BYTES &&
    bytes.compare(pendingVersion, 0, VERSION_BYTES, 0, VERSION_BYTES) === 0
  );
}

function stamped(bytes: Buffer, version: Buffer): Buffer {
  return isPending(bytes) ? Buffer.concat([version, bytes.subarray(VERSION_BYTES)]) : bytes;
}

/** What must be as it was in the snapshot when the transaction commits. */
interface Check {
  readonly table: Table;
  readonly key: Buffer;
  /** The snapshot's value, once `readChecks` has read it. */
  before: Buffer | undefined;
}

function readCheck(check: Check, snapshot: Reader): void {
  check.before = snapshot.get(check.table, check.key);
}

function holds({ table, key, before }: Check, latest: Reader): boolean {
  return sameValue(table, before, latest.get(table, key));
}

/** The commit has to look at what has changed, and `readChecks` comes first. */
export class ChecksNeeded extends Error {
  override readonly name = "ChecksNeeded";
}

/** Someone else has changed, or is changing, what this transaction is about. */
function writeConflict(): ServerError {
  const error = new ServerError(
    "WriteConflict",
    "Caused by :: Write conflict during plan execution and yielding is disabled. :: Please retry your operation or multi-document transaction.",
  );
  error.labels.push("TransientTransactionError");
  return error;
}

/** The view of a multi-document transaction: its snapshot, and its own changes kept until the commit. */
export class TransactionView extends ReaderView<Overlay> implements View {
  readonly writable = true;
  readonly #store: Store;
  readonly #snapshot: Snapshot;
  readonly #locks: Locks;
  readonly #holder: Holder;
  readonly #checks = new Map<string, Check>();
  readonly #held: string[] = [];
  readonly #bits = new Map<string, number>();
  /** Of the snapshot: as long as the store's is the same, nothing has changed. */
  readonly #clock: bigint;
  #reliedOn: Buffer | undefined;
  #checksRead = false;
  /** Whether nothing has changed, as found out in this turn. */
  #unchanged: boolean | undefined;

  constructor(store: Store, locks: Locks, holder: Holder) {
    const snapshot = store.snapshot();
    super(new Overlay(snapshot));
    this.#store = store;
    this.#snapshot = snapshot;
    this.#clock = readClock(snapshot);
    this.#locks = locks;
    this.#holder = holder;
  }

  put(table: Table, key: Buffer, value: Buffer): void {
    this.base.put(table, key, value);
  }

  putNew(table: Table, key: Buffer, value: Buffer): void {
    this.base.putNew(table, key, value);
  }

  remove(table: Table, key: Buffer): void {
    this.base.remove(table, key);
  }

  version(): Buffer {
    return pendingVersion;
  }

  claim(table: Table, key: Buffer): void {
    const holder = this.#locks.holderOf(table, key);
    if (holder === this.#holder) return;
    if (holder !== undefined || !(this.#isUnchanged() || this.#isNewest(table, key))) throw writeConflict();
    const name = this.#locks.take(table, key, this.#holder);
    this.#held.push(name);
    this.#checks.set(name, { table, key, before: undefined });
  }

  /** Asked once for all claims that are made in a row: what comes in between, the commit finds. */
  #isUnchanged(): boolean {
    if (this.#unchanged === undefined) {
      this.#unchanged = this.isUnchanged();
      queueMicrotask(() => {
        this.#unchanged = undefined;
      });
    }
    return this.#unchanged;
  }

  #isNewest(table: Table, key: Buffer): boolean {
    const before = this.#snapshot.get(table, key);
    return this.#atNewest((latest) => sameValue(table, before, latest.get(table, key)));
  }

  #atNewest(look: (latest: Snapshot) => boolean): boolean {
    const latest = this.#store.snapshot();
    try {
      return look(latest);
    } finally {
      latest.close();
    }
  }

  rely(table: Table, key: Buffer): void {
    if (key === this.#reliedOn) return;
    this.#reliedOn = key;
    const name = `${table}:${keyText(key)}`;
    if (!this.#checks.has(name)) this.#checks.set(name, { table, key, before: undefined });
  }

  setBits(key: Buffer, bits: number): void {
    const before = readBits(this.base, key);
    if ((before | bits) === before) return;
    this.base.put("meta", key, bitsValue(before | bits));
    this.#bits.set(keyText(key), before | bits);
  }

  /**
   * Writes everything to the store, inside its write.
   * @throws WriteConflict when something that was claimed or relied on has changed since the snapshot
   */
  applyTo(writer: Writer): void {
    if (readClock(writer) !== this.#clock) this.#checkAll(writer);
    const version = advanceClock(writer);
    for (const table of tables) {
      for (const change of this.base.changes(table)) this.#apply(writer, version, table, change);
    }
  }

  #apply(writer: Writer, version: Buffer, table: Table, { key, value, isNew }: Change): void {
    if (value === null) writer.remove(table, key);
    else if (isNew) writer.putNew(table, stamped(key, version), stamped(value, version));
    else writer.put(table, stamped(key, version), this.#finalValue(writer, table, key, value, version));
  }

  #checkAll(writer: Writer): void {
    if (!this.#checksRead) throw new ChecksNeeded();
    for (const check of this.#checks.values()) if (!holds(check, writer)) throw writeConflict();
  }

  /** Before the commit's write, inside which LMDB reads what is being written and not the snapshot. */
  readChecks(): void {
    for (const check of this.#checks.values()) readCheck(check, this.#snapshot);
    this.#checksRead = true;
  }

  /** Whether nothing at all has changed since the snapshot, so that there will be nothing to check. */
  isUnchanged(): boolean {
    return this.#atNewest((latest) => readClock(latest) === this.#clock);
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
