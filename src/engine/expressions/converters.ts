import { packDecimal, parseDecimal } from "../bson/decimal.js";
import { toText } from "../bson/extended-json.js";
import { isNaNValue, isNumber, toDecimal, toDouble, toLong, type NumberValue } from "../bson/numbers.js";
import { Binary, Decimal128, Int32, ObjectId, Timestamp, UtcDate, type Value } from "../bson/types.js";
import { ServerError } from "../errors.js";
import { nameOfType } from "./arguments.js";
import { parseDate } from "./dates/parse.js";
import { momentOf } from "./dates/input.js";
import { scalarText } from "./text.js";
import { isTruthy } from "../query/truth.js";

/** The types that `$convert` makes. */
export type Target = "double" | "string" | "objectId" | "bool" | "date" | "int" | "long" | "decimal";

const SUFFIX = "in $convert with no onError value";

/** @returns the error for a pair of types without a conversion */
export function unsupported(from: Value, to: string): ServerError {
  return failure(`Unsupported conversion from ${nameOfType(from)} to ${to} ${SUFFIX}`);
}

function failure(message: string): ServerError {
  return new ServerError("ConversionFailure", message);
}

function unparsable(text: string, why: string): ServerError {
  return failure(`Failed to parse number '${text}' ${SUFFIX}: ${why}`);
}

function toBool(value: Value): Value {
  return isTruthy(value);
}

function toDoubleValue(value: Value): Value {
  if (typeof value === "boolean") return value ? 1 : 0;
  if (value instanceof UtcDate) return Number(value.ms);
  if (typeof value === "string") return parseDouble(value);
  if (!isNumber(value)) throw unsupported(value, "double");
  const double = toDouble(value);
  if (Number.isFinite(double) || !(value instanceof Decimal128) || toDecimal(value).kind !== "finite") return double;
  throw failure(`Conversion would overflow target type ${SUFFIX}: ${toText(value)}`);
}

const doublePattern = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

function parseDouble(text: string): number {
  if (doublePattern.test(text)) {
    const double = Number(text);
    if (Number.isFinite(double)) return double;
    throw unparsable(text, "Out of range");
  }
  const special = parseDecimal(text);
  if (special?.kind === "nan") return NaN;
  if (special?.kind === "infinity") return special.negative ? -Infinity : Infinity;
  throw unparsable(text, text === "" ? "Empty string" : "Did not consume whole string.");
}

function toDecimalValue(value: Value): Value {
  if (value instanceof Decimal128) return value;
  if (typeof value === "boolean") return packDecimal(toDecimal(new Int32(Number(value))));
  if (value instanceof UtcDate) return packDecimal(toDecimal(value.ms));
  if (isNumber(value)) return packDecimal(toDecimal(value));
  if (typeof value !== "string") throw unsupported(value, "decimal");
  const decimal = parseDecimal(value);
  if (decimal !== undefined) return packDecimal(decimal);
  throw unparsable(value, value === "" ? "Empty string" : "Failed to parse string to decimal");
}

function toIntValue(value: Value): Value {
  if (typeof value === "boolean") return new Int32(Number(value));
  if (typeof value === "string") return new Int32(Number(parseWhole(value, 32)));
  if (isNumber(value)) return new Int32(Number(cutToWhole(value, 32)));
  throw unsupported(value, "int");
}

function toLongValue(value: Value): Value {
  if (typeof value === "boolean") return BigInt(value);
  if (value instanceof UtcDate) return value.ms;
  if (typeof value === "string") return parseWhole(value, 64);
  if (isNumber(value)) return cutToWhole(value, 64);
  throw unsupported(value, "long");
}

/** Cuts toward zero and refuses what does not fit. */
function cutToWhole(value: NumberValue, bits: 32 | 64): bigint {
  if (isNaNValue(value)) throw failure(`Attempt to convert NaN value to integer type ${SUFFIX}`);
  if (Math.abs(toDouble(value)) === Infinity) {
    throw failure(`Attempt to convert infinity value to integer type ${SUFFIX}`);
  }
  const whole = toLong(value);
  if (whole !== undefined && BigInt.asIntN(bits, whole) === whole) return whole;
  throw failure(`Conversion would overflow target type ${SUFFIX}: ${toText(value)}`);
}

function parseWhole(text: string, bits: 32 | 64): bigint {
  if (/^[+-]?0x/i.test(text)) throw failure(`Illegal hexadecimal input ${SUFFIX}: ${text}`);
  if (!/^[+-]?\d+$/.test(text)) throw unparsable(text, text === "" ? "No digits" : "Did not consume whole string.");
  const whole = BigInt(text.replace("+", ""));
  if (BigInt.asIntN(bits, whole) === whole) return whole;
  throw unparsable(text, "Overflow");
}

function toDate(value: Value): Value {
  const moment = momentOf(value);
  if (moment !== undefined) return new UtcDate(moment);
  if (typeof value === "string") {
    const ms = parseDate(value, undefined);
    if (ms !== undefined) return new UtcDate(BigInt(ms));
    throw failure(`Error parsing date string '${value}' ${SUFFIX}`);
  }
  if (isNumber(value) && !(value instanceof Int32)) return new UtcDate(cutToWhole(value, 64));
  throw unsupported(value, "date");
}

function toObjectId(value: Value): Value {
  if (value instanceof ObjectId) return value;
  if (typeof value !== "string") throw unsupported(value, "objectId");
  if (/^[0-9a-fA-F]{24}$/.test(value)) return new ObjectId(value.toLowerCase());
  const why =
    value.length === 24
      ? "Invalid character found in hex string"
      : `Invalid string length for parsing to OID, expected 24 but found ${value.length}`;
  throw failure(`Failed to parse objectId '${value}' ${SUFFIX}: ${why}`);
}

function toStringValue(value: Value): Value {
  if (typeof value === "boolean") return String(value);
  const text = value instanceof Timestamp || value instanceof Binary ? undefined : scalarText(value);
  if (text !== undefined) return text;
  throw unsupported(value, "string");
}

/** Source: MongoDB manual, "$convert" */
export const converters: Readonly<Record<Target, (value: Value) => Value>> = {
  bool: toBool,
  date: toDate,
  decimal: toDecimalValue,
  double: toDoubleValue,
  int: toIntValue,
  long: toLongValue,
  objectId: toObjectId,
  string: toStringValue,
};
