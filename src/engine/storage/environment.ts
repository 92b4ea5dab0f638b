import { setTimeout as sleep } from "node:timers/promises";
import { open, type RootDatabase, type Transaction } from "lmdb";
import { LmdbWriter, readValue, type Binary } from "./lmdb-reader.js";
import { pause } from "./pause.js";
import { StorageError } from "./storage-error.js";
import { tables, type Table } from "./store.js";

export interface EnvironmentOptions {
  /** The directory. */
  readonly path: string;
  /** Do not wait for the disk. */
  readonly noSync: boolean;
}

/** lmdb's declarations say nothing of what is below a database. */
interface Root extends RootDatabase<Buffer, Buffer> {
  readonly env: { info(): { readonly lastTxnId: number } };
}

/** Raised when the layout of tables, keys or values changes. */
const FORMAT = 1;
const formatKey = Buffer.from("format");
/** The number of the newest commit, as LMDB counts them. */
const commitKey = Buffer.from("commit");
const COMMIT_BYTES = 6;
const MAX_READERS = 1024;
/** Another process puts the count right in one or two; it may have to wait for a core. */
const pausesMs = [1, 2, 4, 8, 16, 32, 64, 128, 256];
/**
 * Addresses for the file, taken once; they cost nothing. A map that grows moves, and where another process made it
 * grow, reads and writes under way would go on in the old one. On Windows the file itself would become so large.
 */
const addressSpace = process.platform === "win32" ? {} : { mapSize: 2 ** 36 };
const encoding = { encoding: "binary", keyEncoding: "binary" } as const;

/** LMDB counts from an older commit than the newest: a write now would take that one's place. */
class CountedBack extends Error {}

/**
 * One opening of the data file, with its tables, which other processes have open too. Only one may open or close it at
 * a time: the last that closes it destroys the locks that another may just have found (LMDB's ITS#10095).
 *
 * Commits flush before they let the next one begin. In lmdb-js's other way, where flushes overlap, a process that is
 * killed during one leaves a lock that no large commit of another gets over.
 */
export class Environment {
  readonly #path: string;
  readonly #root: Root;
  readonly tables: Record<Table, Binary>;
  #newest = 0;
  #isBehind = false;
  #isClosed = false;

  /**
   * Whoever opens the file while another commits makes all count from the commit before (LMDB's ITS#9496). Opening it
   * again puts that right.
   */
  static open(options: EnvironmentOptions): Environment {
    for (const ms of pausesMs) {
      try {
        return new Environment(options);
      } catch (error) {
        if (!(error instanceof CountedBack)) throw error;
      }
      pause(ms);
    }
    throw miscounted(options.path);
  }

  private constructor({ path, noSync }: EnvironmentOptions) {
    this.#path = path;
    this.#root = open<Buffer, Buffer>({
      path,
      ...encoding,
      maxDbs: tables.length + 1,
      maxReaders: MAX_READERS,
      noSync,
      overlappingSync: false,
      ...addressSpace,
      // A dot in the directory's name would otherwise make lmdb take it for a file.
      noSubdir: false,
      // Writes are only ever made in transactions. Batches by turn cost time, and their promises fail unheard.
      eventTurnBatching: false,
    }) as Root;
    try {
      this.tables = this.#root.transactionSync(() => this.#openTables());
    } catch (error) {
      void this.#root.close();
      throw error;
    }
  }

  /** Whether it has to be opened anew: it can no longer tell what is newest, or is closed. */
  get isBehind(): boolean {
    return this.#isBehind;
  }

  /** In one transaction: another process finds all of them or none. */
  #openTables(): Record<Table, Binary> {
    const commit = this.#nextCommit();
    this.#checkNames();
    const opened = Object.fromEntries(
      tables.map((name) => [name, this.#root.openDB<Buffer, Buffer>({ name, ...encoding })]),
    ) as Record<Table, Binary>;
    this.#checkFormat(opened.meta);
    // A compacted copy counts from one again.
    if (commitOf(opened.meta.get(commitKey)) >= commit) sign(opened.meta, commit);
    return opened;
  }

  #checkNames(): void {
    const known: readonly string[] = tables;
    for (const name of this.#root.getKeys({ start: Buffer.from([0]) })) {
      if (known.includes(name.toString().replace("\0", ""))) continue;
      const message = `The data in ${this.#path} was written by another program: choose another directory`;
      throw new StorageError("foreign", this.#path, message);
    }
  }

  #checkFormat(meta: Binary): void {
    const stored = meta.get(formatKey);
    if (stored === undefined) {
      void meta.put(formatKey, Buffer.from([FORMAT]));
    } else if (stored[0] !== FORMAT) {
      const message = `The data in ${this.#path} has format ${String(stored[0])}, this version reads format ${FORMAT}`;
      throw new StorageError("version", this.#path, message);
    }
  }

  /** The number of the commit that is being made. */
  #nextCommit(): number {
    const commit = this.#root.getWriteTxnId();
    if (commit !== this.#root.env.info().lastTxnId + 1) throw new CountedBack();
    return commit;
  }

  /**
   * Begins to read the newest state: never an older one than this process has seen or made.
   * @throws StorageError when that cannot be found
   */
  read(): Transaction {
    for (const ms of pausesMs) {
      this.#root.resetReadTxn();
      const transaction = this.#root.useReadTransaction();
      // A read transaction begins with its first read.
      const commit = commitOf(readValue(this.tables.meta, commitKey, { transaction }));
      if (commit >= this.#newest) {
        this.#newest = commit;
        return transaction;
      }
      transaction.done();
      pause(ms);
    }
    throw this.#leftBehind();
  }

  /**
   * Runs `work` in the one write transaction of all processes; it must not throw.
   * @throws StorageError when the newest state cannot be found, Error of LMDB when it cannot be committed
   */
  async write<T>(work: (writer: LmdbWriter) => T): Promise<T> {
    for (const ms of pausesMs) {
      try {
        return await this.#commit(work);
      } catch (error) {
        if (!(error instanceof CountedBack)) throw error;
      }
      await sleep(ms);
    }
    throw this.#leftBehind();
  }

  async #commit<T>(work: (writer: LmdbWriter) => T): Promise<T> {
    let signed = 0;
    const result = await this.#root.transaction(() => {
      const commit = this.#nextCommit();
      const writer = new LmdbWriter(this.tables);
      const outcome = work(writer);
      if (writer.hasChanged) {
        sign(this.tables.meta, commit);
        signed = commit;
      }
      return outcome;
    });
    this.#newest = Math.max(this.#newest, signed);
    return result;
  }

  #leftBehind(): StorageError {
    this.#isBehind = true;
    return miscounted(this.#path);
  }

  /** The newest state, before its first read. */
  refresh(): void {
    this.#root.resetReadTxn();
  }

  async backup(path: string): Promise<void> {
    await this.#root.backup(path, true);
  }

  /** Waits for what is being written. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#isBehind = true;
    await this.#root.close();
  }
}

function sign(meta: Binary, commit: number): void {
  const value = Buffer.alloc(COMMIT_BYTES);
  value.writeUIntBE(commit, 0, COMMIT_BYTES);
  void meta.put(commitKey, value);
}

function commitOf(value: Buffer | undefined): number {
  return value === undefined ? 0 : value.readUIntBE(0, COMMIT_BYTES);
}

function miscounted(path: string): StorageError {
  const message = `Cannot find the newest data in ${path}: a process ended in the middle of opening it, try again`;
  return new StorageError("failed", path, message);
}
