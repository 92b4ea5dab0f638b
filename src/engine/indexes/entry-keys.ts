import { cutKey, encodeKey } from "../bson/keys.js";
import { readField } from "../bson/raw.js";
import type { FieldNames } from "../query/filter-fields.js";
import type { Doc } from "../bson/types.js";
import { keyText, type Entry } from "../storage/store.js";
import { expandKeys, type KeyValues } from "./array-keys.js";
import { cutBit, multikeyBit, type IndexEntry } from "./index-entry.js";

/** Keys of fields longer than this are cut; with the document's key, as long again, they fit the store. */
export const maxFieldBytes = 900;

/** A document's entries in one index, and what they make known of the index. */
export interface DocEntries {
  readonly entries: readonly Entry[];
  readonly bits: number;
}

/** A document on its way into the indexes. */
export interface IndexedDoc {
  readonly key: Buffer;
  readonly bytes: Buffer;
  doc(): Doc;
  /** With at least these fields. */
  part(names: FieldNames): Doc;
}

const none: DocEntries = { entries: [], bits: 0 };

/**
 * The entries of a document in an index: fields, then the document's key; in a unique index the document's key is the
 * value instead, so that equal fields meet at one key.
 */
export function docEntries(index: IndexEntry, doc: IndexedDoc): DocEntries {
  if (index.partial && !index.partial.matcher.matches(fieldsOf(doc.bytes, index.partial.fields))) return none;
  const after = index.unique ? nothing : doc.key;
  const read = index.keys.read(doc.bytes, index.prefix, after);
  if (read === "array") return elementEntries(index, doc, after) ?? expandedEntries(index, doc);
  if (index.sparse && read.missing === index.paths.length) return none;
  if (read.length > maxFieldBytes) return expandedEntries(index, doc);
  return { entries: [{ key: read.key, value: valueFor(index, doc.key) }], bits: 0 };
}

const nothing = Buffer.alloc(0);

/** The entries of a document that has one array of the simplest kind, without decoding it. */
function elementEntries(index: IndexEntry, doc: IndexedDoc, after: Buffer): DocEntries | undefined {
  const read = index.sparse ? undefined : index.keys.readElements(doc.bytes, index.prefix, after);
  if (read === undefined || read.length > maxFieldBytes) return undefined;
  const value = valueFor(index, doc.key);
  return { entries: distinct(read.keys).map((key) => ({ key, value })), bits: multikeyBit(read.field) };
}

const FEW = 8;

function distinct(keys: readonly Buffer[]): readonly Buffer[] {
  if (keys.length > FEW) return [...new Map(keys.map((key) => [keyText(key), key])).values()];
  return keys.filter((key, place) => keys.findIndex((other) => other.equals(key)) === place);
}

/** A document with only these of its fields: saves decoding the rest. */
function fieldsOf(bytes: Buffer, names: readonly string[]): Doc {
  const doc: Doc = new Map();
  for (const name of names) {
    const value = readField(bytes, name);
    if (value !== undefined) doc.set(name, value);
  }
  return doc;
}

function expandedEntries(index: IndexEntry, doc: IndexedDoc): DocEntries {
  const { keys, bits } = expandKeys(doc.part(index.rootFields), index.paths);
  if (index.sparse && keys.every((values) => values.every((value) => value === undefined))) return none;
  const entries = new Map<string, Entry>();
  let cut = 0;
  for (const values of keys) {
    const fields = encodeKey(values, index.directions);
    if (fields.length > maxFieldBytes) cut = cutBit;
    const entry = entryFor(index, fields, doc.key);
    entries.set(keyText(entry.key), entry);
  }
  return { entries: [...entries.values()], bits: bits | cut };
}

function entryFor(index: IndexEntry, fields: Buffer, docKey: Buffer): Entry {
  const kept = cutKey(fields, maxFieldBytes);
  const parts = index.unique ? [index.prefix, kept] : [index.prefix, kept, docKey];
  return { key: Buffer.concat(parts), value: valueFor(index, docKey) };
}

function valueFor(index: IndexEntry, docKey: Buffer): Buffer {
  return index.unique ? docKey : lengthValue(docKey.length);
}

const lengths: Buffer[] = [];

/** The length of the document's key at the end of an entry's. */
function lengthValue(length: number): Buffer {
  let value = lengths[length];
  if (value === undefined) {
    value = Buffer.alloc(2);
    value.writeUInt16BE(length);
    lengths[length] = value;
  }
  return value;
}

/** The key of the document that an entry stands for. */
export function docKeyOf(index: IndexEntry, entry: Entry): Buffer {
  return index.unique ? entry.value : entry.key.subarray(entry.key.length - entry.value.readUInt16BE());
}

/** The values of the document that lead to an entry's key: for messages. */
export function valuesAt(index: IndexEntry, doc: IndexedDoc, key: Buffer): KeyValues | undefined {
  return expandKeys(doc.doc(), index.paths).keys.find((values) =>
    entryFor(index, encodeKey(values, index.directions), doc.key).key.equals(key),
  );
}
