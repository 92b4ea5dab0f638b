import { existsSync, mkdirSync, realpathSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { checkDataFile } from "./data-file.js";
import { checkRoom, rejectWhenFull } from "./disk-room.js";
import { Environment } from "./environment.js";
import { takeFileLock } from "./file-lock.js";
import { LmdbSnapshot, type LmdbWriter } from "./lmdb-reader.js";
import { MemoryGauge } from "./memory-gauge.js";
import { storageError, StorageError } from "./storage-error.js";
import type { Snapshot, Store, Table, Writer } from "./store.js";
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

/**
 * Opens the data of a directory, shared with other processes that have it open.
 *
 * Acknowledged writes are on disk (fdatasync) and survive `kill -9`. Must not be on a network file system, not be shared
 * by processes that cannot see each other (containers), and not be opened twice by one thread.
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
  readonly #path: string;
  readonly #noSync: boolean;
  readonly #memory: MemoryGauge;
  #env: Environment;
  #inUse = 0;
  #isClosed = false;
  /** The last closing or opening anew; the next waits for it, since neither would give the other its lock. */
  #moving: Promise<void> = Promise.resolve();

  constructor({ path, noSync = false, restAfterBytes }: LmdbStoreOptions) {
    this.#path = path;
    this.#noSync = noSync;
    this.#memory = new MemoryGauge(restAfterBytes);
    if (openPaths.has(path))
      throw new StorageError("in_use", path, `This process has the data in ${path} open already`);
    const unlock = this.#lock();
    try {
      this.#env = this.#open();
    } finally {
      unlock();
    }
    openPaths.add(path);
  }

  /** Held by whoever opens or closes the files. */
  #lock(): () => void {
    return takeFileLock(join(this.#path, "opening"));
  }

  #open(): Environment {
    return Environment.open({ path: this.#path, noSync: this.#noSync });
  }

  snapshot(): Snapshot {
    const transaction = this.#env.read();
    this.#inUse++;
    return new LmdbSnapshot(this.#env.tables, transaction, () => {
      this.#inUse--;
    });
  }

  async write<T>(work: (writer: Writer) => T): Promise<T> {
    this.#inUse++;
    const outcome = await this.#commit((raw) => {
      try {
        return { value: withUndo(raw, work) };
      } catch (error) {
        return { error };
      }
    }).finally(() => this.#inUse--);
    if ("error" in outcome) throw outcome.error;
    return outcome.value;
  }

  async #commit<T>(work: (writer: LmdbWriter) => T): Promise<T> {
    try {
      return await rejectWhenFull(this.#path, this.#env.write(work));
    } catch (error) {
      throw storageError(await reasonOf(error), this.#path);
    }
  }

  /** Pages once read stay in memory for as long as the file is mapped, so it is mapped anew. */
  rest(): Promise<void> | undefined {
    if (this.#isClosed || this.#inUse > 0 || !(this.#env.isBehind || this.#memory.isHigh())) return undefined;
    return this.#afterMoving(() => this.#reopen());
  }

  get isRestOverdue(): boolean {
    return this.#memory.isOverdue();
  }

  /** When it fails, `rest` has it done once more. */
  async #reopen(between?: () => void): Promise<void> {
    let unlock;
    try {
      unlock = this.#lock();
      await this.#env.close();
      between?.();
      this.#env = this.#open();
    } catch (error) {
      throw storageError(error, this.#path);
    } finally {
      unlock?.();
    }
    this.#memory.restart();
  }

  #afterMoving(move: () => Promise<void>): Promise<void> {
    const moved = this.#moving.then(move);
    this.#moving = moved.catch(() => undefined);
    return moved;
  }

  sizeOf(table: Table): number {
    this.#env.refresh();
    const stats = this.#env.tables[table].getStats() as TableStats;
    return (stats.treeBranchPageCount + stats.treeLeafPageCount + stats.overflowPages) * stats.pageSize;
  }

  compact(): Promise<void> {
    return this.#afterMoving(async () => {
      const copy = join(this.#path, "compact");
      rmSync(copy, { recursive: true, force: true });
      try {
        mkdirSync(copy, { mode: 0o700 });
        await this.#env.backup(copy);
        await this.#reopen(() => {
          renameSync(join(copy, "data.mdb"), join(this.#path, "data.mdb"));
        });
      } finally {
        rmSync(copy, { recursive: true, force: true });
      }
    });
  }

  close(): Promise<void> {
    const path = this.#path;
    this.#isClosed = true;
    return this.#afterMoving(async () => {
      const unlock = this.#lockIfItCan();
      try {
        await rejectWhenFull(path, this.#env.close());
      } catch (error) {
        // lmdb waits here for a write that it will never answer; whoever made that write has been told.
        if (storageError(error, path).kind !== "full") throw error;
      } finally {
        unlock();
        openPaths.delete(path);
      }
    });
  }

  /** A directory that is gone, or takes no more files, need not be left: nobody can be opening it. */
  #lockIfItCan(): () => void {
    try {
      return this.#lock();
    } catch {
      return () => undefined;
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
