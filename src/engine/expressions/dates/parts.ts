import { isNumber, toExactLong } from "../../bson/numbers.js";
import { toText } from "../../bson/extended-json.js";
import { Int32, Timestamp, UtcDate, isDoc, type Value } from "../../bson/types.js";
import { ServerError } from "../../errors.js";
import { isNullish, namedArguments, nameOfType, unary } from "../arguments.js";
import type { CompileOperator, Compiler, Expression, OperatorTable, Scope } from "../types.js";
import { dayOfYear, isoWeekOf, millisOf, millisOfIsoWeek, partsOf, weekday, weekOfYear } from "./calendar.js";
import { compileDateInput, compileZone, millisOfInput } from "./input.js";
import { fromLocal, toLocal } from "./zone.js";

/** One part of a date on its zone's clock. */
function part(
  read: (local: number) => number,
  wrap: (value: number) => Value = (value) => new Int32(value),
): CompileOperator {
  return (argument, compiler, name) => {
    const input = compileDateInput(argument, compiler, name);
    return (scope) => {
      const date = input(scope);
      return date === undefined ? null : wrap(read(toLocal(date.zone, date.ms)));
    };
  };
}

const dateToParts: CompileOperator = (argument, compiler, name) => {
  const codes = { notObject: 40524, unknown: 40520, missing: 40522 };
  const given = namedArguments(argument, name, { required: ["date"], optional: ["timezone", "iso8601"], codes });
  const date = compiler.compile(given.get("date") ?? null);
  const zoneAt = compileZone(given.get("timezone"), compiler);
  const iso = compiler.compile(given.get("iso8601") ?? false);
  return (scope) => {
    const ms = millisOfInput(date(scope));
    const zone = zoneAt(scope);
    const isoForm = iso(scope);
    if (ms === undefined || zone === undefined || isNullish(isoForm)) return null;
    if (typeof isoForm !== "boolean") {
      throw new ServerError(40521, `iso8601 must evaluate to a bool, found ${nameOfType(isoForm)}`);
    }
    return isoForm ? isoParts(toLocal(zone, ms)) : civilParts(toLocal(zone, ms));
  };
};

function civilParts(local: number): Value {
  return new Map(Object.entries(partsOf(local)).map(([name, value]) => [name, new Int32(value as number)]));
}

function isoParts(local: number): Value {
  const { year, week, day } = isoWeekOf(local);
  const { hour, minute, second, millisecond } = partsOf(local);
  const fields = { isoWeekYear: year, isoWeek: week, isoDayOfWeek: day, hour, minute, second, millisecond };
  return new Map(Object.entries(fields).map(([name, value]) => [name, new Int32(value)]));
}

const clockFields = ["hour", "minute", "second", "millisecond"] as const;
const civilFields = ["year", "month", "day", ...clockFields] as const;
const isoFields = ["isoWeekYear", "isoWeek", "isoDayOfWeek", ...clockFields] as const;
type PartName = (typeof civilFields)[number] | (typeof isoFields)[number];

/** What a part is when it is not given; the first of each form is required. */
const defaults: Readonly<Record<PartName, number>> = {
  year: 1970,
  month: 1,
  day: 1,
  isoWeekYear: 1970,
  isoWeek: 1,
  isoDayOfWeek: 1,
  hour: 0,
  minute: 0,
  second: 0,
  millisecond: 0,
};

const dateFromParts: CompileOperator = (argument, compiler, name) => {
  if (!isDoc(argument)) throw new ServerError(40519, `${name} only supports an object as its argument`);
  const iso = argument.has("isoWeekYear");
  const fields: readonly PartName[] = iso ? isoFields : civilFields;
  checkPartNames(argument.keys(), fields, iso);
  if (!iso && !argument.has("year"))
    throw new ServerError(40516, `${name} requires either 'year' or 'isoWeekYear' to be present`);
  const zoneAt = compileZone(argument.get("timezone"), compiler);
  const readers = fields.map((field) => [field, compilePart(argument.get(field), compiler)] as const);
  return (scope) => {
    const zone = zoneAt(scope);
    const values = new Map<PartName, number>();
    for (const [field, read] of readers) {
      const value = read === undefined ? defaults[field] : readPart(read, scope, field);
      if (value === undefined) return null;
      values.set(field, value);
    }
    return zone === undefined ? null : new UtcDate(BigInt(fromLocal(zone, localOf(values, iso))));
  };
};

function checkPartNames(given: Iterable<string>, fields: readonly PartName[], iso: boolean): void {
  for (const name of given) {
    if (name === "timezone" || fields.some((field) => field === name)) continue;
    const mixed = [...civilFields, ...isoFields].some((field) => field === name);
    if (!mixed) throw new ServerError(40518, `Unrecognized argument to $dateFromParts: ${name}`);
    const code = iso ? 40489 : 40525;
    throw new ServerError(code, "$dateFromParts does not allow mixing natural dates with ISO dates");
  }
}

function compilePart(value: Value | undefined, compiler: Compiler): Expression | undefined {
  return value === undefined ? undefined : compiler.compile(value);
}

function readPart(read: Expression, scope: Scope, field: PartName): number | undefined {
  const value = read(scope);
  if (isNullish(value)) return undefined;
  const whole = isNumber(value) ? toExactLong(value) : undefined;
  if (whole === undefined) {
    const message = `'${field}' must evaluate to an integer, found ${nameOfType(value)} with value ${toText(value)}`;
    throw new ServerError(40515, message);
  }
  const isYear = field === "year" || field === "isoWeekYear";
  if (isYear && (whole < 1n || whole > 9999n)) {
    const code = field === "year" ? 40523 : 31095;
    throw new ServerError(code, `'${field}' must evaluate to an integer in the range 1 to 9999, found ${whole}`);
  }
  if (!isYear && BigInt.asIntN(field === "second" || field === "millisecond" ? 54 : 16, whole) !== whole) {
    throw new ServerError(31034, `'${field}' must evaluate to a value in the range [-32768, 32767], found ${whole}`);
  }
  return Number(whole);
}

function localOf(values: ReadonlyMap<PartName, number>, iso: boolean): number {
  const of = (field: PartName) => values.get(field) ?? defaults[field];
  const { hour, minute, second, millisecond } = {
    hour: of("hour"),
    minute: of("minute"),
    second: of("second"),
    millisecond: of("millisecond"),
  };
  if (!iso)
    return millisOf({ year: of("year"), month: of("month"), day: of("day"), hour, minute, second, millisecond });
  const midnight = millisOfIsoWeek(of("isoWeekYear"), of("isoWeek"), of("isoDayOfWeek"));
  return midnight + millisOf({ year: 1970, month: 1, day: 1, hour, minute, second, millisecond });
}

function timestampPart(code: number, read: (value: bigint) => bigint): CompileOperator {
  return unary((value, name) => {
    if (isNullish(value)) return null;
    if (value instanceof Timestamp) return read(value.value);
    throw new ServerError(code, ` Argument to ${name} must be a timestamp, but is ${nameOfType(value)}`);
  });
}

/** Source: MongoDB manual, "Date Expression Operators" and "Timestamp Expression Operators" */
export const datePartOperators: OperatorTable = {
  $year: part((local) => partsOf(local).year),
  $month: part((local) => partsOf(local).month),
  $dayOfMonth: part((local) => partsOf(local).day),
  $hour: part((local) => partsOf(local).hour),
  $minute: part((local) => partsOf(local).minute),
  $second: part((local) => partsOf(local).second),
  $millisecond: part((local) => partsOf(local).millisecond),
  $dayOfYear: part(dayOfYear),
  $dayOfWeek: part((local) => weekday(local) + 1),
  $week: part(weekOfYear),
  $isoDayOfWeek: part((local) => isoWeekOf(local).day),
  $isoWeek: part((local) => isoWeekOf(local).week),
  $isoWeekYear: part((local) => isoWeekOf(local).year, BigInt),
  $dateToParts: dateToParts,
  $dateFromParts: dateFromParts,
  $tsSecond: timestampPart(5687301, (value) => value >> 32n),
  $tsIncrement: timestampPart(5687302, (value) => value & 0xffffffffn),
};
