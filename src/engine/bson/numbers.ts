import {
  finite,
  formatDecimal,
  packDecimal,
  parseDecimal,
  powerOfTen,
  unpackDecimal,
  type Decimal,
} from "./decimal.js";
import { Decimal128, Int32, type Value } from "./types.js";

/** The four numeric types: double, long, int, decimal. */
export type NumberValue = number | bigint | Int32 | Decimal128;

export function isNumber(value: Value | undefined): value is NumberValue {
  return (
    typeof value === "number" || typeof value === "bigint" || value instanceof Int32 || value instanceof Decimal128
  );
}

export function isNaNValue(value: Value | undefined): boolean {
  if (typeof value === "number") return Number.isNaN(value);
  return value instanceof Decimal128 && unpackDecimal(value).kind === "nan";
}

/** The nearest double. */
export function toDouble(value: NumberValue): number {
  if (typeof value === "number") return value;
  if (value instanceof Int32) return value.value;
  return typeof value === "bigint" ? Number(value) : decimalToDouble(unpackDecimal(value));
}

export function decimalToDouble(value: Decimal): number {
  return value.kind === "infinity" ? (value.negative ? -Infinity : Infinity) : Number(formatDecimal(value));
}

/**
 * A number as a decimal: ints and longs exactly, doubles to 15 significant digits, as the server's arithmetic and
 * `$toDecimal` do (2.5 is 2.50000000000000).
 */
export function toDecimal(value: NumberValue): Decimal {
  if (value instanceof Decimal128) return unpackDecimal(value);
  if (typeof value === "bigint") return finite(value < 0n, value < 0n ? -value : value, 0);
  if (value instanceof Int32) return toDecimal(BigInt(value.value));
  if (Number.isNaN(value)) return { kind: "nan" };
  if (!Number.isFinite(value)) return { kind: "infinity", negative: value < 0 };
  if (value === 0) return finite(Object.is(value, -0), 0n, 0);
  return parseDecimal(value.toPrecision(15)) ?? { kind: "nan" };
}

/** The number as a long, cut toward zero; undefined when it is NaN or does not fit. */
export function toLong(value: NumberValue): bigint | undefined {
  const whole = toWhole(value);
  return whole !== undefined && BigInt.asIntN(64, whole) === whole ? whole : undefined;
}

function toWhole(value: NumberValue): bigint | undefined {
  if (typeof value === "bigint") return value;
  if (value instanceof Int32) return BigInt(value.value);
  if (typeof value === "number") return Number.isFinite(value) ? BigInt(Math.trunc(value)) : undefined;
  const decimal = unpackDecimal(value);
  if (decimal.kind !== "finite" || decimal.exponent > 40) {
    return decimal.kind === "finite" && decimal.coefficient === 0n ? 0n : undefined;
  }
  const whole =
    decimal.exponent >= 0
      ? decimal.coefficient * powerOfTen(decimal.exponent)
      : decimal.coefficient / powerOfTen(-decimal.exponent);
  return decimal.negative ? -whole : whole;
}

/** The number as a long only when it is a whole number that fits; undefined otherwise. */
export function toExactLong(value: NumberValue): bigint | undefined {
  const whole = toLong(value);
  return whole !== undefined && compareNumbers(whole, value) === 0 ? whole : undefined;
}

/** Compares by exact value across the types; NaN equals itself and comes before all other numbers. */
export function compareNumbers(left: NumberValue, right: NumberValue): number {
  const a = left instanceof Int32 ? left.value : left;
  const b = right instanceof Int32 ? right.value : right;
  if (a instanceof Decimal128 || b instanceof Decimal128) return compareWithDecimal(a, b);
  if (a < b) return -1;
  if (a > b) return 1;
  if (a === b) return 0;
  return compareNaN(a, b);
}

/** What is left once neither is less: equal across types, or at least one NaN. */
function compareNaN(a: number | bigint, b: number | bigint): number {
  const leftNaN = typeof a === "number" && Number.isNaN(a);
  const rightNaN = typeof b === "number" && Number.isNaN(b);
  return Number(rightNaN) - Number(leftNaN);
}

function compareWithDecimal(a: number | bigint | Decimal128, b: number | bigint | Decimal128): number {
  const x = toDouble(a);
  const y = toDouble(b);
  if (Number.isNaN(x) || Number.isNaN(y)) return compareNaN(x, y);
  // Rounding keeps the order, so only values with the same nearest double need the exact comparison.
  if (x < y) return -1;
  if (x > y) return 1;
  return compareExactly(exactDecimal(a), exactDecimal(b));
}

/** The exact value as coefficient × 10^exponent; infinities lie beyond every finite decimal. */
export function exactDecimal(value: number | bigint | Decimal128): Decimal {
  if (typeof value !== "number") return toDecimal(value);
  if (!Number.isFinite(value) || Number.isInteger(value)) {
    return Number.isFinite(value) ? toDecimal(BigInt(value)) : { kind: "infinity", negative: value < 0 };
  }
  let scaled = Math.abs(value);
  let halvings = 0;
  // A double is a whole number over a power of two: m / 2^k = m × 5^k / 10^k.
  while (!Number.isInteger(scaled)) {
    scaled *= 2;
    halvings++;
  }
  return finite(value < 0, BigInt(scaled) * 5n ** BigInt(halvings), -halvings);
}

function compareExactly(left: Decimal, right: Decimal): number {
  const a = signOf(left);
  const b = signOf(right);
  if (a !== b) return a < b ? -1 : 1;
  if (a === 0) return 0;
  if (left.kind !== "finite" || right.kind !== "finite") {
    return left.kind === right.kind ? 0 : left.kind === "infinity" ? a : -a;
  }
  const exponent = Math.min(left.exponent, right.exponent);
  const x = left.coefficient * powerOfTen(left.exponent - exponent);
  const y = right.coefficient * powerOfTen(right.exponent - exponent);
  return x === y ? 0 : x < y ? -a : a;
}

function signOf(value: Decimal): number {
  if (value.kind === "nan" || (value.kind === "finite" && value.coefficient === 0n)) return 0;
  return value.negative ? -1 : 1;
}

/** A Decimal128 from its text form, for code and tests. */
export function decimalOf(text: string): Decimal128 {
  return packDecimal(parseDecimal(text) ?? { kind: "nan" });
}
