import { encodeChanged, encodeDoc } from "../bson/encode.js";
import { bsonType, documentEnd } from "../bson/layout.js";
import { findField, rawFields, withIdFirst } from "../bson/raw.js";
import type { Doc } from "../bson/types.js";
import type { CollectionEntry } from "../catalog/collection-entry.js";
import { ServerError } from "../errors.js";
import { docEntries } from "../indexes/entry-keys.js";
import { cutBit, type IndexEntry } from "../indexes/index-entry.js";
import { keyText, type Entry } from "../storage/store.js";
import { placeOf, type UnitContext } from "./context.js";
import {
  checkUnique,
  claimUnique,
  duplicateId,
  putEntries,
  removeEntries,
  setBits,
  type IndexWork,
} from "./index-entries.js";
import { newIdElement } from "./new-id.js";
import { docKeyFrom, docKeyOfId, storedDoc } from "./stored-doc.js";
import type { FieldNames } from "../query/filter-fields.js";
import type { InsertOptions, ReplaceOptions, StoredDoc } from "./types.js";
import { validate } from "./validation.js";

/** The largest document, and how much more an update may make it. Source: MongoDB manual, "BSON Document Size" */
const MAX_BYTES = 16 * 1024 * 1024;

/** See `Unit.insert`. All that can fail is done before the first change. */
export function insertDoc(
  context: UnitContext,
  entry: CollectionEntry,
  bytes: Buffer,
  options: InsertOptions = {},
): StoredDoc {
  const doc = identified(bytes);
  if (options.bypassValidation !== true) validate(entry, doc.stored);
  const place = placeOf(entry, doc.stored.key);
  const { view } = context;
  view.rely("catalog", entry.catalogKey);
  view.claim("docs", place);
  if (view.get("docs", place) !== undefined) throw duplicateId(entry, doc.stored);
  const work: IndexWork[] = [];
  for (const index of entry.secondary) work.push(insertWork(index, doc.stored));
  for (const each of work) checkUnique(context, entry, each, doc.stored);
  view.putNew("docs", place, Buffer.concat([view.version(), doc.stored.bytes]));
  if (doc.cut) setBits(context, entry.indexes[0] as IndexEntry, cutBit);
  for (const each of work) putEntries(context, each);
  context.changes.record({ kind: "insert", entry, after: doc.stored.bytes });
  return doc.stored;
}

/** See `Unit.replace`. */
export function replaceDoc(
  context: UnitContext,
  entry: CollectionEntry,
  stored: StoredDoc,
  next: Doc,
  options: ReplaceOptions = {},
): StoredDoc {
  return changeDoc(context, entry, { stored, after: checkedNext(stored, next, options.fields) }, options);
}

/** See `Unit.rewrite`. */
export function rewriteDoc(
  context: UnitContext,
  entry: CollectionEntry,
  stored: StoredDoc,
  bytes: Buffer,
  options: ReplaceOptions,
): StoredDoc {
  return changeDoc(context, entry, { stored, after: storedDoc(stored.key, checkedBytes(bytes)) }, options);
}

function changeDoc(
  context: UnitContext,
  entry: CollectionEntry,
  { stored, after }: { readonly stored: StoredDoc; readonly after: StoredDoc },
  options: ReplaceOptions,
): StoredDoc {
  const { view } = context;
  const place = placeOf(entry, stored.key);
  view.rely("catalog", entry.catalogKey);
  view.claim("docs", place);
  if (options.bypassValidation !== true) validate(entry, after, stored);
  const changes: IndexChange[] = [];
  for (const index of entry.secondary) {
    const change = mayChange(index, options.fields) ? indexChange(index, stored, after) : null;
    if (change !== null) changes.push(change);
  }
  for (const change of changes) checkUnique(context, entry, change, after);
  view.put("docs", place, Buffer.concat([view.version(), after.bytes]), stored.value);
  for (const change of changes) {
    removeEntries(context, change.index, change.remove);
    putEntries(context, change);
  }
  context.changes.record({ kind: options.kind ?? "update", entry, before: stored.bytes, after: after.bytes });
  return after;
}

/** See `Unit.remove`. */
export function removeDoc(context: UnitContext, entry: CollectionEntry, stored: StoredDoc): void {
  const { view } = context;
  const place = placeOf(entry, stored.key);
  view.rely("catalog", entry.catalogKey);
  view.claim("docs", place);
  const found = entry.secondary.map((index) => ({ index, entries: docEntries(index, stored).entries }));
  for (const { index, entries } of found) claimUnique(context, index, entries);
  view.remove("docs", place, stored.value);
  for (const { index, entries } of found) removeEntries(context, index, entries);
  context.changes.record({ kind: "delete", entry, before: stored.bytes });
}

/** The document with its `_id` in front, made up when it has none. */
function identified(bytes: Buffer): { readonly stored: StoredDoc; readonly cut: boolean } {
  const field = findField(bytes, "_id");
  const whole = withIdFirst(bytes, field === undefined ? newIdElement() : undefined);
  if (whole.length > MAX_BYTES) throw tooLarge(whole.length);
  if (field?.type === bsonType.array) throw badId("array");
  if (field?.type === bsonType.regex) throw badId("regex");
  if (field?.type === bsonType.undefined) throw badId("undefined");
  if (field?.type === bsonType.object) checkIdFields(bytes, field.start);
  const { key, cut } = docKeyFrom(whole) as Exclude<ReturnType<typeof docKeyFrom>, "array">;
  return { stored: storedDoc(key, whole), cut };
}

/** Source: MongoDB manual, "Field Names with Periods and Dollar Signs" */
function checkIdFields(bytes: Buffer, start: number): void {
  for (const { name } of rawFields(bytes, start)) {
    if (!name.startsWith("$")) continue;
    const message = `_id fields may not contain '$'-prefixed fields: ${name} is not valid for storage.`;
    throw new ServerError("DollarPrefixedFieldName", message);
  }
}

function badId(type: string): ServerError {
  return new ServerError("InvalidIdField", `The '_id' value cannot be of type ${type}`);
}

function tooLarge(size: number): ServerError {
  return new ServerError(
    "BSONObjectTooLarge",
    `BSONObj size: ${size} (0x${size.toString(16).toUpperCase()}) is invalid. Size must be between 0 and ${MAX_BYTES + 16 * 1024}(16MB)`,
  );
}

function checkedNext(stored: StoredDoc, next: Doc, fields: FieldNames): StoredDoc {
  const bytes = checkedBytes(fields === undefined ? encodeDoc(next) : encodeChanged(stored.bytes, fields, next));
  if (fields !== undefined) return storedDoc(stored.key, bytes);
  if (!docKeyOfId(next.get("_id")).equals(stored.key)) {
    throw new ServerError(
      "ImmutableField",
      "Performing an update on the path '_id' would modify the immutable field '_id'",
    );
  }
  return storedDoc(stored.key, bytes, next);
}

function checkedBytes(bytes: Buffer): Buffer {
  if (bytes.length > MAX_BYTES) throw tooLarge(bytes.length);
  documentEnd(bytes, 0, bytes.length);
  return bytes;
}

function insertWork(index: IndexEntry, doc: StoredDoc): IndexWork {
  const { entries, bits } = docEntries(index, doc);
  return { index, put: entries, bits };
}

interface IndexChange extends IndexWork {
  readonly remove: readonly Entry[];
}

/** Whether an index can change when only these fields do. */
function mayChange({ changesWith }: IndexEntry, fields: FieldNames): boolean {
  if (fields === undefined) return true;
  for (const name of changesWith) if (fields.has(name)) return true;
  return false;
}

/** What changes in an index when a document does; null for nothing. */
function indexChange(index: IndexEntry, before: StoredDoc, after: StoredDoc): IndexChange | null {
  const { entries: old } = docEntries(index, before);
  const { entries: next, bits } = docEntries(index, after);
  const [left, right] = [old[0], next[0]];
  if (left !== undefined && right !== undefined && old.length === 1 && next.length === 1) {
    return left.key.equals(right.key) ? null : { index, put: next, remove: old, bits };
  }
  const [put, remove] = [without(next, old), without(old, next)];
  return put.length === 0 && remove.length === 0 ? null : { index, put, remove, bits };
}

function without(entries: readonly Entry[], others: readonly Entry[]): readonly Entry[] {
  if (entries.length === 0 || others.length === 0) return entries;
  const keys = new Set(others.map(({ key }) => keyText(key)));
  return entries.filter(({ key }) => !keys.has(keyText(key)));
}
