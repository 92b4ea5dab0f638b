import { CatalogCache } from "../catalog/catalog.js";
import { ServerError } from "../errors.js";
import { StorageError } from "../storage/storage-error.js";
import type { Store } from "../storage/store.js";
import { readClock } from "../transactions/clock.js";
import { DocumentHeld, Locks } from "../transactions/locks.js";
import { OwnWrites } from "../transactions/own-writes.js";
import { OpenTransaction } from "../transactions/transaction.js";
import { DirectView, ReadView } from "../transactions/views.js";
import { waitFor } from "../transactions/waiting.js";
import { changesKeptBytes, isLogging, keepLogging } from "./change-log.js";
import { findAcrossUnits } from "./cursor.js";
import { collectionTroubles } from "./integrity.js";
import { expireDocuments, pruneChanges, pruneRetryRecords, shortenChanges, sweepGarbage } from "./maintenance.js";
import type { Kernel, Match, Namespace, Query, Transaction, Unit, WriteOptions } from "./types.js";
import { OpenUnit } from "./unit.js";

export interface KernelOptions {
  /** How long a transaction may stay open. */
  readonly transactionLifetimeMs?: number;
  /** How much of the changes is kept for change streams. */
  readonly changesKeptBytes?: number;
}

const LIFETIME_MS = 60_000;

/** Makes the kernel over a store, which it owns from then on. */
export function createKernel(store: Store, options: KernelOptions = {}): Kernel {
  return new StoreKernel(store, options);
}

class StoreKernel implements Kernel {
  readonly #store: Store;
  readonly #writes: OwnWrites;
  readonly #options: KernelOptions;
  readonly #cache = new CatalogCache();
  readonly #locks = new Locks();
  readonly #open = new Set<Transaction>();
  #clock = 0n;

  constructor(store: Store, options: KernelOptions) {
    this.#store = store;
    this.#writes = new OwnWrites(store);
    this.#options = options;
  }

  get clusterTime(): bigint {
    return this.#clock;
  }

  read<T>(work: (unit: Unit) => T): T {
    return this.#read(work);
  }

  #read<T>(work: (unit: OpenUnit) => T): T {
    const snapshot = this.#store.snapshot();
    const life = lifeOfUnit();
    try {
      const view = new ReadView(snapshot);
      this.#advance(readClock(view));
      return work(new OpenUnit(view, this.#cache, life.check));
    } finally {
      life.end();
      snapshot.close();
    }
  }

  async write<T>(work: (unit: Unit) => T, options: WriteOptions = {}): Promise<T> {
    for (;;) {
      try {
        return await this.#writeOnce(work);
      } catch (error) {
        if (error instanceof StorageError) this.#cache.clear();
        if (!(error instanceof DocumentHeld)) throw error;
        await waitFor(error.holder, options);
      }
    }
  }

  async #writeOnce<T>(work: (unit: Unit) => T): Promise<T> {
    let clock = 0n;
    const result = await this.#writes.write((writer) => {
      const life = lifeOfUnit();
      try {
        return work(new OpenUnit(new DirectView(writer, this.#locks), this.#cache, life.check));
      } finally {
        life.end();
        clock = readClock(writer);
      }
    });
    this.#advance(clock);
    return result;
  }

  #advance(clock: bigint): void {
    if (clock > this.#clock) this.#clock = clock;
  }

  begin(): Transaction {
    const transaction = new OpenTransaction({
      store: this.#store,
      writes: this.#writes,
      cache: this.#cache,
      locks: this.#locks,
      lifetimeMs: this.#options.transactionLifetimeMs ?? LIFETIME_MS,
      onCommit: (clock) => this.#advance(clock),
      onEnd: (ended) => this.#open.delete(ended),
    });
    this.#open.add(transaction);
    return transaction;
  }

  find(ns: Namespace, query: Query): Iterable<Match> {
    return findAcrossUnits((work) => this.#read(work), ns, query);
  }

  async watchChanges(): Promise<void> {
    if (this.#read(({ context }) => isLogging(context.view))) return;
    await this.#writes.write((writer) => keepLogging(writer));
  }

  rest(): Promise<void> | undefined {
    return this.#store.rest();
  }

  get isRestOverdue(): boolean {
    return this.#store.isRestOverdue;
  }

  integrity(ns?: Namespace): readonly string[] {
    return this.#read(({ context: { catalog, view } }) => {
      const entries = ns === undefined ? catalog.list() : [catalog.find(ns) ?? []].flat();
      return entries.flatMap((entry) => collectionTroubles(view, entry));
    });
  }

  async maintain(now = Date.now()): Promise<void> {
    await sweepGarbage(this.#store);
    await pruneRetryRecords(this.#store, now);
    await pruneChanges(this.#store, now);
    await shortenChanges(this.#store, this.#options.changesKeptBytes ?? changesKeptBytes);
    await expireDocuments(this, now);
  }

  async compact(): Promise<void> {
    if (this.#open.size > 0) throw new ServerError("ConflictingOperationInProgress", "Transactions are open");
    await this.#store.compact();
  }

  async close(): Promise<void> {
    for (const transaction of this.#open) transaction.abort();
    await this.#store.close();
  }
}

/** Keeps a unit from being used after its time, when it would read or write something else. */
function lifeOfUnit(): { readonly check: () => void; readonly end: () => void } {
  let over = false;
  return {
    check: () => {
      if (over) throw new ServerError("InternalError", "A unit was used after its end");
    },
    end: () => {
      over = true;
    },
  };
}
