import type { CatalogCache } from "../catalog/catalog.js";
import { ServerError } from "../errors.js";
import type { RetryRecord, Transaction } from "../kernel/types.js";
import { OpenUnit } from "../kernel/unit.js";
import { StorageError } from "../storage/storage-error.js";
import type { Store } from "../storage/store.js";
import { readClock } from "./clock.js";
import type { Holder, Locks } from "./locks.js";
import { keepRetryRecord } from "./retry-records.js";
import { ChecksNeeded, TransactionView } from "./transaction-view.js";

export interface TransactionOptions {
  readonly store: Store;
  readonly cache: CatalogCache;
  readonly locks: Locks;
  /** Aborted when it takes longer: its snapshot keeps space from being used again, its locks keep others waiting. */
  readonly lifetimeMs: number;
  /** Called with the clock after a commit. */
  readonly onCommit: (clock: bigint) => void;
  /** Called once, when it is over. */
  readonly onEnd: (transaction: Transaction) => void;
}

/** A multi-document transaction; see `Transaction`. */
export class OpenTransaction implements Transaction, Holder {
  readonly unit: OpenUnit;
  readonly ended: Promise<void>;
  readonly #options: TransactionOptions;
  readonly #changes: TransactionView;
  readonly #timer: NodeJS.Timeout;
  #state: Transaction["state"] = "open";
  #resolveEnded: () => void = () => undefined;

  constructor(options: TransactionOptions) {
    this.#options = options;
    this.ended = new Promise((resolve) => {
      this.#resolveEnded = resolve;
    });
    this.#changes = new TransactionView(options.store, options.locks, this);
    this.unit = new OpenUnit(this.#changes, options.cache, () => this.#checkOpen());
    this.#timer = setTimeout(() => this.abort(), options.lifetimeMs);
    this.#timer.unref();
  }

  get state(): Transaction["state"] {
    return this.#state;
  }

  #checkOpen(): void {
    if (this.#state === "open") return;
    const error = new ServerError("NoSuchTransaction", `The transaction has been ${this.#state}`);
    error.labels.push("TransientTransactionError");
    throw error;
  }

  async commit(record?: RetryRecord): Promise<void> {
    this.#checkOpen();
    if (record) keepRetryRecord(this.#changes, record);
    this.#state = "committing";
    clearTimeout(this.#timer);
    try {
      if (!this.#changes.isUnchanged()) this.#changes.readChecks();
      this.#options.onCommit(await this.#write());
      this.#end("committed");
    } catch (error) {
      this.#end("aborted");
      if (error instanceof StorageError) this.#options.cache.clear();
      throw error;
    }
  }

  async #write(): Promise<bigint> {
    const attempt = () =>
      this.#options.store.write((writer) => {
        this.#changes.applyTo(writer);
        return readClock(writer);
      });
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof ChecksNeeded)) throw error;
      this.#changes.readChecks();
      return attempt();
    }
  }

  abort(): void {
    if (this.#state === "open") this.#end("aborted");
  }

  #end(state: "committed" | "aborted"): void {
    this.#state = state;
    clearTimeout(this.#timer);
    this.#changes.close();
    this.#options.onEnd(this);
    this.#resolveEnded();
  }
}
