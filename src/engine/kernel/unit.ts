import { Catalog, type CatalogCache } from "../catalog/catalog.js";
import type { CollectionEntry } from "../catalog/collection-entry.js";
import { nameOf } from "../catalog/names.js";
import { docOf, Int32 } from "../bson/types.js";
import { ServerError } from "../errors.js";
import { keepRetryRecord, lastTxnNumber, retryRecords } from "../transactions/retry-records.js";
import type { View } from "../transactions/view.js";
import { openChangeLog } from "./change-log.js";
import { ChangeRecorder } from "./changes.js";
import { createCollection, dropCollection, renameCollection, setOptions } from "./collections.js";
import { placeOf, type UnitContext } from "./context.js";
import { countDocs } from "./count.js";
import { insertDoc, removeDoc, replaceDoc } from "./documents.js";
import { explainQuery } from "./explain.js";
import { Finder } from "./finder.js";
import { changeIndex, createIndex, dropIndex } from "./index-builds.js";
import { collectionStats } from "./stats.js";
import { storedDocFrom } from "./stored-doc.js";
import type { Collection, Namespace, Unit } from "./types.js";

/** What the kernel knows of a unit beyond what commands see. */
export interface OpenUnit extends Unit {
  readonly context: UnitContext;
  /** The collection as the kernel works with it. */
  entryOf(collection: Collection): CollectionEntry;
}

/**
 * Makes a unit over a view.
 * @param check throws when the unit may no longer be used
 */
export function openUnit(view: View, cache: CatalogCache, check: () => void): OpenUnit {
  const catalog = new Catalog(view, cache);
  const context: UnitContext = { view, catalog, changes: new ChangeRecorder(view), knownBits: new Map() };
  const entryOf = (collection: Collection): CollectionEntry => {
    check();
    const entry = catalog.current(collection);
    if (!entry) throw new ServerError("NamespaceNotFound", `ns not found: ${nameOf(collection.ns)}`);
    return entry;
  };
  return {
    context,
    entryOf,
    ...collectionMethods(context, check, entryOf),
    ...queryMethods(context, entryOf),
    ...writeMethods(context, entryOf),
    ...retryMethods(view, check),
  };
}

type EntryOf = (collection: Collection) => CollectionEntry;

function collectionMethods(context: UnitContext, check: () => void, entryOf: EntryOf) {
  const { catalog } = context;
  const find = (ns: Namespace) => {
    check();
    return catalog.find(ns);
  };
  return {
    collection: find,
    listCollections: (db) => {
      check();
      return catalog.list().filter(({ ns }) => ns.db === db);
    },
    listDatabases: () => {
      check();
      return [...new Set(catalog.list().map(({ ns }) => ns.db))];
    },
    createCollection: (ns, options) => {
      check();
      return createCollection(context, ns, options);
    },
    ensureCollection: (ns) => find(ns) ?? createCollection(context, ns),
    setOptions: (ns, options) => setOptions(context, entryOf({ ns } as Collection), options),
    dropCollection: (ns) => {
      const entry = find(ns);
      if (entry) dropCollection(context, entry);
      return entry !== undefined;
    },
    dropDatabase: (db) => {
      check();
      const entries = catalog.list().filter(({ ns }) => ns.db === db);
      for (const entry of entries) dropCollection(context, entry);
      const last = entries.at(-1);
      if (last) context.changes.record({ kind: "dropDatabase", entry: last });
      return entries.length > 0;
    },
    renameCollection: (from, to, dropTarget) => {
      check();
      renameCollection(context, from, to, dropTarget);
    },
  } satisfies Partial<Unit>;
}

function queryMethods(context: UnitContext, entryOf: EntryOf) {
  const { view } = context;
  return {
    find: (collection, query) => {
      const entry = entryOf(collection);
      const matches = new Finder(view, entry, query).matches(view, entry);
      return view.writable ? [...matches] : matches;
    },
    count: (collection, query) => countDocs(view, entryOf(collection), query),
    get: (collection, key) => {
      const value = view.get("docs", placeOf(entryOf(collection), key));
      return value && storedDocFrom(key, value);
    },
    stats: (collection) => collectionStats(view, entryOf(collection)),
    explain: (collection, query, run) => explainQuery(view, entryOf(collection), query, run),
    changeLog: () => openChangeLog(view),
  } satisfies Partial<Unit>;
}

function writeMethods(context: UnitContext, entryOf: EntryOf) {
  return {
    insert: (collection, bytes, options) => insertDoc(context, entryOf(collection), bytes, options),
    replace: (collection, stored, next, options) => replaceDoc(context, entryOf(collection), stored, next, options),
    remove: (collection, stored) => removeDoc(context, entryOf(collection), stored),
    createIndex: (collection, spec) => createIndex(context, entryOf(collection), spec),
    dropIndex: (collection, name) => dropIndex(context, entryOf(collection), name),
    changeIndex: (collection, name, { hidden, expireAfterSeconds }) => {
      const expiry = expireAfterSeconds === undefined ? undefined : new Int32(expireAfterSeconds);
      changeIndex(context, entryOf(collection), name, docOf({ hidden, expireAfterSeconds: expiry }));
    },
  } satisfies Partial<Unit>;
}

function retryMethods(view: View, check: () => void) {
  return {
    lastTxnNumber: (session) => {
      check();
      return lastTxnNumber(view, session);
    },
    retryRecords: (session, txnNumber) => {
      check();
      return retryRecords(view, session, txnNumber);
    },
    keepRetryRecord: (record) => {
      check();
      keepRetryRecord(view, record);
    },
  } satisfies Partial<Unit>;
}
