import { ServerError } from "../../errors.js";
import { isNullish, namedArguments, nameOfType } from "../arguments.js";
import type { CompileOperator } from "../types.js";
import { dayOfYear, four, isoWeekOf, partsOf, three, two, weekday, weekOfYear } from "./calendar.js";
import { compileZone, millisOfInput } from "./input.js";
import { offsetTexts, toLocal, utc, type Zone } from "./zone.js";

interface Moment {
  readonly ms: number;
  readonly local: number;
  readonly zone: Zone;
}

const months = "January February March April May June July August September October November December".split(" ");

/** The directives of a date format. Source: MongoDB manual, "$dateToString", "Format Specifiers" */
const directives: Readonly<Record<string, (moment: Moment) => string>> = {
  b: ({ local }) => monthName(local).slice(0, 3),
  B: ({ local }) => monthName(local),
  d: ({ local }) => two(partsOf(local).day),
  G: ({ local }) => four(isoWeekOf(local).year),
  H: ({ local }) => two(partsOf(local).hour),
  j: ({ local }) => three(dayOfYear(local)),
  L: ({ local }) => three(partsOf(local).millisecond),
  m: ({ local }) => two(partsOf(local).month),
  M: ({ local }) => two(partsOf(local).minute),
  S: ({ local }) => two(partsOf(local).second),
  u: ({ local }) => String(isoWeekOf(local).day),
  U: ({ local }) => two(weekOfYear(local)),
  V: ({ local }) => two(isoWeekOf(local).week),
  w: ({ local }) => String(weekday(local) + 1),
  Y: ({ local }) => four(partsOf(local).year),
  z: ({ ms, zone }) => offsetTexts(zone, ms).clock,
  Z: ({ ms, zone }) => offsetTexts(zone, ms).minutes,
  "%": () => "%",
};

function monthName(local: number): string {
  return months[partsOf(local).month - 1] ?? "";
}

/**
 * A date in a format such as `%Y-%m-%d`.
 * @throws ServerError 18536 for an unknown directive, 18535 for a percent sign at the end
 */
function formatDate(ms: number, zone: Zone, format: string): string {
  const moment = { ms, local: toLocal(zone, ms), zone };
  return format.replace(/%(.?)/gs, (_text, letter: string) => {
    const directive = Object.hasOwn(directives, letter) ? directives[letter] : undefined;
    if (directive !== undefined) return directive(moment);
    if (letter === "") throw new ServerError(18535, "Unmatched '%' at end of format string");
    throw new ServerError(18536, `Invalid format character '%${letter}' in format string`);
  });
}

const LOCAL_FORMAT = "%Y-%m-%dT%H:%M:%S.%L";

/** `$dateToString`. */
export const dateToString: CompileOperator = (argument, compiler, name) => {
  const codes = { notObject: 18629, unknown: 18534, missing: 18628 };
  const optional = ["format", "timezone", "onNull"];
  const given = namedArguments(argument, name, { required: ["date"], optional, codes });
  const date = compiler.compile(given.get("date") ?? null);
  const zoneAt = compileZone(given.get("timezone"), compiler);
  const onNull = compiler.compile(given.get("onNull") ?? null);
  const wanted = given.get("format");
  const format = wanted === undefined ? undefined : compiler.compile(wanted);
  return (scope) => {
    const text = format?.(scope);
    const zone = zoneAt(scope);
    const ms = millisOfInput(date(scope));
    if (ms === undefined) return onNull(scope);
    if (zone === undefined || (format !== undefined && isNullish(text))) return null;
    if (text !== undefined && typeof text !== "string") {
      throw new ServerError(18533, `${name} requires that 'format' be a string, found: ${nameOfType(text)}`);
    }
    return formatDate(ms, zone, text ?? (zone === utc ? `${LOCAL_FORMAT}Z` : LOCAL_FORMAT));
  };
};
