import { compareValues } from "../bson/compare.js";
import { toText } from "../bson/extended-json.js";
import { docOf, type Doc } from "../bson/types.js";
import { nameOf } from "../catalog/names.js";
import type { CollectionEntry } from "../catalog/collection-entry.js";
import { ServerError } from "../errors.js";
import { docEntries } from "../indexes/entry-keys.js";
import { idIndexName, indexEntry, type IndexEntry } from "../indexes/index-entry.js";
import { normalIndexSpec, sameEntries } from "../indexes/index-spec.js";
import { wholeScan } from "../indexes/plan.js";
import { garbagePrefix, garbageValue, recordOf } from "./collections.js";
import type { UnitContext } from "./context.js";
import { checkUnique, putEntries } from "./index-entries.js";
import { scanDocs, startPosition } from "./scan-docs.js";
import type { CreateIndexResult } from "./index-changes.js";

const MAX_INDEXES = 64;

/** See `Unit.createIndex`: builds the index over the documents there are, in the same commit. */
export function createIndex(context: UnitContext, entry: CollectionEntry, given: Doc): CreateIndexResult {
  const spec = normalIndexSpec(given);
  const before = entry.indexes.length;
  if (isPresent(entry, spec)) return { before, after: before };
  if (before >= MAX_INDEXES) {
    throw new ServerError("CannotCreateIndex", `add index fails, too many indexes for ${nameOf(entry.ns)}`);
  }
  const id = context.catalog.newId();
  build(context, entry, indexEntry(id, spec));
  const record = recordOf(entry);
  context.catalog.put({ ...record, indexes: [...record.indexes, { id, spec }] });
  context.changes.record({ kind: "createIndexes", entry, details: docOf({ indexes: [spec] }) });
  return { before, after: before + 1 };
}

function build(context: UnitContext, entry: CollectionEntry, index: IndexEntry): void {
  for (const doc of scanDocs(context.view, entry, wholeScan(entry), startPosition())) {
    const { entries, bits } = docEntries(index, doc);
    const work = { index, put: entries, bits };
    checkUnique(context, entry, work, doc);
    putEntries(context, work);
  }
}

/** @throws when another index has its name, or its keys under another name */
function isPresent(entry: CollectionEntry, spec: Doc): boolean {
  const key = spec.get("key");
  const idKey = entry.indexes[0]?.key;
  if (key !== undefined && idKey !== undefined && compareValues(key, idKey) === 0) return true;
  const sameName = entry.indexes.find(({ name }) => name === spec.get("name"));
  if (sameName) {
    if (sameEntries(sameName.spec, spec) && sameOptions(sameName.spec, spec)) return true;
    throw conflict(sameName, spec);
  }
  const sameKeys = entry.indexes.find((index) => sameEntries(index.spec, spec));
  if (!sameKeys) return false;
  const message = `Index already exists with a different name: ${sameKeys.name}`;
  throw new ServerError("IndexOptionsConflict", message);
}

function sameOptions(left: Doc, right: Doc): boolean {
  return compareValues(left.get("expireAfterSeconds"), right.get("expireAfterSeconds")) === 0;
}

function conflict(existing: IndexEntry, spec: Doc): ServerError {
  const same = sameEntries(existing.spec, spec);
  const what = same
    ? "An equivalent index already exists with the same name but different options."
    : "An existing index has the same name as the requested index. When index names are not specified, they are auto generated and can cause conflicts. Please refer to our documentation.";
  const message = `${what} Requested index: ${toText(spec)}, existing index: ${toText(existing.spec)}`;
  return new ServerError(same ? "IndexOptionsConflict" : "IndexKeySpecsConflict", message);
}

/** See `Unit.dropIndex`. */
export function dropIndex(context: UnitContext, entry: CollectionEntry, name: string): void {
  if (name === idIndexName) throw new ServerError("InvalidOptions", "cannot drop _id index");
  const index = entry.secondary.find((each) => each.name === name);
  if (!index) throw new ServerError("IndexNotFound", `index not found with name [${name}]`);
  const record = recordOf(entry);
  context.catalog.put({ ...record, indexes: record.indexes.filter(({ id }) => id !== index.id) });
  context.view.put("meta", Buffer.concat([garbagePrefix, index.prefix]), garbageValue);
  context.changes.record({ kind: "dropIndexes", entry, details: docOf({ indexes: [index.spec] }) });
}

/** See `Unit.changeIndex`. */
export function changeIndex(context: UnitContext, entry: CollectionEntry, name: string, change: Doc): void {
  const index = entry.indexes.find((each) => each.name === name);
  if (!index) throw new ServerError("IndexNotFound", `cannot find index ${name} for ns ${nameOf(entry.ns)}`);
  const record = recordOf(entry);
  const spec = new Map([...index.spec, ...change]);
  if (spec.get("hidden") === false) spec.delete("hidden");
  const indexes = record.indexes.map((each) => (each.id === index.id ? { id: each.id, spec } : each));
  context.catalog.put({ ...record, indexes });
  context.changes.record({
    kind: "modify",
    entry,
    details: docOf({ index: docOf({ name, ...Object.fromEntries(change) }) }),
  });
}
