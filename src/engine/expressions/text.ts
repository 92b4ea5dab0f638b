import { formatDecimal, unpackDecimal } from "../bson/decimal.js";
import { Decimal128, Int32, ObjectId, Symbol_, Timestamp, UtcDate, Code, type Value } from "../bson/types.js";
import { ServerError } from "../errors.js";
import { isNullish, nameOfType, type Maybe } from "./arguments.js";
import { isoText } from "./dates/calendar.js";

/**
 * A value as text, as `$toLower`, `$substr` and their like take any scalar; nothing is the empty text.
 * @throws ServerError 16007 for values without a text form
 */
export function coerceToText(value: Maybe): string {
  if (isNullish(value)) return "";
  const text = scalarText(value);
  if (text !== undefined) return text;
  throw new ServerError(16007, `can't convert from BSON type ${nameOfType(value)} to String`);
}

/** The text of a number, date or text; undefined for other types. */
export function scalarText(value: Value): string | undefined {
  if (typeof value === "string") return value;
  if (typeof value === "number") return doubleText(value);
  if (typeof value === "bigint") return String(value);
  if (value instanceof Int32) return String(value.value);
  if (value instanceof Decimal128) return formatDecimal(unpackDecimal(value));
  if (value instanceof UtcDate) return isoText(value.ms);
  if (value instanceof Symbol_) return value.value;
  if (value instanceof Code && value.scope === undefined) return value.code;
  if (value instanceof ObjectId) return value.hex;
  return value instanceof Timestamp ? isoText((value.value >> 32n) * 1000n) : undefined;
}

/** A double with 16 significant digits, as the server prints it: C's `%.16g`. */
function doubleText(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "Infinity" : "-Infinity";
  if (value === 0) return Object.is(value, -0) ? "-0" : "0";
  const [mantissa = "", power = "0"] = value.toExponential(15).split("e");
  const exponent = Number(power);
  if (exponent >= -5 && exponent < 16) return trimZeros(value.toFixed(Math.min(100, 15 - exponent)));
  const sign = exponent < 0 ? "-" : "+";
  return `${trimZeros(mantissa)}e${sign}${String(Math.abs(exponent)).padStart(2, "0")}`;
}

function trimZeros(text: string): string {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

/** Upper and lower case of ASCII letters alone, as the server does it. */
export function asciiUpper(text: string): string {
  return text.replace(/[a-z]+/g, (letters) => letters.toUpperCase());
}

export function asciiLower(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
