import { decodeDoc } from "../bson/decode.js";
import { Binary, isDoc, UtcDate, type Doc, type Value } from "../bson/types.js";
import type { Entry, Writer } from "../storage/store.js";
import { advanceClock, readClock } from "../transactions/clock.js";
import type { View } from "../transactions/view.js";
import { watchKey, type ChangeKind } from "./changes.js";
import type { Namespace } from "./types.js";

/** A change that was committed. */
export interface LoggedChange {
  /** Its place in the log: the commit's version, then its number in that. */
  readonly key: Buffer;
  readonly kind: ChangeKind;
  readonly ns: Namespace;
  readonly uuid: Buffer;
  /** `Date.now()` when it was made. */
  readonly at: bigint;
  /** The document's BSON before and after. */
  readonly before: Buffer | undefined;
  readonly after: Buffer | undefined;
  /** Where a renamed collection went. */
  readonly to: Namespace | undefined;
  /** See `Change`. */
  readonly details: Doc | undefined;
}

export interface ChangeLog {
  /** Commits later than this are in the log; undefined when none ever were. */
  readonly since: bigint | undefined;
  /** The newest commit. */
  readonly now: bigint;
  /** The changes from a place in the log on, in the order in which they were committed. */
  from(key: Buffer): Iterable<LoggedChange>;
}

/** How long changes are kept, and go on being logged after the last time that somebody asked. */
export const changesKeptMs = 60 * 60 * 1000;

/** About so much of them is kept at most, however young they are: the file would grow for an hour under steady load. */
export const changesKeptBytes = 128 * 1024 * 1024;

/** The commit after which the log has all. */
const sinceKey = Buffer.from("watch/since");

/** Whether changes will be logged for a good while yet. */
export function isLogging(view: Pick<View, "get">, now = Date.now()): boolean {
  return loggedUntil(view) - now > changesKeptMs / 2;
}

function loggedUntil(view: Pick<View, "get">): number {
  return view.get("meta", watchKey)?.readDoubleBE() ?? 0;
}

/**
 * Has changes logged from now on. Open transactions that believed they need not log theirs fail to commit, see
 * `ChangeRecorder`.
 */
export function keepLogging(writer: Writer, now = Date.now()): void {
  if (isLogging(writer, now)) return;
  if (loggedUntil(writer) <= now) forgetBefore(writer, readClock(writer));
  advanceClock(writer);
  const until = Buffer.alloc(8);
  until.writeDoubleBE(now + changesKeptMs);
  writer.put("meta", watchKey, until);
}

/** Notes that changes up to this commit are not, or no longer, in the log. */
export function forgetBefore(writer: Writer, version: bigint): void {
  if (version < (readSince(writer) ?? 0n)) return;
  const value = Buffer.alloc(8);
  value.writeBigUInt64BE(version);
  writer.put("meta", sinceKey, value);
}

function readSince(view: Pick<View, "get">): bigint | undefined {
  return view.get("meta", sinceKey)?.readBigUInt64BE();
}

/** See `Unit.changeLog`. */
export function openChangeLog(view: View): ChangeLog {
  return {
    since: readSince(view),
    now: readClock(view),
    *from(start) {
      for (const entry of view.entries("changes", { start, end: logEnd })) yield decodeChange(entry);
    },
  };
}

const logEnd = Buffer.alloc(12, 0xff);

function decodeChange({ key, value }: Entry): LoggedChange {
  const doc = decodeDoc(value);
  const to = doc.get("to");
  const at = doc.get("at");
  const details = doc.get("details");
  return {
    key,
    kind: textOf(doc.get("kind")) as ChangeKind,
    ns: namespaceIn(doc),
    uuid: bytesOf(doc.get("uuid")) ?? Buffer.alloc(16),
    at: at instanceof UtcDate ? at.ms : 0n,
    before: bytesOf(doc.get("before")),
    after: bytesOf(doc.get("after")),
    to: isDoc(to) ? namespaceIn(to) : undefined,
    details: isDoc(details) ? details : undefined,
  };
}

function namespaceIn(doc: Doc): Namespace {
  return { db: textOf(doc.get("db")), coll: textOf(doc.get("coll")) };
}

function textOf(value: Value | undefined): string {
  return typeof value === "string" ? value : "";
}

function bytesOf(value: Value | undefined): Buffer | undefined {
  return value instanceof Binary ? Buffer.from(value.bytes) : undefined;
}
