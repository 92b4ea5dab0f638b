import { decodeValue } from "./decode.js";
import { appendRaw, appendValue, invert, type Direction } from "./keys.js";
import { asBuffer, bsonType, cstringEnd, documentEnd, valueSize } from "./layout.js";
import { sameText } from "./text.js";
import { ByteWriter } from "./writer.js";

/** The index key of a stored document. */
interface RawKey {
  readonly key: Buffer;
  /** How many of the paths the document does not have; sparse indexes leave out a document that has none. */
  readonly missing: number;
}

/** Reads index keys from stored documents. `"array"`: a value on a path is an array; decode for a multikey index. */
export type RawKeyReader = (bytes: Uint8Array) => RawKey | "array";

const writer = new ByteWriter();
const NOT_FOUND = 0;
const FOUND = 1;
const ARRAY = 2;

/** Where the last search ended. One search is over before the next starts, so one record serves all. */
const found = { type: 0, start: 0, size: 0 };

/**
 * Prepares the reading of index keys straight from BSON, without decoding the documents.
 *
 * The keys are those of `encodeKey` over the values at the paths. Numeric path parts only matter in arrays, which are
 * reported as such.
 * @param paths field paths of the index in order, dotted ones too
 */
export function rawKeyReader(paths: readonly string[], directions: readonly Direction[] = []): RawKeyReader {
  const fields = paths.map((path, index) => ({ parts: pathParts(path), descending: directions[index] === -1 }));
  return (bytes) => {
    const buffer = asBuffer(bytes);
    let missing = 0;
    writer.clear();
    for (const { parts, descending } of fields) {
      const outcome = search(buffer, parts);
      if (outcome === ARRAY) return "array";
      const start = writer.length;
      if (outcome === FOUND) appendFound(buffer);
      else missing++;
      if (outcome === NOT_FOUND) appendValue(writer, undefined);
      if (descending) invert(writer, start);
    }
    return { key: writer.take(), missing };
  };
}

interface PathPart {
  readonly bytes: Buffer;
  /** The part's text when it is ASCII: comparing that is quicker. */
  readonly text: string | undefined;
}

function pathParts(path: string): PathPart[] {
  return path.split(".").map((text) => {
    const bytes = Buffer.from(text);
    return { bytes, text: bytes.length === text.length ? text : undefined };
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
