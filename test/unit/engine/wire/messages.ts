import { encodeDoc } from "../../../../src/engine/bson/encode.js";
import { docOf, type Doc, type Value } from "../../../../src/engine/bson/types.js";

/** An OP_MSG frame. */
export function opMsg(
  body: Doc,
  options: { sequences?: Record<string, Doc[]>; flags?: number; tail?: Buffer } = {},
): Buffer {
  const { sequences = {}, flags = 0, tail = Buffer.alloc(0) } = options;
  const sections = Object.entries(sequences).map(([name, docs]) => {
    const content = Buffer.concat([Buffer.from(`${name}\0`), ...docs.map(encodeDoc)]);
    const head = Buffer.alloc(5);
    head[0] = 1;
    head.writeInt32LE(content.length + 4, 1);
    return Buffer.concat([head, content]);
  });
  const head = Buffer.alloc(20);
  head.writeUInt32LE(flags, 16);
  return framed(Buffer.concat([head, Buffer.from([0]), encodeDoc(body), ...sections, tail]), 2013);
}

/** An OP_QUERY frame. */
export function opQuery(namespace: string, body: Doc): Buffer {
  const head = Buffer.alloc(20);
  return framed(Buffer.concat([head, Buffer.from(`${namespace}\0`), Buffer.alloc(8), encodeDoc(body)]), 2004);
}

/** Fills in the header's length, request id 7 and op code. */
export function framed(bytes: Buffer, code: number): Buffer {
  bytes.writeInt32LE(bytes.length, 0);
  bytes.writeInt32LE(7, 4);
  bytes.writeInt32LE(code, 12);
  return bytes;
}

export function commandDoc(fields: Record<string, Value>): Doc {
  return docOf({ ...fields, $db: "test" });
}
