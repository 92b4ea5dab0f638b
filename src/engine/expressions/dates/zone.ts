import { ServerError } from "../../errors.js";
import { isNullish, nameOfType, type Maybe } from "../arguments.js";

/** A time zone: what to add to UTC to read its clock. */
export interface Zone {
  readonly name: string;
  /** Milliseconds to add at a moment of UTC. */
  offsetAt(ms: number): number;
}

export const utc: Zone = { name: "UTC", offsetAt: () => 0 };

const zones = new Map<string, Zone>([
  ["UTC", utc],
  ["GMT", utc],
  ["Z", utc],
]);

const offsetPattern = /^([+-])(\d{2})(?::?(\d{2}))?$/;

/**
 * The zone of an expression's `timezone`: UTC when it is not given, undefined when it is null.
 * @throws ServerError 40517 when it is not a text, 40485 for an unknown zone
 */
export function zoneOf(value: Maybe, given: boolean): Zone | undefined {
  if (!given) return utc;
  if (isNullish(value)) return undefined;
  if (typeof value === "string") return zoneNamed(value);
  throw new ServerError(40517, `timezone must evaluate to a string, found ${nameOfType(value)}`);
}

/** A zone by its Olson name (`Europe/Berlin`) or its offset (`+0530`, `-03:00`, `+02`). */
export function zoneNamed(name: string): Zone {
  const known = zones.get(name);
  if (known !== undefined) return known;
  const zone = fixedZone(name) ?? olsonZone(name);
  if (zone === undefined) throw new ServerError(40485, `unrecognized time zone identifier: "${name}"`);
  zones.set(name, zone);
  return zone;
}

function fixedZone(name: string): Zone | undefined {
  const match = offsetPattern.exec(name);
  if (match === null) return undefined;
  const minutes = Number(match[2]) * 60 + Number(match[3] ?? "0");
  const offset = (match[1] === "-" ? -minutes : minutes) * 60_000;
  return { name, offsetAt: () => offset };
}

function olsonZone(name: string): Zone | undefined {
  if (!/^[A-Za-z][\w+\-/]*$/.test(name)) return undefined;
  const format = formatterOf(name);
  return format === undefined ? undefined : { name, offsetAt: (ms) => readOffset(format, ms) };
}

function formatterOf(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset", year: "numeric" });
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Reads the `GMT-04:56:02` that the formatter ends with. */
function readOffset(format: Intl.DateTimeFormat, ms: number): number {
  const name = format.formatToParts(ms).find(({ type }) => type === "timeZoneName")?.value ?? "GMT";
  const match = /^GMT(?:([+-])(\d{2}):(\d{2})(?::(\d{2}))?)?$/.exec(name);
  const [, sign, hours = "0", minutes = "0", seconds = "0"] = match ?? [];
  const offset = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
  return sign === "-" ? -offset : offset;
}

/** What the zone's clock shows at a moment, as milliseconds read as UTC. */
export function toLocal(zone: Zone, ms: number): number {
  return ms + zone.offsetAt(ms);
}

/** The moment at which the zone's clock shows this; in the hour that a clock skips, the time after it. */
export function fromLocal(zone: Zone, local: number): number {
  const before = local - zone.offsetAt(local - 86_400_000);
  if (toLocal(zone, before) === local) return before;
  const after = local - zone.offsetAt(local + 86_400_000);
  return toLocal(zone, after) === local ? after : before;
}

/** `+0530`, and `+330` as minutes. */
export function offsetTexts(zone: Zone, ms: number): { clock: string; minutes: string } {
  const total = Math.trunc(zone.offsetAt(ms) / 60_000);
  const sign = total < 0 ? "-" : "+";
  const size = Math.abs(total);
  const clock = `${String(Math.floor(size / 60)).padStart(2, "0")}${String(size % 60).padStart(2, "0")}`;
  return { clock: sign + clock, minutes: `${sign}${size}` };
}
