import { Decimal128 } from "./types.js";

/**
 * A decimal taken apart. Finite ones are `(negative ? -1 : 1) × coefficient × 10^exponent`, so 1.10 is 110 × 10^-2 and
 * stays apart from 1.1 in all but value.
 */
export type Decimal =
  | { readonly kind: "finite"; readonly negative: boolean; readonly coefficient: bigint; readonly exponent: number }
  | { readonly kind: "infinity"; readonly negative: boolean }
  | { readonly kind: "nan" };

export type FiniteDecimal = Extract<Decimal, { kind: "finite" }>;

const BIAS = 6176;
const MIN_EXPONENT = -6176;
const MAX_EXPONENT = 6111;
const MAX_DIGITS = 34;
const MAX_COEFFICIENT = 10n ** 34n - 1n;
const LOW_MASK = (1n << 64n) - 1n;
const HIGH_COEFFICIENT_MASK = (1n << 49n) - 1n;

export const decimalNaN: Decimal = { kind: "nan" };

export function finite(negative: boolean, coefficient: bigint, exponent: number): FiniteDecimal {
  return { kind: "finite", negative, coefficient, exponent };
}

/** Takes the stored bytes apart. Source: IEEE 754-2008, binary integer decimal encoding */
export function unpackDecimal(value: Decimal128): Decimal {
  const view = new DataView(value.bytes.buffer, value.bytes.byteOffset, 16);
  const low = view.getBigUint64(0, true);
  const high = view.getBigUint64(8, true);
  const negative = high >> 63n === 1n;
  const combination = Number((high >> 58n) & 0x1fn);
  if (combination === 0x1f) return decimalNaN;
  if (combination === 0x1e) return { kind: "infinity", negative };
  // A leading 11 makes the coefficient larger than 34 digits can be: by the standard that stands for zero.
  if (combination >= 0x18) return finite(negative, 0n, Number((high >> 47n) & 0x3fffn) - BIAS);
  const coefficient = ((high & HIGH_COEFFICIENT_MASK) << 64n) | low;
  const exponent = Number((high >> 49n) & 0x3fffn) - BIAS;
  return finite(negative, coefficient > MAX_COEFFICIENT ? 0n : coefficient, exponent);
}

/** Packs a decimal, rounding half to even when it has more than 34 digits; too large becomes an infinity. */
export function packDecimal(value: Decimal): Decimal128 {
  if (value.kind === "nan") return fromWords(0x1fn << 58n, 0n);
  const sign = value.negative ? 1n << 63n : 0n;
  if (value.kind === "infinity") return fromWords(sign | (0x1en << 58n), 0n);
  const fitted = fit(value);
  if (fitted === undefined) return fromWords(sign | (0x1en << 58n), 0n);
  const { coefficient, exponent } = fitted;
  const high = sign | (BigInt(exponent + BIAS) << 49n) | (coefficient >> 64n);
  return fromWords(high, coefficient & LOW_MASK);
}

function fromWords(high: bigint, low: bigint): Decimal128 {
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, low, true);
  view.setBigUint64(8, high, true);
  return new Decimal128(bytes);
}

export function digitCount(coefficient: bigint): number {
  return coefficient === 0n ? 1 : coefficient.toString().length;
}

const smallPowers = Array.from({ length: 80 }, (_, power) => 10n ** BigInt(power));

export function powerOfTen(power: number): bigint {
  return smallPowers[power] ?? 10n ** BigInt(power);
}

/** The value within decimal128's digits and exponents; undefined when it is too large for them. */
function fit(value: FiniteDecimal): FiniteDecimal | undefined {
  let { coefficient, exponent } = value;
  const surplus = Math.max(digitCount(coefficient) - MAX_DIGITS, MIN_EXPONENT - exponent);
  if (surplus > 0) ({ coefficient, exponent } = dropDigits(value, surplus));
  if (exponent > MAX_EXPONENT) {
    if (coefficient === 0n) return finite(value.negative, 0n, MAX_EXPONENT);
    const padding = exponent - MAX_EXPONENT;
    if (digitCount(coefficient) + padding > MAX_DIGITS) return undefined;
    coefficient *= powerOfTen(padding);
    exponent = MAX_EXPONENT;
  }
  return finite(value.negative, coefficient, exponent);
}

function dropDigits(value: FiniteDecimal, count: number): FiniteDecimal {
  if (count > digitCount(value.coefficient) + 1) return finite(value.negative, 0n, value.exponent + count);
  const rounded = divideHalfEven(value.coefficient, powerOfTen(count));
  const next = finite(value.negative, rounded, value.exponent + count);
  return digitCount(rounded) > MAX_DIGITS ? dropDigits(next, 1) : next;
}

/** `dividend / divisor` as a whole number, halves to the even neighbour; both not negative. */
export function divideHalfEven(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  const twice = (dividend % divisor) * 2n;
  if (twice > divisor || (twice === divisor && quotient % 2n === 1n)) return quotient + 1n;
  return quotient;
}

const finitePattern = /^([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d+))?$/i;
const infinityPattern = /^([+-]?)inf(?:inity)?$/i;

/**
 * Reads a decimal's text form, rounding half to even beyond 34 digits.
 * @returns undefined for text that is not a number
 */
export function parseDecimal(text: string): Decimal | undefined {
  const match = finitePattern.exec(text);
  if (match === null) return parseSpecial(text);
  const [, sign = "", whole = "", fraction = "", power = "0"] = match;
  if (whole === "" && fraction === "") return undefined;
  const digits = (whole + fraction).replace(/^0+(?=\d)/, "");
  const exponent = Math.max(-1e6, Math.min(1e6, Number(power))) - fraction.length;
  return unpackDecimal(packDecimal(finite(sign === "-", BigInt(digits), exponent)));
}

function parseSpecial(text: string): Decimal | undefined {
  if (/^[+-]?nan$/i.test(text)) return decimalNaN;
  const match = infinityPattern.exec(text);
  return match === null ? undefined : { kind: "infinity", negative: match[1] === "-" };
}

/** A decimal's canonical text, as the drivers and `$toString` show it: `1.10`, `1E+3`, `-Infinity`. */
export function formatDecimal(value: Decimal): string {
  if (value.kind === "nan") return "NaN";
  if (value.kind === "infinity") return value.negative ? "-Infinity" : "Infinity";
  const sign = value.negative ? "-" : "";
  const digits = value.coefficient.toString();
  const { exponent } = value;
  const scientific = digits.length - 1 + exponent;
  if (exponent <= 0 && scientific >= -6) return sign + plainText(digits, -exponent);
  const mantissa = digits.length === 1 ? digits : `${digits.slice(0, 1)}.${digits.slice(1)}`;
  return `${sign}${mantissa}E${scientific < 0 ? "" : "+"}${scientific}`;
}

function plainText(digits: string, places: number): string {
  if (places === 0) return digits;
  const padded = digits.padStart(places + 1, "0");
  return `${padded.slice(0, -places)}.${padded.slice(-places)}`;
}
