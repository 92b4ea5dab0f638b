import { decodeDoc } from "../bson/decode.js";
import { encodeDoc } from "../bson/encode.js";
import { Binary, docOf, Int32, isArray, isDoc, type Doc, type Value } from "../bson/types.js";
import { indexEntry, type IndexEntry } from "../indexes/index-entry.js";
import type { Collection, Namespace } from "../kernel/types.js";

/** A collection as the kernel works with it. */
export interface CollectionEntry extends Collection {
  /** Never used again for another collection. */
  readonly id: number;
  /** Before each of its documents' keys. */
  readonly prefix: Buffer;
  readonly catalogKey: Buffer;
  /** The index on `_id`, then the others. */
  readonly indexes: readonly IndexEntry[];
  /** All but the one on `_id`. */
  readonly secondary: readonly IndexEntry[];
}

/** What the catalog stores of a collection. */
export interface CollectionRecord {
  readonly ns: Namespace;
  readonly id: number;
  readonly uuid: Buffer;
  readonly options: Doc;
  readonly indexes: readonly { readonly id: number; readonly spec: Doc }[];
}

const UUID = 4;
const keyPrefix = "ns:";

/** First key of a database's collections; all of them with an empty name. */
export function databaseKey(db: string): Buffer {
  return Buffer.from(db === "" ? keyPrefix : `${keyPrefix}${db}\0`);
}

export function catalogKey({ db, coll }: Namespace): Buffer {
  return Buffer.from(`${keyPrefix}${db}\0${coll}`);
}

export function collectionEntry(record: CollectionRecord): CollectionEntry {
  const prefix = Buffer.alloc(4);
  prefix.writeUInt32BE(record.id);
  const indexes = record.indexes.map(({ id, spec }) => indexEntry(id, spec));
  return { ...record, prefix, catalogKey: catalogKey(record.ns), indexes, secondary: indexes.slice(1) };
}

export function encodeRecord({ id, uuid, options, indexes }: CollectionRecord): Buffer {
  const stored = indexes.map((index) => docOf({ id: new Int32(index.id), spec: index.spec }));
  return encodeDoc(docOf({ id: new Int32(id), uuid: new Binary(UUID, uuid), options, indexes: stored }));
}

export function decodeRecord(key: Buffer, value: Buffer): CollectionRecord {
  const doc = decodeDoc(value);
  const [db = "", coll = ""] = key.toString().slice(keyPrefix.length).split("\0");
  const uuid = doc.get("uuid");
  const indexes = doc.get("indexes");
  return {
    ns: { db, coll },
    id: intOf(doc.get("id")),
    uuid: Buffer.from(uuid instanceof Binary ? uuid.bytes : []),
    options: docFrom(doc.get("options")),
    indexes: (isArray(indexes) ? indexes.filter(isDoc) : []).map((index) => ({
      id: intOf(index.get("id")),
      spec: docFrom(index.get("spec")),
    })),
  };
}

function intOf(value: Value | undefined): number {
  return value instanceof Int32 ? value.value : 0;
}

function docFrom(value: Value | undefined): Doc {
  return isDoc(value) ? value : docOf({});
}
