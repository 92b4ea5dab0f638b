/**
 * What the engine asks of a place to keep its data: a few ordered tables of bytes, snapshots, and one writer at a time.
 * `lmdb-store.ts` is the real one, `memory-store.ts` its twin for tests.
 */
export const tables = ["docs", "indexes", "catalog", "retry", "changes", "meta"] as const;

export type Table = (typeof tables)[number];

/** Keys from `start` up to but without `end`, in bytewise order. */
export interface KeyRange {
  readonly start: Buffer;
  readonly end: Buffer;
  /** From the end to the start. */
  readonly reverse?: boolean;
}

export interface Entry {
  readonly key: Buffer;
  readonly value: Buffer;
}

/** Reads of one state; a key has 1 to 1,978 bytes. */
export interface Reader {
  /** A copy, valid for ever. */
  get(table: Table, key: Buffer): Buffer | undefined;
  entries(table: Table, range: KeyRange): Iterable<Entry>;
  keys(table: Table, range: KeyRange): Iterable<Buffer>;
  count(table: Table, range: KeyRange): number;
}

/** Reads see what was put before. */
export interface Writer extends Reader {
  /** @param before the value that is there now, where it is known: saves the look */
  put(table: Table, key: Buffer, value: Buffer, before?: Buffer): void;
  /** `put` of a key that is known not to be there: saves the look. */
  putNew(table: Table, key: Buffer, value: Buffer): void;
  /** @param before as in `put` */
  remove(table: Table, key: Buffer, before?: Buffer): void;
}

/** The data of one moment. Space freed since cannot be used again until it is closed: keep it short. */
export interface Snapshot extends Reader {
  close(): void;
}

export interface Store {
  /**
   * The newest committed state, also by other processes; theirs may be milliseconds late while one more opens the store.
   */
  snapshot(): Snapshot;
  /**
   * Runs `work` alone, in any process, on the newest state. Resolves with its result once that is on disk; works that
   * wait together are committed together. When it throws, what it put is undone and the promise rejects.
   */
  write<T>(work: (writer: Writer) => T): Promise<T>;
  /**
   * Gives memory back if much has gathered; undefined when there is nothing to do, as while anything is read or
   * written. Until it resolves the store cannot be used.
   */
  rest(): Promise<void> | undefined;
  /** Whether it has had no chance to rest for too long: it is worth holding up for what would begin. */
  readonly isRestOverdue: boolean;
  /** About how many bytes of the newest committed state a table takes. */
  sizeOf(table: Table): number;
  /** Rewrites the data without its free space; nobody else may use it meanwhile. */
  compact(): Promise<void>;
  close(): Promise<void>;
}

/** The keys that begin with `start`. Where there is only one, nobody asks for the end. */
export class PrefixRange implements KeyRange {
  readonly start: Buffer;

  constructor(start: Buffer) {
    this.start = start;
  }

  get end(): Buffer {
    return afterPrefix(this.start) as Buffer;
  }
}

/** The first key after all keys that begin with `prefix`; undefined when there is none. */
export function afterPrefix(prefix: Buffer): Buffer | undefined {
  let length = prefix.length;
  while (length > 0 && prefix[length - 1] === 0xff) length--;
  if (length === 0) return undefined;
  const next = Buffer.from(prefix.subarray(0, length));
  next[length - 1] = (next[length - 1] as number) + 1;
  return next;
}

let lastKey: Buffer | undefined;
let lastText = "";

/** A key as the text that stands for it in maps and sets; asked for the same buffer again at once, it is at hand. */
export function keyText(key: Buffer): string {
  if (key !== lastKey) {
    lastText = key.toString("latin1");
    lastKey = key;
  }
  return lastText;
}
