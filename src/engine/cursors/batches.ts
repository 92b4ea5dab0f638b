import type { Batch, BatchSource } from "./registry.js";

/** A batch holds about as much as a document may have. */
const batchBytes = 16 * 1024 * 1024;

/** Cuts a sequence of raw documents into batches. */
export class IterableSource implements BatchSource {
  readonly #iterator: Iterator<Buffer>;
  /** Read, but too large for the batch before. */
  #kept: Buffer | undefined;
  #left: number;
  #done = false;

  /** @param limit how many there are at most: the last of them ends the sequence without another look */
  constructor(docs: Iterable<Buffer>, limit = Infinity) {
    this.#iterator = docs[Symbol.iterator]();
    this.#left = limit;
  }

  next(count: number): Batch {
    const docs: Buffer[] = [];
    let bytes = 0;
    while (docs.length < count && !this.#done) {
      const doc = this.#read();
      if (doc === undefined) break;
      bytes += doc.length;
      if (docs.length > 0 && bytes > batchBytes) {
        this.#kept = doc;
        break;
      }
      docs.push(doc);
      this.#left--;
      if (this.#left <= 0) this.close();
    }
    return { docs, done: this.#done };
  }

  close(): void {
    if (this.#done) return;
    this.#done = true;
    this.#iterator.return?.();
  }

  #read(): Buffer | undefined {
    if (this.#kept !== undefined) {
      const kept = this.#kept;
      this.#kept = undefined;
      return kept;
    }
    const next = this.#iterator.next();
    if (next.done !== true) return next.value;
    this.#done = true;
    return undefined;
  }
}
