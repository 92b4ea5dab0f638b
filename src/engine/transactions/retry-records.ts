import { ServerError } from "../errors.js";
import type { RetryRecord } from "../kernel/types.js";
import { afterPrefix } from "../storage/store.js";
import type { View } from "./view.js";

/**
 * What repeated commands find of their first run: session, transaction number and statement lead to the time and the
 * reply. Written in the commit of the write itself, so one is never without the other.
 */

const MAX_SESSION_BYTES = 64;
const NUMBER_BYTES = 8;
const TIME_BYTES = 8;
const MAX_AGE_MS = 30 * 60 * 1000;

/** A length in front keeps one session's id from being the beginning of another's. */
function sessionPrefix(session: Buffer): Buffer {
  if (session.length === 0 || session.length > MAX_SESSION_BYTES) {
    throw new ServerError("InvalidLength", `A session id has 1 to ${MAX_SESSION_BYTES} bytes`);
  }
  return Buffer.concat([Buffer.from([session.length]), session]);
}

function numberPrefix(session: Buffer, txnNumber: bigint): Buffer {
  const number = Buffer.alloc(NUMBER_BYTES);
  number.writeBigInt64BE(txnNumber);
  return Buffer.concat([sessionPrefix(session), number]);
}

export function lastTxnNumber(view: View, session: Buffer): bigint | undefined {
  const start = sessionPrefix(session);
  for (const key of view.keys("retry", { start, end: afterPrefix(start) as Buffer, reverse: true })) {
    return key.readBigInt64BE(start.length);
  }
  return undefined;
}

export function retryRecords(view: View, session: Buffer, txnNumber: bigint): ReadonlyMap<number, Buffer> {
  const start = numberPrefix(session, txnNumber);
  const replies = new Map<number, Buffer>();
  for (const { key, value } of view.entries("retry", { start, end: afterPrefix(start) as Buffer })) {
    replies.set(key.readInt32BE(start.length), value.subarray(TIME_BYTES));
  }
  return replies;
}

/** Keeps a reply and forgets those of the session's earlier numbers. */
export function keepRetryRecord(view: View, { session, txnNumber, statement, reply }: RetryRecord): void {
  const prefix = numberPrefix(session, txnNumber);
  for (const key of [...view.keys("retry", { start: sessionPrefix(session), end: prefix })]) view.remove("retry", key);
  const number = Buffer.alloc(4);
  number.writeInt32BE(statement);
  const time = Buffer.alloc(TIME_BYTES);
  time.writeBigUInt64BE(BigInt(Date.now()));
  view.put("retry", Buffer.concat([prefix, number]), Buffer.concat([time, reply]));
}

/** Whether a record is older than a session lives. */
export function isOutdated(value: Buffer, now: number): boolean {
  return Number(value.readBigUInt64BE()) + MAX_AGE_MS < now;
}
