import { decodeDoc } from "../bson/decode.js";
import { encodeDoc } from "../bson/encode.js";
import { docOf, Int32, isArray, isDoc, type Doc, type Value } from "../bson/types.js";
import type { Unit } from "../kernel/types.js";
import type { Session } from "./session.js";

/** A statement that is done, with what it answered; null when there is nothing to tell but that. */
export interface DoneStatement {
  readonly statement: number;
  readonly result: Doc | null;
}

/**
 * What earlier runs of the same retryable write have done, by statement number. A record holds the statements of one
 * run: those without a result as ranges, since an insert of a thousand documents is one of them.
 */
export function recallStatements(unit: Unit, session: Session, txnNumber: bigint): ReadonlyMap<number, Doc | null> {
  const done = new Map<number, Doc | null>();
  for (const bytes of unit.retryRecords(session.id, txnNumber).values()) {
    const record = decodeDoc(bytes);
    for (const [from, to] of pairs(record.get("ranges"))) for (let at = from; at <= to; at++) done.set(at, null);
    const results = record.get("results");
    if (!isDoc(results)) continue;
    for (const [statement, result] of results) done.set(Number(statement), isDoc(result) ? result : null);
  }
  return done;
}

/** Keeps them with the unit's commit. */
export function keepStatements(
  unit: Unit,
  session: Session,
  txnNumber: bigint,
  statements: readonly DoneStatement[],
): void {
  const [first] = statements;
  if (first === undefined) return;
  const results: Doc = new Map();
  const ranges: Int32[] = [];
  let last: number | undefined;
  for (const { statement, result } of statements) {
    if (result !== null) results.set(String(statement), result);
    else {
      if (last !== undefined && statement === last + 1) ranges.pop();
      else ranges.push(new Int32(statement));
      ranges.push(new Int32(statement));
      last = statement;
    }
  }
  const reply = encodeDoc(docOf({ ranges, results }));
  unit.keepRetryRecord({ session: session.id, txnNumber, statement: first.statement, reply });
}

function* pairs(ranges: Value | undefined): Generator<readonly [number, number], void> {
  if (!isArray(ranges)) return;
  for (let at = 0; at + 1 < ranges.length; at += 2) {
    const [from, to] = [ranges[at], ranges[at + 1]];
    if (from instanceof Int32 && to instanceof Int32) yield [from.value, to.value];
  }
}
