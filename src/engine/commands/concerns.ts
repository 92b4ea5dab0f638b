import { isNumber, toDouble } from "../bson/numbers.js";
import { docOf, Int32, isDoc, Timestamp, type Doc, type Value } from "../bson/types.js";
import { ServerError } from "../errors.js";
import type { Snapshots } from "../sessions/snapshots.js";
import { Arguments } from "./arguments.js";
import type { Command, SnapshotRead } from "./command.js";

const levels = new Set(["local", "available", "majority", "linearizable", "snapshot"]);
const transactionLevels = new Set(["local", "majority", "snapshot"]);

/**
 * Checks a command's `readConcern`. Every read of the engine is of the newest durable state, which satisfies all levels
 * but a snapshot over several commands.
 */
export function checkReadConcern(
  body: Doc,
  command: Command,
  name: string,
  transaction: "none" | "first" | "later",
): void {
  const value = body.get("readConcern");
  if (value === undefined) return;
  const concern = Arguments.of(document(value, "readConcern"), readConcernArgs, "readConcern");
  const level = concern.text("level") ?? "local";
  if (!levels.has(level)) {
    throw new ServerError(
      "BadValue",
      `Enumeration value '${level}' for field 'readConcern.level' is not a valid value.`,
    );
  }
  if (transaction === "later") throw invalid("Only the first command in a transaction may specify a readConcern");
  if (transaction === "first" && !transactionLevels.has(level)) {
    throw invalid(
      "The readConcern level must be either 'local' (default), 'majority' or 'snapshot' in order to run in a transaction",
    );
  }
  if (level === "snapshot" && transaction === "none" && command.snapshots !== true && command.readsOn !== true) {
    throw invalid(`Command ${name} does not support { readConcern: { level: "snapshot" } } outside of a transaction`);
  }
  if (command.reads !== true && transaction === "none" && level !== "local") {
    throw invalid(`Command ${name} does not support { readConcern: { level: "${level}" } }`);
  }
}

/** The moment that a command reads at over several commands, with the level `snapshot`; begun when it names none. */
export function snapshotRead(body: Doc, snapshots: Snapshots): SnapshotRead | undefined {
  const value = body.get("readConcern");
  if (!isDoc(value) || value.get("level") !== "snapshot") return undefined;
  const at = value.get("atClusterTime");
  if (!(at instanceof Timestamp)) return snapshots.begin();
  return { time: at.value, transaction: snapshots.at(at.value) };
}

const readConcernArgs = {
  level: "string",
  afterClusterTime: "timestamp",
  atClusterTime: "timestamp",
  provenance: "string",
};
const writeConcernArgs = { w: "any", j: "flag", fsync: "flag", wtimeout: "number", provenance: "string" };

/**
 * Checks a command's `writeConcern`.
 * @returns the error that goes with the answer when the concern asks for more nodes than the one there is
 */
export function checkWriteConcern(body: Doc, command: Command, name: string, inTransaction: boolean): Doc | undefined {
  const value = body.get("writeConcern");
  if (value === undefined) return undefined;
  const doc = document(value, "writeConcern");
  const concern = Arguments.of(doc, writeConcernArgs, "writeConcern");
  if (inTransaction && name !== "commitTransaction" && name !== "abortTransaction") {
    throw invalid("writeConcern is not allowed within a multi-statement transaction");
  }
  if (command.writes !== true) throw invalid(`Command ${name} does not support writeConcern`);
  return unsatisfied(concern.any("w"), doc);
}

function unsatisfied(w: Value | undefined, concern: Doc): Doc | undefined {
  if (w === undefined || w === "majority" || w === "") return undefined;
  if (typeof w === "string") {
    return concernError(
      79,
      "UnknownReplWriteConcern",
      `No write concern mode named '${w}' found in replica set configuration`,
      concern,
    );
  }
  if (isDoc(w)) return concernError(100, "UnsatisfiableWriteConcern", "Not enough data-bearing nodes", concern);
  if (!isNumber(w)) {
    throw new ServerError("FailedToParse", "w has to be a number, string, or object");
  }
  const nodes = toDouble(w);
  if (nodes < 0 || nodes > 50) {
    throw new ServerError(
      "FailedToParse",
      "w has to be a non-negative number and not greater than 50; found: " + String(nodes),
    );
  }
  return nodes > 1
    ? concernError(100, "UnsatisfiableWriteConcern", "Not enough data-bearing nodes", concern)
    : undefined;
}

function concernError(code: number, codeName: string, errmsg: string, writeConcern: Doc): Doc {
  return docOf({ code: new Int32(code), codeName, errmsg, errInfo: docOf({ writeConcern }) });
}

function document(value: Value, name: string): Doc {
  if (isDoc(value)) return value;
  throw new ServerError("TypeMismatch", `BSON field '${name}' is the wrong type, expected type 'object'`);
}

function invalid(message: string): ServerError {
  return new ServerError("InvalidOptions", message);
}
