import { decodeDoc, decodeFields } from "../bson/decode.js";
import { cutKey, encodeKey } from "../bson/keys.js";
import { rawKeyReader } from "../bson/raw-keys.js";
import type { Doc, Value } from "../bson/types.js";
import { maxFieldBytes } from "../indexes/entry-keys.js";
import type { FieldNames } from "../query/filter-fields.js";
import type { StoredDoc } from "./types.js";

/** Before each document's BSON: the version of the commit that put it there. */
export const versionBytes = 8;

const idKeys = rawKeyReader(["_id"]);

/** The key of the document with this `_id`, or "array" when the `_id` is one. */
export function docKeyFrom(bytes: Buffer): { readonly key: Buffer; readonly cut: boolean } | "array" {
  const read = idKeys.read(bytes);
  if (read === "array") return read;
  return { key: cutKey(read.key, maxFieldBytes), cut: read.length > maxFieldBytes };
}

export function docKeyOfId(id: Value | undefined): Buffer {
  return cutKey(encodeKey([id]), maxFieldBytes);
}

class LazyDoc implements StoredDoc {
  readonly key: Buffer;
  readonly bytes: Buffer;
  readonly value: Buffer | undefined;
  #doc: Doc | undefined;

  constructor(key: Buffer, bytes: Buffer, value: Buffer | undefined, doc: Doc | undefined) {
    this.key = key;
    this.bytes = bytes;
    this.value = value;
    this.#doc = doc;
  }

  doc(): Doc {
    return (this.#doc ??= decodeDoc(this.bytes));
  }

  part(names: FieldNames): Doc {
    if (names === undefined || this.#doc !== undefined) return this.doc();
    return decodeFields(this.bytes, names);
  }
}

/** @param doc the decoded document, when it is at hand */
export function storedDoc(key: Buffer, bytes: Buffer, doc?: Doc): StoredDoc {
  return new LazyDoc(key, bytes, undefined, doc);
}

/** From a value of the documents table. */
export function storedDocFrom(key: Buffer, value: Buffer): StoredDoc {
  return new LazyDoc(key, value.subarray(versionBytes), value, undefined);
}
