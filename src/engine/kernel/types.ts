import type { Doc } from "../bson/types.js";
import type { ChangeLog } from "./change-log.js";
import type { CreateIndexResult, IndexChange } from "./index-changes.js";
import type { Collation } from "../query/collation.js";
import type { FieldNames } from "../query/filter-fields.js";
import type { Matcher, MatchResult } from "../query/matcher.js";

/** A collection's full name. */
export interface Namespace {
  readonly db: string;
  readonly coll: string;
}

/** A document as it is stored: its key in the documents table and its BSON, decoded only when asked for. */
export interface StoredDoc {
  /** The encoded `_id`, unique in its collection; equal `_id`s have equal keys. */
  readonly key: Buffer;
  /** The raw BSON; never changed in place, safe to keep and to send. */
  readonly bytes: Buffer;
  /** What the documents table has, as this unit found it; undefined for a document that this unit has put there. */
  readonly value: Buffer | undefined;
  /** The decoded document, cached. Treat it as read-only. */
  doc(): Doc;
  /** A document with at least these of its fields. */
  part(names: FieldNames): Doc;
}

export interface Match {
  readonly stored: StoredDoc;
  /** The matcher's: the array position for `$`. */
  readonly result: MatchResult;
}

/** A filter with how its result is wanted. */
export interface Query {
  /** As the client sent it: the planner reads bounds from it; the matcher has the last word on each document. */
  readonly filter: Doc;
  readonly matcher: Matcher;
  /** The top-level fields that the matcher looks at; undefined when all of a document may matter. */
  readonly filterFields?: FieldNames;
  /** `{ a: 1, b: -1 }`, `{ $natural: 1 }`; with `compare` for when no index gives the order. */
  readonly sort?: Doc;
  readonly compare?: (left: Doc, right: Doc) => number;
  readonly skip?: number;
  /** 0 or missing: no limit. */
  readonly limit?: number;
  /** An index by name or key pattern, or `{ $natural: 1 | -1 }`. */
  readonly hint?: string | Doc;
  /** Only entries of the hinted index from these values on, and before those. */
  readonly min?: Doc;
  readonly max?: Doc;
  /** With one, indexes serve only values that hold no text. */
  readonly collation?: Collation;
  /** Throws when the command has run out of time; called every few hundred documents. */
  readonly checkTime?: () => void;
}

export interface IndexSpec {
  readonly name: string;
  /** Field path to 1 or -1 (as the client sent them, numbers of any type). */
  readonly key: Doc;
  readonly unique: boolean;
  readonly sparse: boolean;
  readonly partialFilter: Doc | undefined;
  readonly expireAfterSeconds: number | undefined;
  readonly hidden: boolean;
  /** The whole specification as `listIndexes` answers it: v, key, name, then the options. */
  readonly spec: Doc;
}

/** A collection as one unit sees it. Do not keep it beyond the unit: ask again. */
export interface Collection {
  readonly ns: Namespace;
  readonly uuid: Buffer;
  /** As given to `create`: validator, validationLevel, validationAction and so on. */
  readonly options: Doc;
  /** `_id_` first. */
  readonly indexes: readonly IndexSpec[];
}

export interface InsertOptions {
  readonly bypassValidation?: boolean;
}

export interface ReplaceOptions extends InsertOptions {
  /** How change streams name it; `update` when left out. */
  readonly kind?: "update" | "replace";
  /** The only top-level fields that may differ, whose `_id` is known to stay; the next document need not have others. */
  readonly fields?: FieldNames;
}

/** A plan as `explain` shows it. */
export interface Explanation {
  /** The `winningPlan` document: stages with `inputStage`. */
  readonly winningPlan: Doc;
  /** Only when execution was asked for. */
  readonly stats: ExecutionStats | undefined;
}

export interface ExecutionStats {
  readonly returned: number;
  readonly keysExamined: number;
  readonly docsExamined: number;
}

export interface CollectionStats {
  readonly count: number;
  /** Bytes of the documents. */
  readonly size: number;
  /** Bytes of the entries of each index but `_id_`. */
  readonly indexSizes: ReadonlyMap<string, number>;
}

/** What a retried command finds of its first run. */
export interface RetryRecord {
  /** The session's id: any bytes of 1 to 64, compared whole. */
  readonly session: Buffer;
  readonly txnNumber: bigint;
  /** A statement's number; `commitStatement` stands for the transaction's own commit. */
  readonly statement: number;
  /** What to answer again; the kernel does not look into it. */
  readonly reply: Buffer;
}

/**
 * One command's, or one transaction's, view of the data. All methods are synchronous and see the unit's own writes.
 * Every failure is a `ServerError` with MongoDB's code; a failed insert, replace or remove leaves no trace in the
 * unit, so a command may go on with its next statement.
 */
export interface Unit {
  collection(ns: Namespace): Collection | undefined;
  /** Collections of one database in the order of their names. */
  listCollections(db: string): readonly Collection[];
  listDatabases(): readonly string[];
  /** @throws NamespaceExists, InvalidNamespace */
  createCollection(ns: Namespace, options?: Doc): Collection;
  /** The collection, created first when it does not exist. */
  ensureCollection(ns: Namespace): Collection;
  /** Replaces the options, for `collMod`. */
  setOptions(ns: Namespace, options: Doc): Collection;
  /** False when there is none. The space is given back by and by. */
  dropCollection(ns: Namespace): boolean;
  dropDatabase(db: string): boolean;
  /** @throws NamespaceNotFound, NamespaceExists unless `dropTarget` */
  renameCollection(from: Namespace, to: Namespace, dropTarget: boolean): void;

  /**
   * The documents that match, by the best index, in the query's order. In a unit that may write, the matches are all
   * found before the first is given, so changing documents while going through them is safe.
   */
  find(collection: Collection, query: Query): Iterable<Match>;
  /** As many as `find` would give; counts index entries alone where that is exact. */
  count(collection: Collection, query: Query): number;
  get(collection: Collection, key: Buffer): StoredDoc | undefined;
  stats(collection: Collection): CollectionStats;
  explain(collection: Collection, query: Query, run: boolean): Explanation;

  /**
   * Stores a document from its BSON. `_id` is moved to the front, or made up when there is none.
   * @throws DuplicateKey with keyPattern and keyValue, DocumentValidationFailure with errInfo, BSONObjectTooLarge
   */
  insert(collection: Collection, bytes: Buffer, options?: InsertOptions): StoredDoc;
  /** Stores `next` in place of `stored`, as this unit found it, under the same `_id` (ImmutableField otherwise). */
  replace(collection: Collection, stored: StoredDoc, next: Doc, options?: ReplaceOptions): StoredDoc;
  /** `replace` by a document that is BSON already and differs in no field but those of the options. */
  rewrite(collection: Collection, stored: StoredDoc, bytes: Buffer, options: ReplaceOptions): StoredDoc;
  remove(collection: Collection, stored: StoredDoc): void;

  /** One specification as in `createIndexes`; does nothing when the same index exists. */
  createIndex(collection: Collection, spec: Doc): CreateIndexResult;
  /** By name; `_id_` cannot be dropped. @throws IndexNotFound, InvalidOptions */
  dropIndex(collection: Collection, name: string): void;
  /** Changes `hidden` or `expireAfterSeconds` of an index, for `collMod`. */
  changeIndex(collection: Collection, name: string, change: IndexChange): void;

  /** What has changed, for change streams; complete only from where `Kernel.watchChanges` was called. */
  changeLog(): ChangeLog;

  /** The highest transaction number this session has written with. */
  lastTxnNumber(session: Buffer): bigint | undefined;
  /** Replies kept for that number, by statement. */
  retryRecords(session: Buffer, txnNumber: bigint): ReadonlyMap<number, Buffer>;
  /** Kept with the unit's commit; lower numbers of the session are forgotten, all after 30 minutes. */
  keepRetryRecord(record: RetryRecord): void;
}

export interface WriteOptions {
  /** `Date.now()` at which waiting for another transaction's documents ends with MaxTimeMSExpired. */
  readonly deadline?: number;
  /** Ends the waiting, with Interrupted: the connection is gone or the operation was killed. */
  readonly signal?: AbortSignal;
}

/**
 * A multi-document transaction: reads are of the moment it began, writes are kept in memory until the commit. A
 * write to something that another open transaction has written, or that has changed since the beginning, throws
 * WriteConflict with the label TransientTransactionError. After any error the caller aborts it.
 */
export interface Transaction {
  readonly unit: Unit;
  /** `aborted` also when its 60 seconds are over; the unit's methods then throw NoSuchTransaction. */
  readonly state: "open" | "committing" | "committed" | "aborted";
  /**
   * Resolves when durable.
   * @param record kept with it, so that a repeated commit is known, also by another process
   * @throws WriteConflict (nothing is written, and the transaction is aborted)
   */
  commit(record?: RetryRecord): Promise<void>;
  /** Throws everything away; does nothing when it is over already. */
  abort(): void;
}

export interface Kernel {
  /** Runs `work` on the newest state; the unit is not usable afterwards, and its writing methods throw. */
  read<T>(work: (unit: Unit) => T): T;
  /**
   * Runs `work` with nothing else writing, in any process; resolves once it is on disk. A throw undoes the unit and
   * rejects. When it meets a document that an open transaction of this process has written, the unit is undone and
   * `work` runs again after that transaction's end: it may run several times, so it must build its result afresh.
   */
  write<T>(work: (unit: Unit) => T, options?: WriteOptions): Promise<T>;
  begin(): Transaction;
  /**
   * Like `Unit.find`, for cursors that live on: reads batch by batch, each batch on a newer state from where the last
   * ended, and holds nothing open between. Ends when the collection is dropped.
   */
  find(ns: Namespace, query: Query): Iterable<Match>;
  /**
   * Has changes logged for the next half an hour at least. Whoever follows them asks again while following: they are
   * not logged for ever, since that doubles the cost of an insert.
   */
  watchChanges(): Promise<void>;
  /** Milliseconds since 1970 in the high, a counter in the low bits: the newest commit. For `operationTime`. */
  readonly clusterTime: bigint;
  /** Removes what is out of date: retry records, documents past a TTL index's time, dropped collections' space. */
  maintain(now?: number): Promise<void>;
  /** See `Store.rest`. */
  rest(): Promise<void> | undefined;
  /** See `Store.isRestOverdue`. */
  readonly isRestOverdue: boolean;
  /** What is wrong with the data, or with one collection, in words: documents that cannot be read, indexes that do not agree with them. */
  integrity(ns?: Namespace): readonly string[];
  /** Rewrites the files without free space. No other process may have them open. */
  compact(): Promise<void>;
  /** Aborts open transactions, waits for writes under way. */
  close(): Promise<void>;
}

/** `RetryRecord.statement` of a transaction's commit. */
export const commitStatement = -1;
