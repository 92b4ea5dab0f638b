import { divideDecimals, isZero, multiplyDecimals, negateDecimal } from "../bson/decimal-arithmetic.js";
import { decimalNaN, finite, packDecimal, powerOfTen, unpackDecimal, type Decimal } from "../bson/decimal.js";
import {
  expFixed,
  fixedOf,
  fromFixed,
  isTiny,
  lnFixed,
  LN10,
  magnitude,
  ONE,
  PLACES,
  rootFixed,
} from "./fixed-point.js";

/**
 * Exponential functions of Decimal128, to its 34 digits: worked out in whole numbers of 110 places and rounded once.
 */
export function expDecimal(value: Decimal): Decimal {
  if (value.kind === "nan") return value;
  if (value.kind === "infinity") return value.negative ? finite(false, 0n, 0) : value;
  if (magnitude(value) > 6) return value.negative ? finite(false, 0n, -6176) : { kind: "infinity", negative: false };
  return expOfFixed(fixedOf(value));
}

/** e to a fixed-point power: 10^k × e^rest with the rest below ln 10. */
function expOfFixed(power: bigint): Decimal {
  const tens = power / LN10 - (power < 0n ? 1n : 0n);
  return round(finite(false, expFixed(power - tens * LN10), Number(tens) - PLACES));
}

/** Natural logarithm; NaN below zero. */
export function lnDecimal(value: Decimal): Decimal {
  if (value.kind === "nan") return value;
  if (isZero(value)) return { kind: "infinity", negative: true };
  if (value.negative) return decimalNaN;
  if (value.kind === "infinity") return value;
  return fromFixed(lnOf(value));
}

function lnOf(value: Extract<Decimal, { kind: "finite" }>): bigint {
  const digits = value.coefficient.toString().length;
  const shift = PLACES - digits + 1;
  const mantissa = shift >= 0 ? value.coefficient * powerOfTen(shift) : value.coefficient / powerOfTen(-shift);
  return lnFixed(mantissa) + BigInt(value.exponent + digits - 1) * LN10;
}

export function log10Decimal(value: Decimal): Decimal {
  if (value.kind !== "finite" || value.negative || value.coefficient === 0n) return lnDecimal(value);
  return fromFixed((lnOf(value) * ONE) / LN10);
}

/** The logarithm to another base, both positive. */
export function logDecimal(value: Decimal, base: Decimal): Decimal {
  if (value.kind !== "finite" || base.kind !== "finite") return divideDecimals(lnDecimal(value), lnDecimal(base));
  return fromFixed((lnOf(value) * ONE) / lnOf(base));
}

/** Up to this power a whole exponent is worked out exactly, so that 1.1 squared is 1.21. */
const MAX_EXACT_POWER = 1000n;

/** `base` to the `power`; NaN for a negative base and a broken power. */
export function powDecimal(base: Decimal, power: Decimal): Decimal {
  if (power.kind !== "nan" && isZero(power)) return finite(false, 1n, 0);
  if (base.kind === "nan" || power.kind === "nan") return decimalNaN;
  const whole = wholePower(power);
  if (base.kind === "finite" && whole !== undefined && whole <= MAX_EXACT_POWER && whole >= -MAX_EXACT_POWER) {
    return exactPower(base, whole);
  }
  const odd = whole !== undefined && whole % 2n !== 0n;
  const result = powerByLogarithm({ ...base, negative: false }, power);
  if (!base.negative) return result;
  if (whole === undefined && power.kind === "finite") return decimalNaN;
  return odd ? negateDecimal(result) : result;
}

function powerByLogarithm(base: Decimal, power: Decimal): Decimal {
  if (base.kind === "finite" && power.kind === "finite" && base.coefficient !== 0n && magnitude(power) < 40) {
    const product = (lnOf(base) * fixedOf(power)) / ONE;
    const limit = 100_000n * ONE;
    if (product < limit && product > -limit) return expOfFixed(product);
  }
  return expDecimal(multiplyDecimals(lnDecimal(base), power));
}

function wholePower(power: Decimal): bigint | undefined {
  if (power.kind !== "finite" || power.exponent > 40) return undefined;
  const scale = powerOfTen(Math.abs(power.exponent));
  if (power.exponent < 0 && power.coefficient % scale !== 0n) return undefined;
  const whole = power.exponent < 0 ? power.coefficient / scale : power.coefficient * scale;
  return power.negative ? -whole : whole;
}

function exactPower(base: Extract<Decimal, { kind: "finite" }>, power: bigint): Decimal {
  const steps = power < 0n ? -power : power;
  const negative = base.negative && steps % 2n === 1n;
  const raised = round(finite(negative, base.coefficient ** steps, base.exponent * Number(steps)));
  return power < 0n ? divideDecimals(finite(false, 1n, 0), raised) : raised;
}

export function sinhDecimal(value: Decimal): Decimal {
  if (value.kind !== "finite" || isTiny(value)) return value;
  if (magnitude(value) > 2) return halfOf(expDecimal({ ...value, negative: false }), value.negative);
  const power = expFixed(fixedOf(value));
  return fromFixed((power - (ONE * ONE) / power) / 2n);
}

export function coshDecimal(value: Decimal): Decimal {
  if (value.kind === "nan") return value;
  if (value.kind === "infinity") return { kind: "infinity", negative: false };
  if (magnitude(value) > 2) return halfOf(expDecimal({ ...value, negative: false }), false);
  const power = expFixed(fixedOf(value));
  return fromFixed((power + (ONE * ONE) / power) / 2n);
}

function halfOf(value: Decimal, negative: boolean): Decimal {
  const half = divideDecimals(value, finite(false, 2n, 0));
  return negative ? negateDecimal(half) : half;
}

export function tanhDecimal(value: Decimal): Decimal {
  if (value.kind === "nan" || (value.kind === "finite" && isTiny(value))) return value;
  if (value.kind === "infinity" || magnitude(value) > 2) return finite(value.negative, 1n, 0);
  const square = expFixed(2n * fixedOf(value));
  return fromFixed(((square - ONE) * ONE) / (square + ONE));
}

export function asinhDecimal(value: Decimal): Decimal {
  if (value.kind !== "finite" || isTiny(value)) return value;
  const size = magnitude(value) > 40 ? undefined : fixedOf({ ...value, negative: false });
  const result = size === undefined ? lnTwice(value) : lnAny(size + rootFixed(size * size + ONE * ONE));
  return fromFixed(value.negative ? -result : result);
}

/** Of values from 1 on. */
export function acoshDecimal(value: Decimal): Decimal {
  if (value.kind !== "finite") return value;
  if (magnitude(value) > 40) return fromFixed(lnTwice(value));
  const size = fixedOf(value);
  return fromFixed(lnAny(size + rootFixed(size * size - ONE * ONE)));
}

/** Of values between -1 and 1; infinite at both. */
export function atanhDecimal(value: Decimal): Decimal {
  if (value.kind !== "finite" || isTiny(value)) return value;
  const size = fixedOf(value);
  if (size === ONE || size === -ONE) return { kind: "infinity", negative: value.negative };
  return fromFixed(lnAny(((ONE + size) * ONE) / (ONE - size)) / 2n);
}

function lnTwice(value: Extract<Decimal, { kind: "finite" }>): bigint {
  return lnOf(finite(false, value.coefficient * 2n, value.exponent));
}

function lnAny(value: bigint): bigint {
  return lnOf(finite(false, value, -PLACES));
}

function round(value: Decimal): Decimal {
  return unpackDecimal(packDecimal(value));
}
