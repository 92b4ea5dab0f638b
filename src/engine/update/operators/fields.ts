import { compareValues } from "../../bson/compare.js";
import { typeName } from "../../bson/typename.js";
import { isDoc, Timestamp, UtcDate, type Value } from "../../bson/types.js";
import { ServerError } from "../../errors.js";
import { identicalValues } from "../identical.js";
import type { Operation, ParseOperation, Run } from "../types.js";

/** `$set`. Source: MongoDB manual, "$set" */
export const parseSet: ParseOperation = (argument) => ({
  whenMissing: "create",
  change: (current) => keepOr(current, argument),
  raw: { kind: "set", value: argument },
});

/** `$setOnInsert`: `$set`, and only for the document of an upsert. */
export const parseSetOnInsert: ParseOperation = (argument) => ({
  whenMissing: "create",
  change: (current, run) => (run.isInsert === true ? keepOr(current, argument) : current),
});

/** `$unset`: the argument does not matter. */
export const parseUnset: ParseOperation = () => ({
  whenMissing: "skip",
  change: () => undefined,
  raw: { kind: "unset" },
});

export const parseMin: ParseOperation = (argument, _path, { strings }) => ({
  whenMissing: "create",
  change: (current) => (current === undefined || compareValues(argument, current, strings) < 0 ? argument : current),
});

export const parseMax: ParseOperation = (argument, _path, { strings }) => ({
  whenMissing: "create",
  change: (current) => (current === undefined || compareValues(argument, current, strings) > 0 ? argument : current),
});

/** `$currentDate`: `true`, `{ $type: "date" }` or `{ $type: "timestamp" }`. */
export const parseCurrentDate: ParseOperation = (argument): Operation => {
  const timestamp = wantsTimestamp(argument);
  return { whenMissing: "create", change: (_current, run) => (timestamp ? timestampOf(run) : new UtcDate(run.now)) };
};

function timestampOf(run: Run): Timestamp {
  return new Timestamp(((run.now / 1000n) << 32n) | 1n);
}

function wantsTimestamp(argument: Value): boolean {
  if (typeof argument === "boolean") return false;
  if (!isDoc(argument)) {
    const message = `${typeName(argument)} is not valid type for $currentDate. Please use a boolean ('true') or a $type expression ({$type: 'timestamp/date'}).`;
    throw new ServerError("BadValue", message);
  }
  const unknown = [...argument.keys()].find((name) => name !== "$type");
  if (unknown !== undefined) throw new ServerError("BadValue", `Unrecognized $currentDate option: ${unknown}`);
  const type = argument.get("$type");
  if (type === "timestamp" || type === "date") return type === "timestamp";
  const message =
    "The '$type' string field is required to be 'date' or 'timestamp': {$currentDate: {field : {$type: 'date'}}}";
  throw new ServerError("BadValue", message);
}

function keepOr(current: Value | undefined, next: Value): Value {
  return current !== undefined && identicalValues(current, next) ? current : next;
}
