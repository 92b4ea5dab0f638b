import { randomBytes } from "node:crypto";
import type { Reader, Writer } from "../storage/store.js";

const clockKey = Buffer.from("clock");
const versionBytes = 8;

/** Behind the version: whose commit it was. No two processes, nor threads, have the same. */
const author = randomBytes(8);

/**
 * The version of the newest commit, as in a BSON timestamp: seconds since 1970 in the high 32 bits, a counter in the
 * low. Kept in the store, so it grows with every commit of any process, also across a clock set back and a `compact`.
 */
export function readClock(reader: Reader): bigint {
  return clockValue(reader)?.readBigUInt64BE() ?? 0n;
}

/** The clock as it is stored, which no two commits share; undefined before the first. */
export function clockValue(reader: Reader): Buffer | undefined {
  return reader.get("meta", clockKey);
}

/** Advances the clock and returns the new version as 8 bytes. */
export function advanceClock(writer: Writer): Buffer {
  const now = BigInt(Math.floor(Date.now() / 1000)) << 32n;
  const last = readClock(writer);
  const next = Buffer.allocUnsafe(versionBytes);
  next.writeBigUInt64BE(now > last ? now : last + 1n);
  writer.put("meta", clockKey, Buffer.concat([next, author]));
  return next;
}
