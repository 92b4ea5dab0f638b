import { ObjectId, Timestamp, UtcDate, isArray, isDoc, type Value } from "../../bson/types.js";
import { ServerError } from "../../errors.js";
import { isNullish, nameOfType, type Maybe } from "../arguments.js";
import type { Compiler, Expression, Scope } from "../types.js";
import { safeMillis } from "./calendar.js";
import { zoneOf, type Zone } from "./zone.js";

/** The moment a date, timestamp or ObjectId stands for; undefined for other types. */
export function momentOf(value: Maybe): bigint | undefined {
  if (value instanceof UtcDate) return value.ms;
  if (value instanceof Timestamp) return (value.value >> 32n) * 1000n;
  return value instanceof ObjectId ? BigInt(parseInt(value.hex.slice(0, 8), 16)) * 1000n : undefined;
}

/** The moment in milliseconds, undefined for null. */
export function millisOfInput(value: Maybe, code = 16006): number | undefined {
  if (isNullish(value)) return undefined;
  const moment = momentOf(value);
  if (moment !== undefined) return safeMillis(moment);
  throw new ServerError(code, `can't convert from BSON type ${nameOfType(value)} to Date`);
}

/** A moment and the zone to read it in, both given by expressions. */
export interface DateInput {
  readonly ms: number;
  readonly zone: Zone;
}

/** An optional `timezone` argument. */
export function compileZone(value: Value | undefined, compiler: Compiler): (scope: Scope) => Zone | undefined {
  if (value === undefined) return () => zoneOf(undefined, false);
  const expression = compiler.compile(value);
  return (scope) => zoneOf(expression(scope), true);
}

/** The argument of `$year` and its like: a date, a list of one, or `{ date, timezone }`. */
export function compileDateInput(
  argument: Value,
  compiler: Compiler,
  name: string,
): (scope: Scope) => DateInput | undefined {
  const [date, timezone] = dateAndZone(argument, name);
  const value: Expression = compiler.compile(date);
  const zoneAt = compileZone(timezone, compiler);
  return (scope) => {
    const ms = millisOfInput(value(scope));
    const zone = zoneAt(scope);
    return ms === undefined || zone === undefined ? undefined : { ms, zone };
  };
}

function dateAndZone(argument: Value, name: string): [Value, Value | undefined] {
  if (isArray(argument)) {
    const [only] = argument;
    if (argument.length === 1 && only !== undefined) return [only, undefined];
    const message = `${name} accepts exactly one argument if given an array, but was given ${argument.length}`;
    throw new ServerError(40536, message);
  }
  if (!isDoc(argument) || [...argument.keys()][0]?.startsWith("$") === true) return [argument, undefined];
  const unknown = [...argument.keys()].find((key) => key !== "date" && key !== "timezone");
  if (unknown !== undefined) throw new ServerError(40535, `unrecognized option to ${name}: "${unknown}"`);
  const date = argument.get("date");
  if (date === undefined) throw new ServerError(40539, `missing 'date' argument to ${name}, provided: ${name}`);
  return [date, argument.get("timezone")];
}
