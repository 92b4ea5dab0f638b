import { createHash } from "node:crypto";
import { typeRank, typeRanks } from "./compare.js";
import { bsonType } from "./layout.js";
import { appendNumber } from "./number-keys.js";
import { isNumber } from "./numbers.js";
import {
  Binary,
  Code,
  DbPointer,
  ObjectId,
  Regex,
  Symbol_,
  Timestamp,
  UtcDate,
  type Doc,
  type Value,
} from "./types.js";
import { ByteWriter } from "./writer.js";

export type Direction = 1 | -1;

const SIGN = 1n << 63n;

/** Ends a document or array; below every type's tag. */
const END = 0;

/** The first byte of a value of that type rank. */
export function tagOf(rank: number): number {
  return rank + 2;
}

const writer = new ByteWriter();

/**
 * Encodes values as bytes whose order is exactly the order of `compareValues`, value by value: equal values give equal
 * bytes (5, 5.0 and Long 5 too), and no value's bytes are the beginning of another's. A missing value counts as null.
 * @param directions -1 turns a value's order round; all ascending when left out
 */
export function encodeKey(values: readonly (Value | undefined)[], directions?: readonly Direction[]): Buffer {
  writer.clear();
  for (const [index, value] of values.entries()) {
    const start = writer.length;
    appendValue(writer, value);
    if (directions?.[index] === -1) invert(writer, start);
  }
  return writer.take();
}

/** Turns the order of what was written since `start` round. */
export function invert(target: ByteWriter, start: number): void {
  const { bytes, length } = target;
  for (let at = start; at < length; at++) bytes[at] = (bytes[at] as number) ^ 0xff;
}

/** Writes one value's key: its type's tag, then what orders values of that type. */
export function appendValue(target: ByteWriter, value: Value | undefined): void {
  target.byte(tagOf(typeRank(value)));
  appendPayload(target, value);
}

function appendPayload(target: ByteWriter, value: Value | undefined): void {
  if (value === undefined || value === null) return;
  if (isNumber(value)) appendNumber(target, value);
  else if (typeof value === "string") appendText(target, value);
  else if (typeof value === "boolean") target.byte(value ? 1 : 0);
  else if (value instanceof ObjectId) target.raw(Buffer.from(value.hex, "hex"));
  else if (value instanceof Map) appendDoc(target, value);
  else if (value instanceof UtcDate) append64(target, BigInt.asUintN(64, value.ms ^ SIGN));
  else if (Array.isArray(value)) appendArray(target, value as readonly Value[]);
  else appendRare(target, value);
}

function appendRare(target: ByteWriter, value: Value): void {
  if (value instanceof Binary) {
    appendLength(target, value.bytes.length);
    target.byte(value.subtype);
    target.raw(value.bytes);
  } else if (value instanceof Timestamp) {
    append64(target, value.value);
  } else if (value instanceof Symbol_) {
    appendText(target, value.value);
  } else if (value instanceof Regex) {
    appendText(target, value.pattern);
    appendText(target, value.options);
  } else if (value instanceof Code) {
    appendText(target, value.code);
    if (value.scope !== undefined) appendDoc(target, value.scope);
  } else if (value instanceof DbPointer) {
    appendLength(target, Buffer.byteLength(value.namespace));
    target.text(value.namespace);
    target.raw(Buffer.from(value.id.hex, "hex"));
  }
}

/** UTF-8 ended by a zero byte; the bytes 0 and 1 inside become 1 1 and 1 2. */
function appendText(target: ByteWriter, text: string): void {
  const plain = text.includes("\0") || text.includes("\u0001") ? escapeLowBytes(text) : text;
  target.text(plain);
  target.byte(0);
}

function escapeLowBytes(text: string): string {
  return text.replaceAll("\u0001", "\u0001\u0002").replaceAll("\0", "\u0001\u0001");
}

function appendDoc(target: ByteWriter, doc: Doc): void {
  for (const [name, value] of doc) {
    target.byte(tagOf(typeRank(value)));
    appendText(target, name);
    appendPayload(target, value);
  }
  target.byte(END);
}

function appendArray(target: ByteWriter, items: readonly Value[]): void {
  for (const item of items) appendValue(target, item);
  target.byte(END);
}

function appendLength(target: ByteWriter, length: number): void {
  target.reserve(4);
  target.length = target.bytes.writeUInt32BE(length, target.length);
}

function append64(target: ByteWriter, bits: bigint): void {
  target.reserve(8);
  target.length = target.bytes.writeBigUInt64BE(bits, target.length);
}

/**
 * Writes a stored value's key from its bytes; the commonest types without building the value.
 * @returns false, and nothing written, for a type that must be decoded first
 */
export function appendRaw(target: ByteWriter, buffer: Buffer, type: number, start: number, size: number): boolean {
  if (type === bsonType.objectId) {
    target.byte(tagOf(typeRanks.objectId));
    target.raw(buffer.subarray(start, start + 12));
    return true;
  }
  return type === bsonType.string && appendRawText(target, buffer, start + 4, start + size - 1);
}

function appendRawText(target: ByteWriter, buffer: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if ((buffer[at] as number) <= 1) return false;
  target.byte(tagOf(typeRanks.string));
  target.raw(buffer.subarray(start, end));
  target.byte(0);
  return true;
}

const HASH_BYTES = 16;

/**
 * Cuts a key longer than `limit` to its beginning and a hash of the whole. Different keys stay different and equal
 * ones equal, but keys with the same beginning are ordered by hash: look such ones up with `keyPrefix` and check
 * the documents found.
 */
export function cutKey(key: Buffer, limit: number): Buffer {
  if (key.length <= limit) return key;
  const hash = createHash("sha256").update(key).digest().subarray(0, HASH_BYTES);
  return Buffer.concat([key.subarray(0, limit - HASH_BYTES), hash]);
}

/** The part of a key that `cutKey` leaves in order: the bound to use for a range over keys that may be cut. */
export function keyPrefix(key: Buffer, limit: number): Buffer {
  return key.length <= limit - HASH_BYTES ? key : key.subarray(0, limit - HASH_BYTES);
}
