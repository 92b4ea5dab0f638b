import { existsSync, mkdirSync, realpathSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { open, type RootDatabase } from "lmdb";
import { checkDataFile } from "./data-file.js";
import { checkRoom, rejectWhenFull } from "./disk-room.js";
import { LmdbSnapshot, LmdbWriter, type Binary } from "./lmdb-reader.js";
import { MemoryGauge } from "./memory-gauge.js";
import { storageError, StorageError } from "./storage-error.js";
import { tables, type Snapshot, type Store, type Table, type Writer } from "./store.js";
import { withUndo } from "./undo.js";

export interface LmdbStoreOptions {
  /** The directory; made, for its owner alone, when it is not there. */
  readonly path: string;
  /** Do not wait for the disk: for tests that can lose their data. */
  readonly noSync?: boolean;
  /** So much may the process grow before the file is mapped anew: see `Store.rest`. */
  readonly restAfterBytes?: number;
}

/** lmdb's declarations say nothing of what is in it. */
interface TableStats {
  readonly pageSize: number;
  readonly treeBranchPageCount: number;
  readonly treeLeafPageCount: number;
  readonly overflowPages: number;
}

/** A second opening by one thread could wait for ever for the first one's write. */
const openPaths = new Set<string>();

/** Raised when the layout of tables, keys or values changes. */
const FORMAT = 1;
const formatKey = Buffer.from("format");
const MAX_READERS = 1024;
/**
 * Addresses for the file, taken once; they cost nothing. A map that grows moves, and where another process made it
 * grow, reads and writes under way would go on in the old one. On Windows the file itself would become so large.
 */
const addressSpace = process.platform === "win32" ? {} : { mapSize: 2 ** 36 };
const encoding = { encoding: "binary", keyEncoding: "binary" } as const;

/**
 * Opens the data of a directory, shared with other processes that have it open.
 *
 * Acknowledged writes are on disk (fdatasync) and survive `kill -9`. Must not be on a network file system, and not be
 * opened twice by one thread.
 * @throws StorageError when the files are foreign, damaged or of another version, or cannot be written
 */
export function openLmdbStore(options: LmdbStoreOptions): Store {
  const { path } = options;
  try {
    makeDirectory(path);
    checkDataFile(join(path, "data.mdb"));
    checkRoom(path);
    return new LmdbStore({ ...options, path: realpathSync(path) });
  } catch (error) {
    throw storageError(error, path);
  }
}

/** Level by level: Node's own recursion never ends below a place where nothing can be made, such as /proc. */
function makeDirectory(path: string): void {
  if (existsSync(path)) return;
  makeDirectory(dirname(path));
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if (!existsSync(path)) throw error; // else another process was quicker
  }
}

class LmdbStore implements Store {
  readonly #options: LmdbStoreOptions;
  #env!: RootDatabase<Buffer, Buffer>;
  #tables!: Record<Table, Binary>;
  readonly #memory: MemoryGauge;
  #inUse = 0;

  constructor(options: LmdbStoreOptions) {
    this.#options = options;
    const { path, restAfterBytes } = options;
    this.#memory = new MemoryGauge(restAfterBytes);
    if (openPaths.has(path))
      throw new StorageError("in_use", path, `This process has the data in ${path} open already`);
    this.#open();
    openPaths.add(path);
  }

  #open(): void {
    const { path, noSync = false } = this.#options;
    this.#env = open<Buffer, Buffer>({
      path,
      ...encoding,
      maxDbs: tables.length + 1,
      maxReaders: MAX_READERS,
      noSync,
      ...addressSpace,
      // A dot in the directory's name would otherwise make lmdb take it for a file.
      noSubdir: false,
      // Writes are only ever made in transactions. Batches by turn cost time, and their promises fail unheard.
      eventTurnBatching: false,
    });
    try {
      this.#checkNames();
      this.#tables = Object.fromEntries(
        tables.map((name) => [name, this.#env.openDB<Buffer, Buffer>({ name, ...encoding })]),
      ) as Record<Table, Binary>;
      this.#checkFormat();
    } catch (error) {
      void this.#env.close();
      throw error;
    }
    this.#env.readerCheck();
  }

  #checkNames(): void {
    const { path } = this.#options;
    const known: readonly string[] = tables;
    for (const name of this.#env.getKeys({ start: Buffer.from([0]) })) {
      if (known.includes(name.toString().replace("\0", ""))) continue;
      const message = `The data in ${path} was written by another program: choose another directory`;
      throw new StorageError("foreign", path, message);
    }
  }

  #checkFormat(): void {
    const { meta } = this.#tables;
    const stored = meta.get(formatKey);
    if (stored === undefined) {
      meta.transactionSync(() => {
        if (meta.get(formatKey) === undefined) void meta.put(formatKey, Buffer.from([FORMAT]));
      });
    } else if (stored[0] !== FORMAT) {
      const { path } = this.#options;
      const message = `The data in ${path} has format ${String(stored[0])}, this version reads format ${FORMAT}`;
      throw new StorageError("version", path, message);
    }
  }

  snapshot(): Snapshot {
    this.#env.resetReadTxn();
    const transaction = this.#env.useReadTransaction();
    // A read transaction begins with its first read.
    this.#tables.meta.get(formatKey, { transaction });
    this.#inUse++;
    return new LmdbSnapshot(this.#tables, transaction, () => {
      this.#inUse--;
    });
  }

  async write<T>(work: (writer: Writer) => T): Promise<T> {
    this.#inUse++;
    const outcome = await this.#commit(() => {
      try {
        return { value: withUndo(new LmdbWriter(this.#tables), work) };
      } catch (error) {
        return { error };
      }
    }).finally(() => this.#inUse--);
    if ("error" in outcome) throw outcome.error;
    return outcome.value;
  }

  async #commit<T>(callback: () => T): Promise<T> {
    try {
      return await rejectWhenFull(this.#options.path, this.#env.transaction(callback));
    } catch (error) {
      throw storageError(await reasonOf(error), this.#options.path);
    }
  }

  /** Pages once read stay in memory for as long as the file is mapped, so it is mapped anew. */
  rest(): Promise<void> | undefined {
    return this.#inUse === 0 && this.#memory.isHigh() ? this.#reopen() : undefined;
  }

  async #reopen(): Promise<void> {
    const { path } = this.#options;
    try {
      await this.#env.close();
      this.#open();
    } catch (error) {
      throw storageError(error, path);
    }
    this.#memory.restart();
  }

  sizeOf(table: Table): number {
    this.#env.resetReadTxn();
    const stats = this.#tables[table].getStats() as TableStats;
    return (stats.treeBranchPageCount + stats.treeLeafPageCount + stats.overflowPages) * stats.pageSize;
  }

  async compact(): Promise<void> {
    const { path } = this.#options;
    const copy = join(path, "compact");
    rmSync(copy, { recursive: true, force: true });
    try {
      mkdirSync(copy, { mode: 0o700 });
      await this.#env.backup(copy, true);
      await this.#env.close();
      renameSync(join(copy, "data.mdb"), join(path, "data.mdb"));
    } finally {
      rmSync(copy, { recursive: true, force: true });
    }
    this.#open();
  }

  async close(): Promise<void> {
    const { path } = this.#options;
    try {
      await rejectWhenFull(path, this.#env.close());
    } catch (error) {
      // lmdb waits here for a write that it will never answer; whoever made that write has been told.
      if (storageError(error, path).kind !== "full") throw error;
    } finally {
      openPaths.delete(path);
    }
  }
}

/** lmdb's "Commit failed" has the reason in a promise, which it rejects right after. */
async function reasonOf(error: unknown): Promise<unknown> {
  if (!(error instanceof Error) || !("commitError" in error)) return error;
  const reason = Promise.resolve(error.commitError).catch((cause: unknown) => cause);
  const none = new Promise((resolve) => setTimeout(() => resolve(undefined), REASON_MS));
  return (await Promise.race([reason, none])) ?? error;
}

const REASON_MS = 100;
