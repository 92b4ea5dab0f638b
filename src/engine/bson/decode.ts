import { ServerError } from "../errors.js";
import { asBuffer, bsonType, cstringEnd, documentEnd, invalidBson, maxDepth, valueSize } from "./layout.js";
import { isNameOf, readName, readText } from "./text.js";
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
  Undefined,
  UtcDate,
  type Doc,
  type Value,
} from "./types.js";

/**
 * Reads the document that starts at `offset`; bytes after its end are not looked at. Nothing of the result is a view
 * into `bytes`.
 * @throws ServerError InvalidBSON for wrong lengths, unknown types and text that is not UTF-8; Overflow for a document
 * nested deeper than 200
 * Source: bsonspec.org, version 1.1
 */
export function decodeDoc(bytes: Uint8Array, offset = 0): Doc {
  const buffer = asBuffer(bytes);
  return readDoc(buffer, offset, documentEnd(buffer, offset, buffer.length), 1);
}

/** Reads only some of a document's fields; the others are passed over. */
export function decodeFields(bytes: Uint8Array, names: ReadonlySet<string>): Doc {
  const doc: Doc = new Map();
  if (names.size === 0) return doc;
  const buffer = asBuffer(bytes);
  const last = documentEnd(buffer, 0, buffer.length) - 1;
  let at = 4;
  while (at < last) {
    const type = buffer[at] as number;
    const nameEnd = cstringEnd(buffer, at + 1, last);
    const size = valueSize(buffer, type, nameEnd + 1, last);
    if (isNameOf(names, buffer, at + 1, nameEnd)) {
      doc.set(readName(buffer, at + 1, nameEnd), decodeValue(buffer, type, nameEnd + 1, size));
    }
    at = nameEnd + 1 + size;
  }
  return doc;
}

/** Reads one value whose frame `valueSize` has checked. */
export function decodeValue(buffer: Buffer, type: number, start: number, size: number, depth = 1): Value {
  switch (type) {
    case bsonType.string:
      return readText(buffer, start + 4, start + size - 1);
    case bsonType.int:
      return new Int32(buffer.readInt32LE(start));
    case bsonType.double:
      return buffer.readDoubleLE(start);
    case bsonType.objectId:
      return new ObjectId(buffer.toString("hex", start, start + 12));
    case bsonType.object:
      return readDoc(buffer, start, start + size, depth + 1);
    case bsonType.array:
      return readArray(buffer, start, start + size, depth + 1);
    case bsonType.date:
      return new UtcDate(buffer.readBigInt64LE(start));
    case bsonType.bool:
      return readBool(buffer, start);
    case bsonType.long:
      return buffer.readBigInt64LE(start);
    case bsonType.null:
      return null;
    default:
      return readRareValue(buffer, type, start, size, depth);
  }
}

function readRareValue(buffer: Buffer, type: number, start: number, size: number, depth: number): Value {
  switch (type) {
    case bsonType.decimal:
      return new Decimal128(Uint8Array.from(buffer.subarray(start, start + 16)));
    case bsonType.binData:
      return readBinary(buffer, start, size);
    case bsonType.timestamp:
      return new Timestamp(buffer.readBigUInt64LE(start));
    case bsonType.regex:
      return readRegex(buffer, start, start + size);
    case bsonType.symbol:
      return new Symbol_(readText(buffer, start + 4, start + size - 1));
    case bsonType.javascript:
      return new Code(readText(buffer, start + 4, start + size - 1));
    case bsonType.javascriptWithScope:
      return readScopedCode(buffer, start, size, depth);
    case bsonType.dbPointer:
      return readDbPointer(buffer, start, size);
    case bsonType.undefined:
      return Undefined.instance;
    case bsonType.minKey:
      return MinKey.instance;
    default:
      return MaxKey.instance;
  }
}

function checkDepth(depth: number): void {
  if (depth > maxDepth) {
    throw new ServerError("Overflow", `BSONObj exceeded maximum nested object depth: ${maxDepth}`);
  }
}

function readDoc(buffer: Buffer, start: number, end: number, depth: number): Doc {
  checkDepth(depth);
  const doc: Doc = new Map();
  const last = end - 1;
  let at = start + 4;
  while (at < last) {
    const type = buffer[at] as number;
    const nameEnd = cstringEnd(buffer, at + 1, last);
    const size = valueSize(buffer, type, nameEnd + 1, last);
    doc.set(readName(buffer, at + 1, nameEnd), decodeValue(buffer, type, nameEnd + 1, size, depth));
    at = nameEnd + 1 + size;
  }
  return doc;
}

function readArray(buffer: Buffer, start: number, end: number, depth: number): Value[] {
  checkDepth(depth);
  const items: Value[] = [];
  const last = end - 1;
  let at = start + 4;
  while (at < last) {
    const type = buffer[at] as number;
    const valueStart = cstringEnd(buffer, at + 1, last) + 1;
    const size = valueSize(buffer, type, valueStart, last);
    items.push(decodeValue(buffer, type, valueStart, size, depth));
    at = valueStart + size;
  }
  return items;
}

function readBool(buffer: Buffer, start: number): boolean {
  const byte = buffer[start] as number;
  if (byte > 1) throw invalidBson(`a bool of ${byte}`);
  return byte === 1;
}

/** Subtype 2 carries a second length before its bytes; the engine keeps it as stored. */
function readBinary(buffer: Buffer, start: number, size: number): Binary {
  return new Binary(buffer[start + 4] as number, Uint8Array.from(buffer.subarray(start + 5, start + size)));
}

function readRegex(buffer: Buffer, start: number, end: number): Regex {
  const middle = cstringEnd(buffer, start, end);
  return new Regex(readText(buffer, start, middle), readText(buffer, middle + 1, end - 1));
}

function readScopedCode(buffer: Buffer, start: number, size: number, depth: number): Code {
  const scopeStart = start + 8 + buffer.readInt32LE(start + 4);
  const scope = readDoc(buffer, scopeStart, start + size, depth + 1);
  return new Code(readText(buffer, start + 8, scopeStart - 1), scope);
}

function readDbPointer(buffer: Buffer, start: number, size: number): DbPointer {
  const idStart = start + size - 12;
  const id = new ObjectId(buffer.toString("hex", idStart, idStart + 12));
  return new DbPointer(readText(buffer, start + 4, idStart - 1), id);
}
