import { ServerError } from "../../errors.js";
import { daysInMonth, millisOf, millisOfIsoWeek, midnight, type DateParts } from "./calendar.js";
import { fromLocal, zoneNamed, type Zone } from "./zone.js";

const isoPattern =
  /^(\d{4})-(\d{1,2})(?:-(\d{1,2}))?(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?\s*(Z|[+-]\d{2}(?::?\d{2})?)?$/i;
const compactPattern =
  /^(\d{4})(\d{2})(\d{2})(?:T?(\d{2})(\d{2})(?:(\d{2})(?:[.,](\d{1,9}))?)?)?(Z|[+-]\d{2}(?::?\d{2})?)?$/i;
const monthNames = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ");
const wordPattern =
  /^(?:[a-z]+,?\s+)?(?:(\d{1,2})\s+([a-z]{3,9})\.?,?\s+(\d{4})|([a-z]{3,9})\.?\s+(\d{1,2}),?\s+(\d{4}))(?:[ T,]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?)?\s*(Z|GMT|UTC|[+-]\d{2}:?\d{2})?$/i;

/** The local time that a text names, and the zone when it names one. */
interface Parsed {
  readonly parts: DateParts;
  readonly zone: string | undefined;
}

/**
 * Reads a date in ISO 8601 or in words (`May 7, 2021 10:00`).
 * @returns milliseconds since 1970 UTC; undefined when the text is no date
 * @throws ServerError ConversionFailure when both the text and `zone` name a time zone
 */
export function parseDate(text: string, zone: Zone | undefined): number | undefined {
  const trimmed = text.trim();
  const parsed = parseNumeric(isoPattern.exec(trimmed) ?? compactPattern.exec(trimmed)) ?? parseWords(trimmed);
  if (parsed === undefined || !isValid(parsed.parts)) return undefined;
  if (parsed.zone !== undefined && zone !== undefined) {
    const message =
      "you cannot pass in a date/time string with time zone information ('" +
      parsed.zone +
      "') together with a timezone argument";
    throw new ServerError("ConversionFailure", message);
  }
  return toUtc(parsed, zone);
}

function toUtc({ parts, zone }: Parsed, given: Zone | undefined): number {
  const local = millisOf(parts);
  const used = zone === undefined ? given : zoneNamed(zone.toUpperCase());
  return used === undefined ? local : fromLocal(used, local);
}

function parseNumeric(match: RegExpExecArray | null): Parsed | undefined {
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction, zone] = match;
  return { parts: partsFrom({ year, month, day, hour, minute, second, fraction }), zone };
}

function parseWords(text: string): Parsed | undefined {
  const match = wordPattern.exec(text);
  if (match === null) return undefined;
  const [, day1, name1, year1, name2, day2, year2, hour, minute, second, fraction, zone] = match;
  const month = monthNames.indexOf((name1 ?? name2 ?? "").slice(0, 3).toLowerCase()) + 1;
  if (month === 0) return undefined;
  const fields = { year: year1 ?? year2, month: String(month), day: day1 ?? day2, hour, minute, second, fraction };
  return { parts: partsFrom(fields), zone };
}

type Fields = Readonly<
  Record<"year" | "month" | "day" | "hour" | "minute" | "second" | "fraction", string | undefined>
>;

function partsFrom(fields: Fields): DateParts {
  return {
    year: Number(fields.year ?? "1970"),
    month: Number(fields.month ?? "1"),
    day: Number(fields.day ?? "1"),
    hour: Number(fields.hour ?? "0"),
    minute: Number(fields.minute ?? "0"),
    second: Number(fields.second ?? "0"),
    millisecond: Number((fields.fraction ?? "").padEnd(3, "0").slice(0, 3)),
  };
}

function isValid({ year, month, day, hour, minute, second }: DateParts): boolean {
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return false;
  return hour <= 23 && minute <= 59 && second <= 59;
}

/** What each directive of a format matches; `field` is the group's name. */
const directives: Readonly<Record<string, { pattern: string; field: string }>> = {
  b: { pattern: "[A-Za-z]{3}", field: "monthName" },
  B: { pattern: "[A-Za-z]+", field: "monthName" },
  d: { pattern: "\\d{1,2}", field: "day" },
  G: { pattern: "\\d{4}", field: "isoYear" },
  H: { pattern: "\\d{1,2}", field: "hour" },
  j: { pattern: "\\d{1,3}", field: "dayOfYear" },
  L: { pattern: "\\d{1,3}", field: "fraction" },
  m: { pattern: "\\d{1,2}", field: "month" },
  M: { pattern: "\\d{1,2}", field: "minute" },
  S: { pattern: "\\d{1,2}", field: "second" },
  u: { pattern: "[1-7]", field: "isoDay" },
  V: { pattern: "\\d{1,2}", field: "isoWeek" },
  Y: { pattern: "\\d{4}", field: "year" },
  z: { pattern: "Z|[+-]\\d{2}:?\\d{2}|[A-Za-z_]+(?:/[A-Za-z_]+)*", field: "zone" },
  Z: { pattern: "[+-]\\d+", field: "zoneMinutes" },
};

const formats = new Map<string, RegExp>();

/** @throws ServerError 18536 for a directive that cannot be read */
function patternOf(format: string): RegExp {
  const known = formats.get(format);
  if (known !== undefined) return known;
  const seen = new Set<string>();
  const source = format.replace(/%(.?)|[\\^$.*+?()[\]{}|/]/gs, (text, letter: string | undefined) => {
    if (!text.startsWith("%")) return `\\${text}`;
    if (letter === "%") return "%";
    const directive = letter !== undefined && Object.hasOwn(directives, letter) ? directives[letter] : undefined;
    if (directive === undefined || seen.has(directive.field)) {
      throw new ServerError(18536, `Invalid format character '%${letter ?? ""}' in format string`);
    }
    seen.add(directive.field);
    return `(?<${directive.field}>${directive.pattern})`;
  });
  const pattern = new RegExp(`^${source}$`);
  formats.set(format, pattern);
  return pattern;
}

/** Reads a date in a format such as `%d/%m/%Y`; undefined when the text does not have it. */
export function parseDateWith(text: string, format: string, zone: Zone | undefined): number | undefined {
  const groups: Readonly<Record<string, string | undefined>> | undefined = patternOf(format).exec(text)?.groups;
  if (groups === undefined) return undefined;
  const name = groups["monthName"]?.slice(0, 3).toLowerCase();
  const month = name === undefined ? groups["month"] : String(monthNames.indexOf(name) + 1);
  const parts = partsFrom({ ...groups, month } as unknown as Fields);
  if (!isValid(parts)) return undefined;
  const named = zoneIn(groups) ?? zone;
  const local = dayIn(groups, parts) + millisOf({ ...parts, ...midnightOf1970 });
  return named === undefined ? local : fromLocal(named, local);
}

const midnightOf1970 = { year: 1970, month: 1, day: 1 };

/** Midnight of the day that the text names by month, by ISO week or by day of the year. */
function dayIn(groups: Readonly<Record<string, string | undefined>>, { year, month, day }: DateParts): number {
  const { isoYear, isoWeek, isoDay, dayOfYear } = groups;
  if (isoYear !== undefined) return millisOfIsoWeek(Number(isoYear), Number(isoWeek ?? "1"), Number(isoDay ?? "1"));
  return millisOf(dayOfYear === undefined ? midnight(year, month, day) : midnight(year, 1, Number(dayOfYear)));
}

function zoneIn(groups: Readonly<Record<string, string | undefined>>): Zone | undefined {
  const { zone, zoneMinutes } = groups;
  if (zone !== undefined) return zoneNamed(zone);
  if (zoneMinutes === undefined) return undefined;
  const offset = Number(zoneMinutes) * 60_000;
  return { name: zoneMinutes, offsetAt: () => offset };
}
