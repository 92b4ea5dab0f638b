import { documentEnd } from "../bson/layout.js";
import { FrameError } from "./frames.js";

/** Source: MongoDB manual, "MongoDB Wire Protocol" */
const opCode = { reply: 1, query: 2004, msg: 2013 } as const;

const flag = { checksumPresent: 1 << 0, moreToCome: 1 << 1 } as const;
/** Unknown bits among the first sixteen change the meaning of a message; the rest may be ignored. */
const unknownRequiredFlags = 0xfffc;

/** A request as it arrived; nothing of its documents is decoded yet. */
export interface RequestMessage {
  readonly requestId: number;
  readonly kind: "msg" | "query";
  /** Raw BSON of the command. */
  readonly body: Buffer;
  /** The arrays that came beside the command, by argument name, as raw documents. */
  readonly sequences: ReadonlyMap<string, readonly Buffer[]>;
  /** The client wants no answer. */
  readonly moreToCome: boolean;
  /** Only of OP_QUERY: `admin.$cmd` and so on. */
  readonly namespace: string | undefined;
}

/**
 * Takes a whole message apart.
 * @throws FrameError when it is not a well-formed OP_MSG or OP_QUERY
 */
export function parseMessage(frame: Buffer): RequestMessage {
  try {
    const code = frame.readInt32LE(12);
    if (code === opCode.msg) return parseMsg(frame);
    if (code === opCode.query) return parseQuery(frame);
    throw new FrameError(`Unsupported op code ${code}`);
  } catch (error) {
    if (error instanceof FrameError) throw error;
    throw new FrameError("A malformed message", { cause: error });
  }
}

function parseMsg(frame: Buffer): RequestMessage {
  const flags = frame.readUInt32LE(16);
  if ((flags & unknownRequiredFlags) !== 0) throw new FrameError(`Unknown OP_MSG flags ${flags}`);
  const end = (flags & flag.checksumPresent) === 0 ? frame.length : frame.length - 4;
  const sequences = new Map<string, readonly Buffer[]>();
  let body: Buffer | undefined;
  let at = 20;
  while (at < end) {
    const kind = frame[at++];
    if (kind === 0 && body === undefined) {
      const bodyEnd = documentEnd(frame, at, end);
      body = frame.subarray(at, bodyEnd);
      at = bodyEnd;
    } else if (kind === 1) {
      at = parseSequence(frame, at, end, sequences);
    } else {
      throw new FrameError("Sections that OP_MSG does not have");
    }
  }
  if (body === undefined) throw new FrameError("OP_MSG without a body");
  const moreToCome = (flags & flag.moreToCome) !== 0;
  return { requestId: frame.readInt32LE(4), kind: "msg", body, sequences, moreToCome, namespace: undefined };
}

/** Reads a section of kind 1 that starts at `start`; tells where it ends. */
function parseSequence(frame: Buffer, start: number, limit: number, sequences: Map<string, readonly Buffer[]>): number {
  const size = frame.readInt32LE(start);
  const end = start + size;
  if (size < 5 || end > limit) throw new FrameError(`A section claims ${size} bytes`);
  const nameEnd = frame.indexOf(0, start + 4);
  if (nameEnd < 0 || nameEnd >= end) throw new FrameError("A section without a name");
  const name = frame.toString("utf8", start + 4, nameEnd);
  if (sequences.has(name)) throw new FrameError(`Two sections named ${name}`);
  const docs: Buffer[] = [];
  let at = nameEnd + 1;
  while (at < end) {
    const docEnd = documentEnd(frame, at, end);
    docs.push(frame.subarray(at, docEnd));
    at = docEnd;
  }
  sequences.set(name, docs);
  return end;
}

function parseQuery(frame: Buffer): RequestMessage {
  const nameEnd = frame.indexOf(0, 20);
  if (nameEnd < 0) throw new FrameError("OP_QUERY without a namespace");
  const start = nameEnd + 9;
  const body = frame.subarray(start, documentEnd(frame, start, frame.length));
  const namespace = frame.toString("utf8", 20, nameEnd);
  const requestId = frame.readInt32LE(4);
  return { requestId, kind: "query", body, sequences: new Map(), moreToCome: false, namespace };
}

/** An answer's frame around the bytes of its document. */
export function frameReply(request: RequestMessage, responseId: number, doc: Buffer): Buffer {
  const isMsg = request.kind === "msg";
  const prefix = isMsg ? 21 : 36;
  const frame = Buffer.allocUnsafe(prefix + doc.length);
  frame.fill(0, 0, prefix);
  frame.writeInt32LE(frame.length, 0);
  frame.writeInt32LE(responseId | 0, 4);
  frame.writeInt32LE(request.requestId, 8);
  frame.writeInt32LE(isMsg ? opCode.msg : opCode.reply, 12);
  if (!isMsg) {
    // responseFlags AwaitCapable, as every server since 1.6 sets it; one document.
    frame.writeInt32LE(8, 16);
    frame.writeInt32LE(1, 32);
  }
  doc.copy(frame, prefix);
  return frame;
}
