import { ServerError } from "../../errors.js";

/** A moment's parts on some clock, months and days from 1. */
export interface DateParts {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly millisecond: number;
}

export const DAY_MS = 86_400_000;

/** JavaScript's dates end about 275,000 years from now. */
const MAX_MS = 8.64e15;

/** Milliseconds as a number, within what calendars here reach. */
export function safeMillis(ms: bigint): number {
  const number = Number(ms);
  if (Math.abs(number) <= MAX_MS) return number;
  throw new ServerError("Overflow", `Date value is out of range: ${ms}`);
}

/** The parts of a count of milliseconds read as UTC. */
export function partsOf(ms: number): DateParts {
  const date = new Date(ms);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    millisecond: date.getUTCMilliseconds(),
  };
}

/** The count of milliseconds of parts read as UTC; parts beyond their range carry over. */
export function millisOf(parts: DateParts): number {
  const date = new Date(0);
  date.setUTCFullYear(parts.year, parts.month - 1, parts.day);
  date.setUTCHours(parts.hour, parts.minute, parts.second, parts.millisecond);
  const ms = date.getTime();
  if (!Number.isNaN(ms)) return ms;
  throw new ServerError("Overflow", "Date value is out of range");
}

export function daysInMonth(year: number, month: number): number {
  return partsOf(millisOf({ ...midnight(year, month + 1, 1), day: 0 })).day;
}

export function midnight(year: number, month: number, day: number): DateParts {
  return { year, month, day, hour: 0, minute: 0, second: 0, millisecond: 0 };
}

/** Days since 1970-01-01. */
export function dayNumber(ms: number): number {
  return Math.floor(ms / DAY_MS);
}

/** Day of the week: 0 is Sunday. */
export function weekday(ms: number): number {
  return (((dayNumber(ms) + 4) % 7) + 7) % 7;
}

/** From 1 on the first of January. */
export function dayOfYear(ms: number): number {
  return dayNumber(ms) - dayNumber(millisOf(midnight(partsOf(ms).year, 1, 1))) + 1;
}

/** Weeks begin on Sundays; days before the first Sunday are in week 0. */
export function weekOfYear(ms: number): number {
  return Math.floor((dayOfYear(ms) - 1 + 7 - weekday(ms)) / 7);
}

/** ISO 8601's week-numbering year, its week from 1, and the day from 1 for Monday. */
export function isoWeekOf(ms: number): { year: number; week: number; day: number } {
  const day = weekday(ms) === 0 ? 7 : weekday(ms);
  const thursday = (dayNumber(ms) + 4 - day) * DAY_MS;
  const { year } = partsOf(thursday);
  return { year, week: Math.floor((dayOfYear(thursday) - 1) / 7) + 1, day };
}

/** Midnight of a day given by ISO week. */
export function millisOfIsoWeek(year: number, week: number, day: number): number {
  const fourth = millisOf(midnight(year, 1, 4));
  const monday = dayNumber(fourth) - (isoWeekOf(fourth).day - 1);
  return (monday + (week - 1) * 7 + day - 1) * DAY_MS;
}

/** `2018-03-27T16:58:51.538Z`. */
export function isoText(ms: bigint): string {
  const { year, month, day, hour, minute, second, millisecond } = partsOf(safeMillis(ms));
  const time = `${two(hour)}:${two(minute)}:${two(second)}.${three(millisecond)}`;
  return `${four(year)}-${two(month)}-${two(day)}T${time}Z`;
}

export function two(value: number): string {
  return String(value).padStart(2, "0");
}

export function three(value: number): string {
  return String(value).padStart(3, "0");
}

export function four(value: number): string {
  return value < 0 ? `-${four(-value)}` : String(value).padStart(4, "0");
}
