import { isUtf8 } from "node:buffer";
import { ServerError } from "../errors.js";
import { asBuffer, bsonType, cstringEnd, documentEnd, invalidBson, maxDepth, valueSize } from "./layout.js";

/**
 * Checks a whole document as `decodeDoc` would, without building it: what passes can be stored as it is.
 * @throws ServerError InvalidBSON, or Overflow for a document nested too deep
 */
export function validateDoc(bytes: Uint8Array): void {
  const buffer = asBuffer(bytes);
  if (documentEnd(buffer, 0, buffer.length) !== buffer.length) throw invalidBson("bytes after the document");
  checkFields(buffer, 0, buffer.length, 1);
}

function checkFields(buffer: Buffer, start: number, end: number, depth: number): void {
  if (depth > maxDepth) {
    throw new ServerError("Overflow", `BSONObj exceeded maximum nested object depth: ${maxDepth}`);
  }
  const last = end - 1;
  let at = start + 4;
  while (at < last) {
    const type = buffer[at] as number;
    const nameEnd = cstringEnd(buffer, at + 1, last);
    checkText(buffer, at + 1, nameEnd);
    const size = valueSize(buffer, type, nameEnd + 1, last);
    checkValue(buffer, type, nameEnd + 1, size, depth);
    at = nameEnd + 1 + size;
  }
}

function checkValue(buffer: Buffer, type: number, start: number, size: number, depth: number): void {
  switch (type) {
    case bsonType.object:
    case bsonType.array:
      checkFields(buffer, start, start + size, depth + 1);
      break;
    case bsonType.string:
    case bsonType.javascript:
    case bsonType.symbol:
      checkText(buffer, start + 4, start + size - 1);
      break;
    case bsonType.regex:
      checkText(buffer, start, start + size);
      break;
    case bsonType.bool:
      if ((buffer[start] as number) > 1) throw invalidBson(`a bool of ${buffer[start]}`);
      break;
    case bsonType.dbPointer:
      checkText(buffer, start + 4, start + size - 13);
      break;
    case bsonType.javascriptWithScope:
      checkScopedCode(buffer, start, size, depth);
      break;
  }
}

function checkScopedCode(buffer: Buffer, start: number, size: number, depth: number): void {
  const scope = start + 8 + buffer.readInt32LE(start + 4);
  checkText(buffer, start + 8, scope - 1);
  checkFields(buffer, scope, start + size, depth + 1);
}

function checkText(buffer: Buffer, start: number, end: number): void {
  for (let at = start; at < end; at++) {
    if ((buffer[at] as number) < 0x80) continue;
    if (!isUtf8(buffer.subarray(at, end))) throw invalidBson("text that is not UTF-8");
    return;
  }
}
