import type { CatalogCache } from "../catalog/catalog.js";
import { ServerError } from "../errors.js";
import type { RetryRecord, Transaction } from "../kernel/types.js";
import { OpenUnit } from "../kernel/unit.js";
import { StorageError } from "../storage/storage-error.js";
import { readClock } from "./clock.js";
import type { Holder } from "./locks.js";
import { keepRetryRecord } from "./retry-records.js";
import { ChecksNeeded, TransactionView, type TransactionParts } from "./transaction-view.js";

export interface TransactionOptions extends TransactionParts {
  readonly cache: CatalogCache;
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
    this.#changes = new TransactionView(options, this);
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
      if (this.#changes.mustReadClaims()) this.#changes.readClaims();
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
      this.#options.writes.write((writer) => {
        this.#changes.applyTo(writer);
        return readClock(writer);
      });
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof ChecksNeeded)) throw error;
      this.#changes.readClaims();
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
