import { decodeValue } from "./decode.js";
import { asBuffer, cstringEnd, documentEnd, valueSize } from "./layout.js";
import { isAscii, readName, sameText } from "./text.js";
import type { Value } from "./types.js";

/** Where one field of a stored document is. */
export interface RawField {
  /** BSON's type byte, see `bsonType`. */
  readonly type: number;
  readonly name: string;
  /** Where the element starts: its type byte. */
  readonly elementStart: number;
  /** Where the value starts, and its size. */
  readonly start: number;
  readonly size: number;
}

/** The fields of the document at `offset`, in order, without decoding their values. */
export function* rawFields(bytes: Uint8Array, offset = 0): Generator<RawField, void> {
  const buffer = asBuffer(bytes);
  const last = documentEnd(buffer, offset, buffer.length) - 1;
  let at = offset + 4;
  while (at < last) {
    const type = buffer[at] as number;
    const nameEnd = cstringEnd(buffer, at + 1, last);
    const start = nameEnd + 1;
    const size = valueSize(buffer, type, start, last);
    yield { type, name: readName(buffer, at + 1, nameEnd), elementStart: at, start, size };
    at = start + size;
  }
}

/**
 * Finds a top-level field by name without decoding the document.
 * @returns the first field of that name, or undefined when there is none
 */
export function findField(bytes: Uint8Array, name: string, offset = 0): RawField | undefined {
  if (!isAscii(name)) return findBySearch(bytes, name, offset);
  const buffer = asBuffer(bytes);
  const last = documentEnd(buffer, offset, buffer.length) - 1;
  const { length } = name;
  let at = offset + 4;
  while (at < last) {
    const type = buffer[at] as number;
    const nameEnd = cstringEnd(buffer, at + 1, last);
    const start = nameEnd + 1;
    const size = valueSize(buffer, type, start, last);
    if (nameEnd - at - 1 === length && sameText(name, buffer, at + 1)) {
      return { type, name, elementStart: at, start, size };
    }
    at = start + size;
  }
  return undefined;
}

function findBySearch(bytes: Uint8Array, name: string, offset: number): RawField | undefined {
  for (const field of rawFields(bytes, offset)) if (field.name === name) return field;
  return undefined;
}

/** Decodes one top-level field; undefined when the document has no such field. */
export function readField(bytes: Uint8Array, name: string, offset = 0): Value | undefined {
  const field = findField(bytes, name, offset);
  return field && readRawValue(bytes, field);
}

/** Decodes the value of a field found by `findField` or `rawFields`. */
export function readRawValue(bytes: Uint8Array, field: RawField): Value {
  return decodeValue(asBuffer(bytes), field.type, field.start, field.size);
}

/** Length of the document at `offset` with its frame checked. */
export function documentLength(bytes: Uint8Array, offset = 0): number {
  const buffer = asBuffer(bytes);
  return documentEnd(buffer, offset, buffer.length) - offset;
}

/**
 * The same document with its `_id` moved to the front, or with the given `_id` element put there when it has none.
 * The other bytes are copied as they are.
 * @param idElement a whole element (type byte, name, value) for a document without `_id`
 */
export function withIdFirst(bytes: Uint8Array, idElement?: Uint8Array): Buffer {
  const buffer = asBuffer(bytes);
  const field = findField(buffer, "_id");
  const end = documentEnd(buffer, 0, buffer.length);
  if (field?.elementStart === 4 || (field === undefined && idElement === undefined)) return buffer.subarray(0, end);
  const fieldEnd = field ? field.start + field.size : 4;
  const front = field ? buffer.subarray(field.elementStart, fieldEnd) : (idElement ?? buffer.subarray(4, 4));
  const before = buffer.subarray(4, field ? field.elementStart : 4);
  const after = buffer.subarray(fieldEnd, end);
  const result = Buffer.concat([buffer.subarray(0, 4), front, before, after]);
  result.writeInt32LE(result.length, 0);
  return result;
}
