import { randomBytes } from "node:crypto";
import type { Doc } from "../bson/types.js";
import { ServerError } from "../errors.js";

/** A result that a client fetches batch by batch. */
export interface Cursor {
  readonly id: bigint;
  readonly ns: string;
  /** Raw documents; asked for no more than a batch needs. */
  readonly source: BatchSource;
  /** The session it was opened in, and the transaction in it. */
  readonly sessionKey: string | undefined;
  readonly txnNumber: bigint | undefined;
  readonly noTimeout: boolean;
  lastUsed: number;
  /** A command is fetching from it. */
  busy: boolean;
}

/** What a source that waits for documents to come has beyond others. */
export interface Following {
  /** Where it stands, for the answer's `postBatchResumeToken`. */
  readonly resumeToken: Doc;
  /** More may be there already: an empty batch is no reason to wait. */
  readonly isBehind: boolean;
  /** To be called before each batch. */
  prepare(): Promise<void>;
}

export interface BatchSource {
  readonly following?: Following;
  /** Up to `count` documents and about 16 MB; fewer only at the end, unless it waits for documents to come. */
  next(count: number): Batch;
  close(): void;
}

export interface Batch {
  readonly docs: readonly Buffer[];
  /** Nothing is left. */
  readonly done: boolean;
}

/** As MongoDB's `cursorTimeoutMillis`. */
const idleLimitMs = 600_000;

/** Cursors by id; those left alone for ten minutes are closed. */
export class CursorRegistry {
  readonly #cursors = new Map<bigint, Cursor>();

  get size(): number {
    return this.#cursors.size;
  }

  open(cursor: Omit<Cursor, "id" | "lastUsed" | "busy">): Cursor {
    const opened: Cursor = { ...cursor, id: this.#newId(), lastUsed: Date.now(), busy: false };
    this.#cursors.set(opened.id, opened);
    return opened;
  }

  /** @throws ServerError CursorNotFound */
  get(id: bigint): Cursor {
    const cursor = this.#cursors.get(id);
    if (cursor === undefined) throw new ServerError("CursorNotFound", `cursor id ${id} not found`);
    return cursor;
  }

  has(id: bigint): boolean {
    return this.#cursors.has(id);
  }

  /** Closes a cursor; false when there is none of that id. */
  close(id: bigint, ns?: string): boolean {
    const cursor = this.#cursors.get(id);
    if (cursor === undefined || (ns !== undefined && cursor.ns !== ns)) return false;
    this.#cursors.delete(id);
    cursor.source.close();
    return true;
  }

  closeWhere(condition: (cursor: Cursor) => boolean): void {
    for (const cursor of [...this.#cursors.values()]) if (condition(cursor)) this.close(cursor.id);
  }

  sweep(now: number): void {
    this.closeWhere((cursor) => !cursor.busy && !cursor.noTimeout && now - cursor.lastUsed > idleLimitMs);
  }

  /** Positive and not to be guessed. */
  #newId(): bigint {
    for (;;) {
      const id = randomBytes(8).readBigInt64LE() & 0x7fff_ffff_ffff_ffffn;
      if (id !== 0n && !this.#cursors.has(id)) return id;
    }
  }
}
