import { isNumber, toExactLong } from "../../bson/numbers.js";
import { UtcDate, type Value } from "../../bson/types.js";
import { ServerError } from "../../errors.js";
import { isNullish, namedArguments, nameOfType, type Maybe } from "../arguments.js";
import type { CompileOperator, Compiler, Expression, OperatorTable, Scope } from "../types.js";
import { safeMillis } from "./calendar.js";
import { momentOf } from "./input.js";
import { addUnits, diffUnits, startOfWeekOf, truncate, unitOf, type Unit } from "./units.js";
import { zoneOf, type Zone } from "./zone.js";

const codes = { notObject: 5166400, unknown: 5166401, missing: 5166402 };

type Arguments = (scope: Scope) => Map<string, Maybe> | undefined;

/** Evaluates all named arguments; undefined as soon as one that is given is null. */
function compileNamed(
  argument: Value,
  compiler: Compiler,
  { name, required, optional }: { name: string; required: string[]; optional: string[] },
): Arguments {
  const given = namedArguments(argument, name, { required, optional, codes });
  const parts: [string, Expression][] = Array.from(given, ([field, value]) => [field, compiler.compile(value)]);
  return (scope) => {
    const values = new Map<string, Maybe>();
    for (const [field, expression] of parts) values.set(field, expression(scope));
    return [...values.values()].some(isNullish) ? undefined : values;
  };
}

function zoneIn(values: ReadonlyMap<string, Maybe>): Zone {
  return zoneOf(values.get("timezone"), values.has("timezone")) as Zone;
}

function dateIn(values: ReadonlyMap<string, Maybe>, field: string, name: string): number {
  const value = values.get(field);
  const moment = momentOf(value);
  if (moment !== undefined) return safeMillis(moment);
  throw new ServerError(5166403, `${name} requires '${field}' to be a date, but got ${nameOfType(value)}`);
}

function shift(sign: 1 | -1): CompileOperator {
  return (argument, compiler, name) => {
    const required = ["startDate", "unit", "amount"];
    const read = compileNamed(argument, compiler, { name, required, optional: ["timezone"] });
    return (scope) => {
      const values = read(scope);
      if (values === undefined) return null;
      const unit = unitOf(values.get("unit"), name);
      const amount = wholeIn(values, "amount", name, 5166405);
      const moved = addUnits(dateIn(values, "startDate", name), unit, sign * amount, zoneIn(values));
      return asDate(moved, name);
    };
  };
}

function asDate(ms: number, name: string): UtcDate {
  if (Number.isFinite(ms) && Math.abs(ms) <= 8.64e15) return new UtcDate(BigInt(ms));
  throw new ServerError(5166406, `${name} overflowed`);
}

function wholeIn(values: ReadonlyMap<string, Maybe>, field: string, name: string, code: number): number {
  const value = values.get(field);
  const whole = isNumber(value) ? toExactLong(value) : undefined;
  if (whole !== undefined) return Number(whole);
  const message = `${name} expects integer amount of time units`;
  throw new ServerError(code, field === "amount" ? message : `${name} requires '${field}' to be a 64-bit integer`);
}

const dateDiff: CompileOperator = (argument, compiler, name) => {
  const required = ["startDate", "endDate", "unit"];
  const read = compileNamed(argument, compiler, { name, required, optional: ["timezone", "startOfWeek"] });
  return (scope) => {
    const values = read(scope);
    if (values === undefined) return null;
    const unit = unitOf(values.get("unit"), name);
    const [start, end] = [dateIn(values, "startDate", name), dateIn(values, "endDate", name)];
    return BigInt(diffUnits(start, end, unit, zoneIn(values), weekStartIn(values, unit, name)));
  };
};

/** `startOfWeek` means something for weeks alone. */
function weekStartIn(values: ReadonlyMap<string, Maybe>, unit: Unit, name: string): number {
  return unit.name === "week" && values.has("startOfWeek") ? startOfWeekOf(values.get("startOfWeek"), name) : 0;
}

const dateTrunc: CompileOperator = (argument, compiler, name) => {
  const optional = ["binSize", "timezone", "startOfWeek"];
  const read = compileNamed(argument, compiler, { name, required: ["date", "unit"], optional });
  return (scope) => {
    const values = read(scope);
    if (values === undefined) return null;
    const unit = unitOf(values.get("unit"), name);
    const size = values.has("binSize") ? wholeIn(values, "binSize", name, 5439017) : 1;
    if (size <= 0)
      throw new ServerError(5439018, `${name} requires 'binSize' to be greater than 0, but got value ${size}`);
    const start = { size, zone: zoneIn(values), startOfWeek: weekStartIn(values, unit, name) };
    return asDate(truncate(dateIn(values, "date", name), unit, start), name);
  };
};

/** Source: MongoDB manual, "$dateAdd", "$dateSubtract", "$dateDiff", "$dateTrunc" */
export const dateArithmeticOperators: OperatorTable = {
  $dateAdd: shift(1),
  $dateSubtract: shift(-1),
  $dateDiff: dateDiff,
  $dateTrunc: dateTrunc,
};
