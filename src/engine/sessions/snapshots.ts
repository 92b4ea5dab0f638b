import { ServerError } from "../errors.js";
import type { Kernel, Transaction } from "../kernel/types.js";

/** Kept this many at most: a held snapshot keeps space from being used again. */
const limit = 32;

/**
 * Moments that sessions read at over several commands (read concern "snapshot" outside of a transaction). Each lasts
 * as long as a transaction may.
 * Source: mongodb/specifications, "Snapshot Reads"
 */
export class Snapshots {
  readonly #held = new Map<bigint, Transaction>();
  readonly #kernel: Kernel;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** The newest moment, with its time. */
  begin(): { readonly time: bigint; readonly transaction: Transaction } {
    this.sweep();
    this.#kernel.read(() => undefined);
    const time = this.#kernel.clusterTime;
    const known = this.#held.get(time);
    if (known !== undefined) return { time, transaction: known };
    const [oldest] = this.#held.keys();
    if (this.#held.size >= limit && oldest !== undefined) this.#drop(oldest);
    const transaction = this.#kernel.begin();
    this.#held.set(time, transaction);
    return { time, transaction };
  }

  /** @throws ServerError SnapshotTooOld when that moment is no longer held */
  at(time: bigint): Transaction {
    this.sweep();
    const transaction = this.#held.get(time);
    if (transaction !== undefined) return transaction;
    const message = `Read timestamp Timestamp(${time >> 32n}, ${time & 0xffffffffn}) is older than the oldest available timestamp.`;
    throw new ServerError("SnapshotTooOld", message);
  }

  sweep(): void {
    for (const [time, transaction] of this.#held) if (transaction.state !== "open") this.#held.delete(time);
  }

  close(): void {
    for (const time of [...this.#held.keys()]) this.#drop(time);
  }

  #drop(time: bigint): void {
    this.#held.get(time)?.abort();
    this.#held.delete(time);
  }
}
