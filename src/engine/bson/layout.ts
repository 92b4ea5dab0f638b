import { ServerError } from "../errors.js";

/** BSON's type bytes. Source: bsonspec.org, version 1.1 */
export const bsonType = {
  double: 0x01,
  string: 0x02,
  object: 0x03,
  array: 0x04,
  binData: 0x05,
  undefined: 0x06,
  objectId: 0x07,
  bool: 0x08,
  date: 0x09,
  null: 0x0a,
  regex: 0x0b,
  dbPointer: 0x0c,
  javascript: 0x0d,
  symbol: 0x0e,
  javascriptWithScope: 0x0f,
  int: 0x10,
  timestamp: 0x11,
  long: 0x12,
  decimal: 0x13,
  maxKey: 0x7f,
  minKey: 0xff,
} as const;

/** As deep as MongoDB lets documents nest on the wire. */
export const maxDepth = 200;

const VARIABLE = -2;
const UNKNOWN = -1;
const sizes = new Int8Array(256).fill(UNKNOWN);
sizes[bsonType.double] = 8;
sizes[bsonType.undefined] = 0;
sizes[bsonType.objectId] = 12;
sizes[bsonType.bool] = 1;
sizes[bsonType.date] = 8;
sizes[bsonType.null] = 0;
sizes[bsonType.int] = 4;
sizes[bsonType.timestamp] = 8;
sizes[bsonType.long] = 8;
sizes[bsonType.decimal] = 16;
sizes[bsonType.maxKey] = 0;
sizes[bsonType.minKey] = 0;
for (const type of ["string", "object", "array", "binData", "regex", "dbPointer"] as const) {
  sizes[bsonType[type]] = VARIABLE;
}
for (const type of ["javascript", "symbol", "javascriptWithScope"] as const) sizes[bsonType[type]] = VARIABLE;

export function invalidBson(what: string): ServerError {
  return new ServerError("InvalidBSON", `Invalid BSON: ${what}`);
}

/** The bytes as a Buffer over the same memory. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * Checks a document's frame and tells where it ends.
 * @param limit where the enclosing bytes end
 * @throws ServerError InvalidBSON when the length does not fit or the closing zero is missing
 */
export function documentEnd(buffer: Buffer, start: number, limit: number): number {
  if (start + 5 > limit) throw invalidBson("the document is shorter than 5 bytes");
  const length = buffer.readInt32LE(start);
  if (length < 5 || length > limit - start) throw invalidBson(`a document claims ${length} bytes`);
  if (buffer[start + length - 1] !== 0) throw invalidBson("a document does not end with a zero byte");
  return start + length;
}

/** Where the zero byte of the text at `start` is. */
export function cstringEnd(buffer: Buffer, start: number, limit: number): number {
  let at = start;
  while (at < limit && buffer[at] !== 0) at++;
  if (at >= limit) throw invalidBson("a name or pattern without an end");
  return at;
}

function stringSize(buffer: Buffer, start: number, limit: number): number {
  if (start + 5 > limit) throw invalidBson("a string without a length");
  const length = buffer.readInt32LE(start);
  if (length < 1 || length > limit - start - 4) throw invalidBson(`a string claims ${length} bytes`);
  if (buffer[start + 3 + length] !== 0) throw invalidBson("a string does not end with a zero byte");
  return 4 + length;
}

function binarySize(buffer: Buffer, start: number, limit: number): number {
  if (start + 5 > limit) throw invalidBson("binary data without a length");
  const length = buffer.readInt32LE(start);
  if (length < 0 || length > limit - start - 5) throw invalidBson(`binary data claims ${length} bytes`);
  return 5 + length;
}

function scopedCodeSize(buffer: Buffer, start: number, limit: number): number {
  if (start + 14 > limit) throw invalidBson("code with scope is too short");
  const length = buffer.readInt32LE(start);
  if (length < 14 || length > limit - start) throw invalidBson(`code with scope claims ${length} bytes`);
  const code = stringSize(buffer, start + 4, start + length);
  if (documentEnd(buffer, start + 4 + code, start + length) !== start + length) throw invalidBson("code with scope");
  return length;
}

function variableSize(buffer: Buffer, type: number, start: number, limit: number): number {
  switch (type) {
    case bsonType.object:
    case bsonType.array:
      return documentEnd(buffer, start, limit) - start;
    case bsonType.binData:
      return binarySize(buffer, start, limit);
    case bsonType.regex:
      return cstringEnd(buffer, cstringEnd(buffer, start, limit) + 1, limit) + 1 - start;
    case bsonType.dbPointer:
      return stringSize(buffer, start, limit) + 12;
    case bsonType.javascriptWithScope:
      return scopedCodeSize(buffer, start, limit);
    default:
      return stringSize(buffer, start, limit);
  }
}

/**
 * How many bytes the value at `start` takes, checked against `limit`.
 * @throws ServerError InvalidBSON for an unknown type or a value that does not fit
 */
export function valueSize(buffer: Buffer, type: number, start: number, limit: number): number {
  let size = sizes[type] as number;
  if (size === VARIABLE) size = variableSize(buffer, type, start, limit);
  else if (size === UNKNOWN) throw invalidBson(`unknown type 0x${type.toString(16).padStart(2, "0")}`);
  if (size > limit - start) throw invalidBson("a value is cut short");
  return size;
}
