import { ServerError } from "../errors.js";
import { bsonType, cstringEnd, documentEnd, maxDepth, valueSize } from "./layout.js";
import { isNameOf, readName } from "./text.js";
import type { Undefined } from "./types.js";
import {
  Binary,
  Code,
  DbPointer,
  Decimal128,
  Int32,
  MaxKey,
  MinKey,
  ObjectId,
  Regex,
  Symbol_,
  Timestamp,
  UtcDate,
  type Doc,
  type Value,
} from "./types.js";
import { ByteWriter } from "./writer.js";

const writer = new ByteWriter();

/**
 * Writes a document as BSON.
 * @throws ServerError BadValue when a field's name holds a zero byte; Overflow when it nests deeper than 200
 * Source: bsonspec.org, version 1.1
 */
export function encodeDoc(doc: Doc): Buffer {
  writer.clear();
  writeDoc(doc, 1);
  return writer.take();
}

/**
 * Writes a document anew in which only the fields of `names` may have changed; the bytes of the others are copied.
 *
 * Fields keep their places, and new ones come last.
 * @param bytes the document before
 * @param next the fields of `names` as they are to be, without those that are to go; others are not looked at
 * @throws ServerError as `encodeDoc` does
 */
export function encodeChanged(bytes: Buffer, names: ReadonlySet<string>, next: Doc): Buffer {
  writer.clear();
  const start = open(1);
  const written: string[] = [];
  const last = documentEnd(bytes, 0, bytes.length) - 1;
  let copied = 4;
  let at = 4;
  while (at < last) {
    const nameEnd = cstringEnd(bytes, at + 1, last);
    const end = nameEnd + 1 + valueSize(bytes, bytes[at] as number, nameEnd + 1, last);
    const name = readName(bytes, at + 1, nameEnd);
    if (names.has(name)) {
      writer.raw(bytes.subarray(copied, at));
      copied = end;
      const value = next.get(name);
      if (value !== undefined && !written.includes(name)) writeElement(name, value, 1);
      written.push(name);
    }
    at = end;
  }
  writer.raw(bytes.subarray(copied, last));
  for (const [name, value] of next) if (names.has(name) && !written.includes(name)) writeElement(name, value, 1);
  close(start);
  return writer.take();
}

/**
 * Copies a document with only the top-level fields of `names`, or with all but those; nothing is decoded.
 * @param keep whether `names` are what is kept
 */
export function encodePicked(bytes: Buffer, names: ReadonlySet<string>, keep: boolean): Buffer {
  writer.clear();
  const start = open(1);
  const last = documentEnd(bytes, 0, bytes.length) - 1;
  let at = 4;
  while (at < last) {
    const nameEnd = cstringEnd(bytes, at + 1, last);
    const end = nameEnd + 1 + valueSize(bytes, bytes[at] as number, nameEnd + 1, last);
    if (isNameOf(names, bytes, at + 1, nameEnd) === keep) writer.raw(bytes.subarray(at, end));
    at = end;
  }
  close(start);
  return writer.take();
}

function writeDoc(doc: Doc, depth: number): void {
  const start = open(depth);
  for (const [name, value] of doc) writeElement(name, value, depth);
  close(start);
}

function writeArray(items: readonly Value[], depth: number): void {
  const start = open(depth);
  for (const [index, item] of items.entries()) writeElement(String(index), item, depth);
  close(start);
}

function open(depth: number): number {
  if (depth > maxDepth) {
    throw new ServerError("Overflow", `BSONObj exceeded maximum nested object depth: ${maxDepth}`);
  }
  const start = writer.length;
  writer.int32(0);
  return start;
}

function close(start: number): void {
  writer.byte(0);
  writer.bytes.writeInt32LE(writer.length - start, start);
}

function begin(type: number, name: string): void {
  writer.byte(type);
  writeCString(name);
}

function writeCString(text: string): void {
  if (text.includes("\0"))
    throw new ServerError("BadValue", "Field names and regular expressions cannot contain null bytes");
  writer.text(text);
  writer.byte(0);
}

function writeString(text: string): void {
  const start = writer.length;
  writer.int32(0);
  writer.text(text);
  writer.byte(0);
  writer.bytes.writeInt32LE(writer.length - start - 4, start);
}

function writeDouble(value: number): void {
  writer.reserve(8);
  writer.length = writer.bytes.writeDoubleLE(value, writer.length);
}

function writeInt64(value: bigint): void {
  writer.reserve(8);
  writer.length = writer.bytes.writeBigInt64LE(BigInt.asIntN(64, value), writer.length);
}

function writeElement(name: string, value: Value, depth: number): void {
  switch (typeof value) {
    case "string":
      begin(bsonType.string, name);
      writeString(value);
      break;
    case "number":
      begin(bsonType.double, name);
      writeDouble(value);
      break;
    case "boolean":
      begin(bsonType.bool, name);
      writer.byte(value ? 1 : 0);
      break;
    case "bigint":
      begin(bsonType.long, name);
      writeInt64(value);
      break;
    default:
      writeObject(name, value, depth);
  }
}

function writeObject(name: string, value: Exclude<Value, string | number | boolean | bigint>, depth: number): void {
  if (value === null) {
    begin(bsonType.null, name);
  } else if (value instanceof Int32) {
    begin(bsonType.int, name);
    writer.int32(value.value);
  } else if (value instanceof ObjectId) {
    begin(bsonType.objectId, name);
    writeObjectId(value);
  } else if (value instanceof Map) {
    begin(bsonType.object, name);
    writeDoc(value, depth + 1);
  } else if (value instanceof UtcDate) {
    begin(bsonType.date, name);
    writeInt64(value.ms);
  } else if (value instanceof Decimal128) {
    begin(bsonType.decimal, name);
    writer.raw(value.bytes);
  } else if (isItems(value)) {
    begin(bsonType.array, name);
    writeArray(value, depth + 1);
  } else {
    writeRareValue(name, value, depth);
  }
}

function isItems(value: object): value is readonly Value[] {
  return Array.isArray(value);
}

function writeObjectId(id: ObjectId): void {
  writer.reserve(12);
  writer.length += writer.bytes.write(id.hex, writer.length, "hex");
}

type RareValue = Binary | Timestamp | Regex | Symbol_ | Code | DbPointer | Undefined | MinKey | MaxKey;

function writeRareValue(name: string, value: RareValue, depth: number): void {
  if (value instanceof Binary) {
    begin(bsonType.binData, name);
    writer.int32(value.bytes.length);
    writer.byte(value.subtype);
    writer.raw(value.bytes);
  } else if (value instanceof Timestamp) {
    begin(bsonType.timestamp, name);
    writeInt64(value.value);
  } else if (value instanceof Regex) {
    begin(bsonType.regex, name);
    writeCString(value.pattern);
    writeCString(value.options);
  } else if (value instanceof Symbol_) {
    begin(bsonType.symbol, name);
    writeString(value.value);
  } else if (value instanceof Code) {
    writeCode(name, value, depth);
  } else if (value instanceof DbPointer) {
    begin(bsonType.dbPointer, name);
    writeString(value.namespace);
    writeObjectId(value.id);
  } else {
    begin(emptyType(value), name);
  }
}

function emptyType(value: Undefined | MinKey | MaxKey): number {
  if (value instanceof MinKey) return bsonType.minKey;
  return value instanceof MaxKey ? bsonType.maxKey : bsonType.undefined;
}

function writeCode(name: string, value: Code, depth: number): void {
  if (value.scope === undefined) {
    begin(bsonType.javascript, name);
    writeString(value.code);
    return;
  }
  begin(bsonType.javascriptWithScope, name);
  const start = writer.length;
  writer.int32(0);
  writeString(value.code);
  writeDoc(value.scope, depth + 1);
  writer.bytes.writeInt32LE(writer.length - start, start);
}
