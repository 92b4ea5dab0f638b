import { bsonType } from "../bson/layout.js";
import { encodeDoc } from "../bson/encode.js";
import { docOf, type Doc } from "../bson/types.js";

/** Documents of a cursor's answer, raw, so that what is stored goes out without being decoded. */
export interface CursorBatch {
  readonly part: "firstBatch" | "nextBatch";
  readonly docs: readonly Buffer[];
  /** 0 when there is no more. */
  readonly id: bigint;
  readonly ns: string;
  /** Further fields inside `cursor`. */
  readonly more?: Doc;
}

/** What a command answers; `ok`, times and labels are added for it. */
export interface Reply {
  readonly fields: Doc;
  readonly cursor?: CursorBatch;
}

export function reply(fields: Parameters<typeof docOf>[0] = {}): Reply {
  return { fields: docOf(fields) };
}

export function cursorReply(cursor: CursorBatch, fields: Doc = new Map()): Reply {
  return { fields, cursor };
}

/** The answer as BSON: the cursor first, as MongoDB has it, then the fields. */
export function encodeReply({ fields, cursor }: Reply): Buffer {
  const rest = encodeDoc(fields);
  if (cursor === undefined) return rest;
  const inner = encodeCursor(cursor);
  const doc = Buffer.allocUnsafe(rest.length + cursorHead.length + inner.length);
  doc.writeInt32LE(doc.length, 0);
  cursorHead.copy(doc, 4);
  inner.copy(doc, 4 + cursorHead.length);
  rest.copy(doc, 4 + cursorHead.length + inner.length, 4);
  return doc;
}

const cursorHead = Buffer.from(`${String.fromCharCode(bsonType.object)}cursor\0`, "latin1");

function encodeCursor({ part, docs, id, ns, more }: CursorBatch): Buffer {
  const tail = encodeDoc(new Map([["id", id], ["ns", ns], ...(more ?? [])]));
  const head = Buffer.from(`${String.fromCharCode(bsonType.array)}${part}\0`, "latin1");
  const arraySize = 5 + docs.reduce((sum, doc, index) => sum + 2 + digits(index) + doc.length, 0);
  const bytes = Buffer.allocUnsafe(tail.length + head.length + arraySize);
  bytes.writeInt32LE(bytes.length, 0);
  head.copy(bytes, 4);
  writeArray(bytes, 4 + head.length, arraySize, docs);
  tail.copy(bytes, 4 + head.length + arraySize, 4);
  return bytes;
}

function writeArray(bytes: Buffer, start: number, size: number, docs: readonly Buffer[]): void {
  let at = bytes.writeInt32LE(size, start);
  for (const [index, doc] of docs.entries()) {
    bytes[at++] = bsonType.object;
    at += bytes.write(String(index), at, "latin1");
    bytes[at++] = 0;
    at += doc.copy(bytes, at);
  }
  bytes[at] = 0;
}

function digits(index: number): number {
  let count = 1;
  for (let rest = index; rest >= 10; rest = Math.floor(rest / 10)) count++;
  return count;
}
