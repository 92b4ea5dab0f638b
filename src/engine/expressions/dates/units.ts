import { ServerError } from "../../errors.js";
import { nameOfType, type Maybe } from "../arguments.js";
import { DAY_MS, daysInMonth, dayNumber, midnight, millisOf, partsOf, weekday } from "./calendar.js";
import { fromLocal, toLocal, type Zone } from "./zone.js";

/** The units of date arithmetic: those of a fixed length, and those that are months. */
const fixedUnits: Readonly<Record<string, number>> = {
  week: 7 * DAY_MS,
  day: DAY_MS,
  hour: 3_600_000,
  minute: 60_000,
  second: 1000,
  millisecond: 1,
};

const monthUnits: Readonly<Record<string, number>> = { year: 12, quarter: 3, month: 1 };

export type Unit =
  | { readonly name: string; readonly kind: "fixed"; readonly ms: number }
  | { readonly name: string; readonly kind: "months"; readonly months: number };

/** @throws ServerError 5439013 when it is not a text, FailedToParse for an unknown unit */
export function unitOf(value: Maybe, name: string): Unit {
  if (typeof value !== "string") {
    throw new ServerError(5439013, `${name} requires 'unit' to be a string, but got ${nameOfType(value)}`);
  }
  if (Object.hasOwn(fixedUnits, value)) return { name: value, kind: "fixed", ms: fixedUnits[value] ?? 1 };
  if (Object.hasOwn(monthUnits, value)) return { name: value, kind: "months", months: monthUnits[value] ?? 1 };
  throw new ServerError("FailedToParse", `unknown time unit value: ${value}`);
}

/** Adds units: days and longer on the zone's clock, so that a day over a clock change ends at the same hour. */
export function addUnits(ms: number, unit: Unit, amount: number, zone: Zone): number {
  if (unit.kind === "fixed") {
    if (unit.ms < DAY_MS) return ms + amount * unit.ms;
    return fromLocal(zone, toLocal(zone, ms) + amount * unit.ms);
  }
  const local = toLocal(zone, ms);
  const parts = partsOf(local);
  const months = parts.year * 12 + parts.month - 1 + amount * unit.months;
  const year = Math.floor(months / 12);
  const month = months - year * 12 + 1;
  const day = Math.min(parts.day, daysInMonth(year, month));
  return fromLocal(zone, millisOf({ ...parts, year, month, day }));
}

/** How many unit boundaries lie between two moments. */
export function diffUnits(start: number, end: number, unit: Unit, zone: Zone, startOfWeek: number): number {
  if (unit.kind === "fixed" && unit.ms < DAY_MS) {
    const offset = unit.name === "hour" ? zone.offsetAt(start) % unit.ms : 0;
    return Math.floor((end + offset) / unit.ms) - Math.floor((start + offset) / unit.ms);
  }
  const [from, to] = [toLocal(zone, start), toLocal(zone, end)];
  if (unit.kind === "months") return monthIndex(to, unit.months) - monthIndex(from, unit.months);
  if (unit.name === "day") return dayNumber(to) - dayNumber(from);
  return (weekStart(to, startOfWeek) - weekStart(from, startOfWeek)) / 7;
}

function monthIndex(local: number, months: number): number {
  const { year, month } = partsOf(local);
  return Math.floor((year * 12 + month - 1) / months);
}

/** The day number of the week's first day. */
function weekStart(local: number, startOfWeek: number): number {
  return dayNumber(local) - ((weekday(local) - startOfWeek + 7) % 7);
}

/** From where bins are counted. */
const reference = millisOf(midnight(2000, 1, 1));

/** The start of the bin of `size` units that holds the moment; bins are counted from the year 2000. */
export function truncate(
  ms: number,
  unit: Unit,
  { size, zone, startOfWeek }: { size: number; zone: Zone; startOfWeek: number },
): number {
  const local = toLocal(zone, ms);
  if (unit.kind === "months") {
    const { year, month } = partsOf(local);
    const width = unit.months * size;
    const months = floorTo((year - 2000) * 12 + month - 1, width);
    return fromLocal(zone, millisOf(midnight(2000 + Math.floor(months / 12), (((months % 12) + 12) % 12) + 1, 1)));
  }
  const origin = unit.name === "week" ? firstWeek(startOfWeek) : reference;
  const binned = origin + floorTo(local - origin, unit.ms * size);
  if (unit.ms < DAY_MS) return ms - (local - binned);
  return fromLocal(zone, binned);
}

/** The first start of a week on or after the reference, a Saturday. */
function firstWeek(startOfWeek: number): number {
  return reference + ((startOfWeek - weekday(reference) + 7) % 7) * DAY_MS;
}

function floorTo(value: number, width: number): number {
  return Math.floor(value / width) * width;
}

const days = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

/** The day that weeks begin with, as a number from 0 for Sunday; `mon` and `monday` are the same. */
export function startOfWeekOf(value: Maybe, name: string): number {
  if (typeof value !== "string") {
    throw new ServerError(5439015, `${name} requires 'startOfWeek' to be a string, but got ${nameOfType(value)}`);
  }
  const text = value.toLowerCase();
  const day = days.findIndex((known) => known === text || known.slice(0, 3) === text);
  if (day >= 0) return day;
  throw new ServerError("FailedToParse", `unknown day of week value: ${value}`);
}
