import { divideDecimals } from "../bson/decimal-arithmetic.js";
import {
  decimalNaN,
  finite,
  packDecimal,
  powerOfTen,
  unpackDecimal,
  type Decimal,
  type FiniteDecimal,
} from "../bson/decimal.js";
import {
  atanFixed,
  fixedOf,
  fromFixed,
  isTiny,
  magnitude,
  ONE,
  PI,
  piFixed,
  PLACES,
  rootFixed,
  sinFixed,
} from "./fixed-point.js";

/** Circular functions of Decimal128, to its 34 digits. Angles are radians. */
export function sinDecimal(value: Decimal): Decimal {
  if (value.kind !== "finite") return decimalNaN;
  return isTiny(value) ? value : fromFixed(sinFixed(reduced(value)));
}

export function cosDecimal(value: Decimal): Decimal {
  if (value.kind !== "finite") return decimalNaN;
  return fromFixed(sinFixed(reduced(value) + PI / 2n));
}

export function tanDecimal(value: Decimal): Decimal {
  if (value.kind !== "finite") return decimalNaN;
  if (isTiny(value)) return value;
  const angle = reduced(value);
  return fromFixed((sinFixed(angle) * ONE) / sinFixed(angle + PI / 2n));
}

/** The angle less whole turns, with as many digits of π as its size asks for. */
function reduced(value: FiniteDecimal): bigint {
  const size = magnitude(value);
  if (size < 1) return fixedOf(value);
  const extra = size + 10;
  const turn = 2n * piFixed(PLACES + extra);
  const shift = value.exponent + PLACES + extra;
  const scaled = shift >= 0 ? value.coefficient * powerOfTen(shift) : value.coefficient / powerOfTen(-shift);
  const rest = (scaled % turn) / powerOfTen(extra);
  return value.negative ? -rest : rest;
}

export function atanDecimal(value: Decimal): Decimal {
  if (value.kind === "nan") return value;
  if (value.kind === "infinity" || magnitude(value) > 100) return fromFixed(value.negative ? -(PI / 2n) : PI / 2n);
  return isTiny(value) ? value : fromFixed(atanFixed(fixedOf(value)));
}

/** Of values between -1 and 1. */
export function asinDecimal(value: Decimal): Decimal {
  if (value.kind !== "finite") return decimalNaN;
  return isTiny(value) ? value : fromFixed(asinFixed(fixedOf(value)));
}

/** Of values between -1 and 1. */
export function acosDecimal(value: Decimal): Decimal {
  if (value.kind !== "finite") return decimalNaN;
  const size = fixedOf(value);
  // Near 1 the difference of two angles would lose digits; the half-angle form does not.
  return fromFixed(size === -ONE ? PI : 2n * atanFixed(rootFixed(((ONE - size) * ONE * ONE) / (ONE + size))));
}

function asinFixed(value: bigint): bigint {
  const other = rootFixed(ONE * ONE - value * value);
  if (other === 0n) return value < 0n ? -(PI / 2n) : PI / 2n;
  return atanFixed((value * ONE) / other);
}

/** The angle of the point (x, y). */
export function atan2Decimal(y: Decimal, x: Decimal): Decimal {
  if (y.kind === "nan" || x.kind === "nan") return decimalNaN;
  if (y.kind === "infinity" || x.kind === "infinity") return atan2Decimal(towardInfinity(y), towardInfinity(x));
  if (x.coefficient === 0n && y.coefficient === 0n)
    return x.negative ? halfTurn(y.negative) : finite(y.negative, 0n, 0);
  if (x.coefficient === 0n) return fromFixed(y.negative ? -(PI / 2n) : PI / 2n);
  const angle = atanDecimal(divideDecimals(y, x));
  if (!x.negative) return angle;
  const fixed = angle.kind === "finite" ? fixedOf(angle) : 0n;
  return fromFixed(y.negative ? fixed - PI : fixed + PI);
}

function towardInfinity(value: Decimal): Decimal {
  return finite(value.kind !== "nan" && value.negative, value.kind === "infinity" ? 1n : 0n, 0);
}

function halfTurn(negative: boolean): Decimal {
  return fromFixed(negative ? -PI : PI);
}

/** Degrees of an angle in radians. */
export function degreesOf(radians: Decimal): Decimal {
  return radians.kind === "finite" ? scaled(radians, 180n * ONE, PI) : radians;
}

/** Radians of an angle in degrees. */
export function radiansOf(degrees: Decimal): Decimal {
  return degrees.kind === "finite" ? scaled(degrees, PI, 180n * ONE) : degrees;
}

/** Times a quotient, which is taken to 90 places so that only the product is rounded. */
function scaled(value: FiniteDecimal, by: bigint, over: bigint): Decimal {
  const factor = (by * powerOfTen(90)) / over;
  return unpackDecimal(packDecimal(finite(value.negative, value.coefficient * factor, value.exponent - 90)));
}
