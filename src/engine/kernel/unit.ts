import { Catalog, type CatalogCache } from "../catalog/catalog.js";
import type { CollectionEntry } from "../catalog/collection-entry.js";
import { nameOf } from "../catalog/names.js";
import { docOf, Int32, type Doc } from "../bson/types.js";
import { ServerError } from "../errors.js";
import { keepRetryRecord, lastTxnNumber, retryRecords } from "../transactions/retry-records.js";
import type { View } from "../transactions/view.js";
import { openChangeLog, type ChangeLog } from "./change-log.js";
import { ChangeRecorder } from "./changes.js";
import { createCollection, dropCollection, renameCollection, setOptions } from "./collections.js";
import { placeOf, type UnitContext } from "./context.js";
import { countDocs } from "./count.js";
import { insertDoc, removeDoc, replaceDoc, rewriteDoc } from "./documents.js";
import { explainQuery } from "./explain.js";
import { Finder } from "./finder.js";
import { changeIndex, createIndex, dropIndex } from "./index-builds.js";
import type { CreateIndexResult, IndexChange } from "./index-changes.js";
import { collectionStats } from "./stats.js";
import { storedDocFrom } from "./stored-doc.js";
import type {
  Collection,
  CollectionStats,
  Explanation,
  InsertOptions,
  Match,
  Namespace,
  Query,
  ReplaceOptions,
  RetryRecord,
  StoredDoc,
  Unit,
} from "./types.js";

/** A unit over a view, and what the kernel knows of it beyond what commands see. */
export class OpenUnit implements Unit {
  readonly context: UnitContext;
  readonly #check: () => void;

  /** @param check throws when the unit may no longer be used */
  constructor(view: View, cache: CatalogCache, check: () => void) {
    this.context = { view, catalog: new Catalog(view, cache), changes: new ChangeRecorder(view), knownBits: new Map() };
    this.#check = check;
  }

  /** The collection as the kernel works with it. */
  entryOf(collection: Collection): CollectionEntry {
    this.#check();
    const entry = this.context.catalog.current(collection);
    if (!entry) throw new ServerError("NamespaceNotFound", `ns not found: ${nameOf(collection.ns)}`);
    return entry;
  }

  #find(ns: Namespace): CollectionEntry | undefined {
    this.#check();
    return this.context.catalog.find(ns);
  }

  #list(): readonly CollectionEntry[] {
    this.#check();
    return this.context.catalog.list();
  }

  collection(ns: Namespace): Collection | undefined {
    return this.#find(ns);
  }

  listCollections(db: string): readonly Collection[] {
    return this.#list().filter(({ ns }) => ns.db === db);
  }

  listDatabases(): readonly string[] {
    return [...new Set(this.#list().map(({ ns }) => ns.db))];
  }

  createCollection(ns: Namespace, options?: Doc): Collection {
    this.#check();
    return createCollection(this.context, ns, options);
  }

  ensureCollection(ns: Namespace): Collection {
    return this.#find(ns) ?? createCollection(this.context, ns);
  }

  setOptions(ns: Namespace, options: Doc): Collection {
    return setOptions(this.context, this.entryOf({ ns } as Collection), options);
  }

  dropCollection(ns: Namespace): boolean {
    const entry = this.#find(ns);
    if (entry) dropCollection(this.context, entry);
    return entry !== undefined;
  }

  dropDatabase(db: string): boolean {
    const entries = this.#list().filter(({ ns }) => ns.db === db);
    for (const entry of entries) dropCollection(this.context, entry);
    const last = entries.at(-1);
    if (last) this.context.changes.record({ kind: "dropDatabase", entry: last });
    return entries.length > 0;
  }

  renameCollection(from: Namespace, to: Namespace, dropTarget: boolean): void {
    this.#check();
    renameCollection(this.context, from, to, dropTarget);
  }

  find(collection: Collection, query: Query): Iterable<Match> {
    const { view } = this.context;
    const entry = this.entryOf(collection);
    const finder = new Finder(view, entry, query);
    const matches = finder.matches(view, entry);
    return view.writable && !finder.isSteady ? [...matches] : matches;
  }

  count(collection: Collection, query: Query): number {
    return countDocs(this.context.view, this.entryOf(collection), query);
  }

  get(collection: Collection, key: Buffer): StoredDoc | undefined {
    const value = this.context.view.get("docs", placeOf(this.entryOf(collection), key));
    return value && storedDocFrom(key, value);
  }

  stats(collection: Collection): CollectionStats {
    return collectionStats(this.context.view, this.entryOf(collection));
  }

  explain(collection: Collection, query: Query, run: boolean): Explanation {
    return explainQuery(this.context.view, this.entryOf(collection), query, run);
  }

  changeLog(): ChangeLog {
    return openChangeLog(this.context.view);
  }

  insert(collection: Collection, bytes: Buffer, options?: InsertOptions): StoredDoc {
    return insertDoc(this.context, this.entryOf(collection), bytes, options);
  }

  replace(collection: Collection, stored: StoredDoc, next: Doc, options?: ReplaceOptions): StoredDoc {
    return replaceDoc(this.context, this.entryOf(collection), stored, next, options);
  }

  rewrite(collection: Collection, stored: StoredDoc, bytes: Buffer, options: ReplaceOptions): StoredDoc {
    return rewriteDoc(this.context, this.entryOf(collection), stored, bytes, options);
  }

  remove(collection: Collection, stored: StoredDoc): void {
    removeDoc(this.context, this.entryOf(collection), stored);
  }

  createIndex(collection: Collection, spec: Doc): CreateIndexResult {
    return createIndex(this.context, this.entryOf(collection), spec);
  }

  dropIndex(collection: Collection, name: string): void {
    dropIndex(this.context, this.entryOf(collection), name);
  }

  changeIndex(collection: Collection, name: string, { hidden, expireAfterSeconds }: IndexChange): void {
    const expiry = expireAfterSeconds === undefined ? undefined : new Int32(expireAfterSeconds);
    changeIndex(this.context, this.entryOf(collection), name, docOf({ hidden, expireAfterSeconds: expiry }));
  }

  lastTxnNumber(session: Buffer): bigint | undefined {
    this.#check();
    return lastTxnNumber(this.context.view, session);
  }

  retryRecords(session: Buffer, txnNumber: bigint): ReadonlyMap<number, Buffer> {
    this.#check();
    return retryRecords(this.context.view, session, txnNumber);
  }

  keepRetryRecord(record: RetryRecord): void {
    this.#check();
    keepRetryRecord(this.context.view, record);
  }
}
