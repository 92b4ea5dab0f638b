import { docOf, type Doc } from "../bson/types.js";
import { ServerError } from "../errors.js";

/**
 * A place in the stream of events, ordered bytewise: the change's key in the log (8 bytes of its commit's version, 4 of
 * its number in that) and which of its events.
 */
export type Position = Buffer;

const KEY_BYTES = 12;
const POSITION_BYTES = KEY_BYTES + 1;

/** A change makes its own event, and some make an `invalidate` after it. */
export type EventNumber = 0 | 1;

export function eventPosition(key: Buffer, event: EventNumber): Position {
  return Buffer.concat([key, Buffer.from([event])]);
}

/** Behind all events of a change. */
export function behindChange(key: Buffer): Position {
  return Buffer.concat([key, Buffer.from([0xff])]);
}

/** Behind all events of a commit, and of those before it. */
export function behindCommit(version: bigint): Position {
  const position = Buffer.alloc(POSITION_BYTES, 0xff);
  position.writeBigUInt64BE(version);
  return position;
}

export function logKeyOf(position: Position): Buffer {
  return position.subarray(0, KEY_BYTES);
}

export function versionOf(position: Position): bigint {
  return position.readBigUInt64BE();
}

export function isInvalidate(position: Position): boolean {
  return position[KEY_BYTES] === 1;
}

export function resumeToken(position: Position): Doc {
  return docOf({ _data: position.toString("hex").toUpperCase() });
}

/** @throws ServerError InvalidResumeToken for what this server has not made */
export function readResumeToken(token: Doc): Position {
  const data = token.get("_data");
  if (typeof data !== "string" || !/^[0-9A-F]{26}$/.test(data)) {
    throw new ServerError(
      "InvalidResumeToken",
      "Bad resume token: its _data is missing or was not made by this server",
    );
  }
  return Buffer.from(data, "hex");
}
