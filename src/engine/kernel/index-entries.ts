import { toText } from "../bson/extended-json.js";
import { docOf, type Doc, type Value } from "../bson/types.js";
import type { CollectionEntry } from "../catalog/collection-entry.js";
import { nameOf } from "../catalog/names.js";
import { ServerError } from "../errors.js";
import { valuesAt } from "../indexes/entry-keys.js";
import type { IndexEntry } from "../indexes/index-entry.js";
import { keyText, type Entry } from "../storage/store.js";
import type { UnitContext } from "./context.js";
import type { StoredDoc } from "./types.js";

/** What has to be put into one index. */
export interface IndexWork {
  readonly index: IndexEntry;
  readonly put: readonly Entry[];
  readonly bits: number;
}

/** Nobody else may take or free these keys of a unique index until the unit ends. */
export function claimUnique(context: UnitContext, index: IndexEntry, entries: readonly Entry[]): void {
  if (index.unique) for (const { key } of entries) context.view.claim("indexes", key);
}

/** @throws DuplicateKey when another document has one of the keys in a unique index */
export function checkUnique(context: UnitContext, entry: CollectionEntry, work: IndexWork, doc: StoredDoc): void {
  const { index } = work;
  if (!index.unique) return;
  claimUnique(context, index, work.put);
  for (const { key } of work.put) {
    const owner = context.view.get("indexes", key);
    if (owner !== undefined && !owner.equals(doc.key)) throw duplicateKey(entry, index, doc, key);
  }
}

/** `checkUnique` comes first. */
export function putEntries(context: UnitContext, { index, put, bits }: IndexWork): void {
  for (const { key, value } of put) context.view.putNew("indexes", key, value);
  if (bits !== 0) setBits(context, index, bits);
}

export function removeEntries(context: UnitContext, index: IndexEntry, entries: readonly Entry[]): void {
  claimUnique(context, index, entries);
  for (const { key, value } of entries) context.view.remove("indexes", key, value);
}

/** Makes known what an index has met. */
export function setBits(context: UnitContext, index: IndexEntry, bits: number): void {
  const name = keyText(index.bitsKey);
  const known = context.knownBits.get(name) ?? 0;
  if ((known | bits) === known) return;
  context.view.setBits(index.bitsKey, bits);
  context.knownBits.set(name, known | bits);
}

export function duplicateId(entry: CollectionEntry, doc: StoredDoc): ServerError {
  return duplicate(entry, "_id_", docOf({ _id: entry.indexes[0]?.key.get("_id") ?? null }), [doc.doc().get("_id")]);
}

function duplicateKey(entry: CollectionEntry, index: IndexEntry, doc: StoredDoc, key: Buffer): ServerError {
  return duplicate(entry, index.name, index.key, valuesAt(index, doc, key) ?? []);
}

function duplicate(
  entry: CollectionEntry,
  name: string,
  keyPattern: Doc,
  values: readonly (Value | undefined)[],
): ServerError {
  const keyValue: Doc = new Map([...keyPattern.keys()].map((path, place) => [path, values[place] ?? null]));
  const message = `E11000 duplicate key error collection: ${nameOf(entry.ns)} index: ${name} dup key: ${toText(keyValue)}`;
  return new ServerError("DuplicateKey", message, docOf({ keyPattern, keyValue }));
}
