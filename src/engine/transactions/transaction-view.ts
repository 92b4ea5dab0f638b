import { ServerError } from "../errors.js";
import { keyText, tables, type Reader, type Snapshot, type Store, type Table, type Writer } from "../storage/store.js";
import { advanceClock, readClock } from "./clock.js";
import type { Holder, Locks, Place } from "./locks.js";
import { Overlay, type Change } from "./overlay.js";
import type { OwnWrites } from "./own-writes.js";
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

/** As `stamped`, in place: what stands for a document was made for the transaction. */
function stampDoc(bytes: Buffer, version: Buffer): Buffer {
  if (isPending(bytes)) bytes.set(version);
  return bytes;
}

/** What must be as it was in the snapshot when the transaction commits. */
interface Check extends Place {
  /** The snapshot's value; of what is claimed, once `readClaims` has read it. */
  before: Buffer | undefined;
}

function readBefore(check: Check, snapshot: Reader): void {
  check.before = snapshot.get(check.table, check.key);
}

function holds({ table, key, before }: Check, latest: Reader): boolean {
  return sameValue(table, before, latest.get(table, key));
}

/** The commit has to look at what has changed, and `readClaims` comes first. */
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

/** What transactions of one process share. */
export interface TransactionParts {
  readonly store: Store;
  readonly locks: Locks;
  readonly writes: OwnWrites;
}

interface Latest {
  readonly snapshot: Snapshot;
  readonly isUnchanged: boolean;
}

/** The view of a multi-document transaction: its snapshot, and its own changes kept until the commit. */
export class TransactionView extends ReaderView<Overlay> implements View {
  readonly writable = true;
  readonly #store: Store;
  readonly #snapshot: Snapshot;
  readonly #writes: OwnWrites;
  readonly #locks: Locks;
  readonly #holder: Holder;
  /** Nobody else of this process changes these while they are held. */
  readonly #claims: Check[] = [];
  readonly #reliedOn = new Map<string, Check>();
  readonly #bits = new Map<string, number>();
  /** Of the snapshot: as long as the store's is the same, nothing has changed. */
  readonly #clock: bigint;
  readonly #strangers: number;
  #lastReliedOn: Buffer | undefined;
  /** Whether something was claimed while a write was under way, which may have been to it. */
  #isDoubtful = false;
  #claimsRead = false;
  /** The newest state, as first looked at in this turn. */
  #latest: Latest | undefined;

  constructor({ store, locks, writes }: TransactionParts, holder: Holder) {
    const snapshot = store.snapshot();
    super(new Overlay(snapshot));
    this.#store = store;
    this.#snapshot = snapshot;
    this.#clock = readClock(snapshot);
    this.#writes = writes;
    this.#strangers = writes.strangers;
    this.#locks = locks;
    this.#holder = holder;
  }

  put(table: Table, key: Buffer, value: Buffer, before?: Buffer): void {
    this.base.put(table, key, value, before);
  }

  putNew(table: Table, key: Buffer, value: Buffer): void {
    this.base.putNew(table, key, value);
  }

  remove(table: Table, key: Buffer, before?: Buffer): void {
    this.base.remove(table, key, before);
  }

  version(): Buffer {
    return pendingVersion;
  }

  claim(table: Table, key: Buffer): void {
    const holder = this.#locks.holderOf(table, key);
    if (holder === this.#holder) return;
    if (holder !== undefined || !this.#isNewest(table, key)) throw writeConflict();
    this.#locks.take(table, key, this.#holder);
    this.#isDoubtful ||= this.#writes.areUnderWay;
    this.#claims.push({ table, key, before: undefined });
  }

  #isNewest(table: Table, key: Buffer): boolean {
    const { isUnchanged, snapshot } = this.#lookAtLatest();
    return isUnchanged || sameValue(table, this.#snapshot.get(table, key), snapshot.get(table, key));
  }

  /** Once for all claims that are made in a row: what comes in between, the commit finds. */
  #lookAtLatest(): Latest {
    return (this.#latest ??= this.#openLatest());
  }

  #openLatest(): Latest {
    const snapshot = this.#store.snapshot();
    queueMicrotask(() => {
      this.#latest = undefined;
      snapshot.close();
    });
    return { snapshot, isUnchanged: readClock(snapshot) === this.#clock };
  }

  rely(table: Table, key: Buffer): void {
    if (key === this.#lastReliedOn) return;
    this.#lastReliedOn = key;
    const name = `${table}:${keyText(key)}`;
    if (this.#reliedOn.has(name)) return;
    const check: Check = { table, key, before: undefined };
    readBefore(check, this.#snapshot);
    this.#reliedOn.set(name, check);
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

  #apply(writer: Writer, version: Buffer, table: Table, { key, value, isNew, before }: Change): void {
    if (value === null) {
      writer.remove(table, key, before);
      return;
    }
    const final = this.#finalValue(writer, table, key, value, version);
    if (isNew) writer.putNew(table, table === "changes" ? stamped(key, version) : key, final);
    else writer.put(table, key, final, before);
  }

  #finalValue(writer: Writer, table: Table, key: Buffer, value: Buffer, version: Buffer): Buffer {
    if (table === "docs") return stampDoc(value, version);
    if (table === "indexes") return value;
    const bits = table === "meta" ? this.#bits.get(keyText(key)) : undefined;
    return bits === undefined ? stamped(value, version) : bitsValue(readBits(writer, key) | bits);
  }

  #checkAll(writer: Writer): void {
    const checks = [...this.#reliedOn.values()];
    if (this.#claimsMayHaveChanged()) {
      if (!this.#claimsRead) throw new ChecksNeeded();
      checks.push(...this.#claims);
    }
    for (const check of checks) if (!holds(check, writer)) throw writeConflict();
  }

  /** Locks keep this process from it, and nothing others. */
  #claimsMayHaveChanged(): boolean {
    return this.#isDoubtful || this.#writes.strangers !== this.#strangers;
  }

  /** Whether the commit will have to look at what was claimed, as far as can be told before it. */
  mustReadClaims(): boolean {
    const { isUnchanged, snapshot } = this.#lookAtLatest();
    if (!this.#writes.areUnderWay) this.#writes.lookAt(snapshot);
    return !isUnchanged && this.#claimsMayHaveChanged();
  }

  /** Before the commit's write, inside which LMDB reads what is being written and not the snapshot. */
  readClaims(): void {
    for (const claim of this.#claims) readBefore(claim, this.#snapshot);
    this.#claimsRead = true;
  }

  /** Gives back locks and snapshot. */
  close(): void {
    this.#locks.release(this.#claims);
    this.#snapshot.close();
  }
}

/** Documents are the same when their versions are. */
function sameValue(table: Table, left: Buffer | undefined, right: Buffer | undefined): boolean {
  if (left === undefined || right === undefined) return left === right;
  if (table !== "docs") return left.equals(right);
  return left.compare(right, 0, VERSION_BYTES, 0, VERSION_BYTES) === 0;
}
