import { decodeValue } from "./decode.js";
import { appendRaw, appendValue, invert, type Direction } from "./keys.js";
import { asBuffer, bsonType, cstringEnd, documentEnd, valueSize } from "./layout.js";
import { sameText } from "./text.js";
import { ByteWriter } from "./writer.js";

/** The index key of a stored document. */
interface RawKey {
  /** With what was to stand before and after it. */
  readonly key: Buffer;
  /** Of the key alone. */
  readonly length: number;
  /** How many of the paths the document does not have; sparse indexes leave out a document that has none. */
  readonly missing: number;
}

/** The index keys of a stored document that has an array at one of the paths. */
interface RawKeys {
  /** One for each element, with what was to stand before and after it. */
  readonly keys: readonly Buffer[];
  /** Of the longest key alone. */
  readonly length: number;
  /** Which path leads to the array. */
  readonly field: number;
}

/** Reads index keys straight from BSON; `before` and `after` are what an index puts around each. */
export interface RawKeyReader {
  /** @returns `"array"` when a value on a path is an array */
  read(bytes: Uint8Array, before?: Uint8Array, after?: Uint8Array): RawKey | "array";
  /** @returns undefined for arrays that are not of the simplest kind: decode the document for them */
  readElements(bytes: Uint8Array, before: Uint8Array, after: Uint8Array): RawKeys | undefined;
}

const writer = new ByteWriter();
const NOT_FOUND = 0;
const FOUND = 1;
const ARRAY = 2;

/** Where the last search ended. One search is over before the next starts, so one record serves all. */
const found = { type: 0, start: 0, size: 0, depth: 0 };

const nothing = new Uint8Array(0);

/**
 * Prepares the reading of index keys straight from BSON, without decoding the documents.
 *
 * The keys are those of `encodeKey` over the values at the paths. Numeric path parts only matter in arrays, which are
 * reported as such.
 * @param paths field paths of the index in order, dotted ones too
 */
export function rawKeyReader(paths: readonly string[], directions: readonly Direction[] = []): RawKeyReader {
  return new PathsReader(
    paths.map((path, index) => ({ parts: pathParts(path), descending: directions[index] === -1 })),
  );
}

interface Field {
  readonly parts: readonly PathPart[];
  readonly descending: boolean;
}

/** Where the one array is, and what of its elements is indexed: all, or the field of that name. */
interface ArrayPlace {
  readonly field: number;
  readonly start: number;
  readonly size: number;
  readonly part: PathPart | undefined;
}

class PathsReader implements RawKeyReader {
  readonly #fields: readonly Field[];

  constructor(fields: readonly Field[]) {
    this.#fields = fields;
  }

  read(bytes: Uint8Array, before = nothing, after = nothing): RawKey | "array" {
    const buffer = asBuffer(bytes);
    let missing = 0;
    writer.clear();
    writer.raw(before);
    for (const { parts, descending } of this.#fields) {
      const outcome = search(buffer, parts);
      if (outcome === ARRAY) return "array";
      const start = writer.length;
      if (outcome === FOUND) appendFound(buffer);
      else {
        missing++;
        appendValue(writer, undefined);
      }
      if (descending) invert(writer, start);
    }
    const length = writer.length - before.length;
    writer.raw(after);
    return { key: writer.take(), length, missing };
  }

  readElements(bytes: Uint8Array, before: Uint8Array, after: Uint8Array): RawKeys | undefined {
    const buffer = asBuffer(bytes);
    const place = this.#arrayIn(buffer);
    if (place === undefined) return undefined;
    const last = place.start + place.size - 1;
    const keys: Buffer[] = [];
    let longest = 0;
    for (let at = place.start + 4; at < last;) {
      const type = buffer[at] as number;
      const start = cstringEnd(buffer, at + 1, last) + 1;
      const size = valueSize(buffer, type, start, last);
      writer.clear();
      writer.raw(before);
      if (!this.#appendElement(buffer, place, type, start, size)) return undefined;
      longest = Math.max(longest, writer.length - before.length);
      writer.raw(after);
      keys.push(writer.take());
      at = start + size;
    }
    return keys.length === 0 ? undefined : { keys, length: longest, field: place.field };
  }

  /** The only array on the paths; undefined for several, and for ones whose elements are not simply told apart. */
  #arrayIn(buffer: Buffer): ArrayPlace | undefined {
    let place: ArrayPlace | undefined;
    for (const [field, { parts }] of this.#fields.entries()) {
      if (search(buffer, parts) !== ARRAY) continue;
      const { start, size, depth } = found;
      const part = parts[depth + 1];
      if (place !== undefined || parts.length > depth + 2 || part?.isPosition === true) return undefined;
      place = { field, start, size, part };
    }
    return place;
  }

  #appendElement(buffer: Buffer, place: ArrayPlace, type: number, start: number, size: number): boolean {
    for (let field = 0; field < this.#fields.length; field++) {
      const { parts, descending } = this.#fields[field] as Field;
      const from = writer.length;
      let isThere: boolean;
      if (field !== place.field) isThere = search(buffer, parts) === FOUND;
      else if (place.part === undefined) isThere = pointTo(type, start, size);
      else isThere = type === bsonType.object && findIn(buffer, place.part, start, start + size);
      if (isThere && place.part !== undefined && found.type === bsonType.array) return false;
      if (isThere) appendFound(buffer);
      else appendValue(writer, undefined);
      if (descending) invert(writer, from);
    }
    return true;
  }
}

function pointTo(type: number, start: number, size: number): true {
  found.type = type;
  found.start = start;
  found.size = size;
  return true;
}

interface PathPart {
  readonly bytes: Buffer;
  /** The part's text when it is ASCII: comparing that is quicker. */
  readonly text: string | undefined;
  /** Digits may mean a place in an array. */
  readonly isPosition: boolean;
}

function pathParts(path: string): PathPart[] {
  return path.split(".").map((text) => {
    const bytes = Buffer.from(text);
    return { bytes, text: bytes.length === text.length ? text : undefined, isPosition: /^\d+$/.test(text) };
  });
}

function isNamed(part: PathPart, buffer: Buffer, start: number, end: number): boolean {
  if (end - start !== part.bytes.length) return false;
  return part.text === undefined ? buffer.subarray(start, end).equals(part.bytes) : sameText(part.text, buffer, start);
}

function search(buffer: Buffer, parts: readonly PathPart[]): number {
  let start = 0;
  let limit = buffer.length;
  for (const [depth, part] of parts.entries()) {
    if (depth > 0) {
      if (found.type !== bsonType.object) return NOT_FOUND;
      start = found.start;
      limit = found.start + found.size;
    }
    if (!findIn(buffer, part, start, limit)) return NOT_FOUND;
    found.depth = depth;
    if (found.type === bsonType.array) return ARRAY;
  }
  return FOUND;
}

function findIn(buffer: Buffer, part: PathPart, start: number, limit: number): boolean {
  const last = documentEnd(buffer, start, limit) - 1;
  let at = start + 4;
  while (at < last) {
    const type = buffer[at] as number;
    const nameEnd = cstringEnd(buffer, at + 1, last);
    const size = valueSize(buffer, type, nameEnd + 1, last);
    if (isNamed(part, buffer, at + 1, nameEnd)) {
      found.type = type;
      found.start = nameEnd + 1;
      found.size = size;
      return true;
    }
    at = nameEnd + 1 + size;
  }
  return false;
}

function appendFound(buffer: Buffer): void {
  const { type, start, size } = found;
  if (!appendRaw(writer, buffer, type, start, size)) appendValue(writer, decodeValue(buffer, type, start, size));
}
