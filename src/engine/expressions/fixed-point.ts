import { finite, packDecimal, powerOfTen, unpackDecimal, type Decimal, type FiniteDecimal } from "../bson/decimal.js";

/**
 * Numbers as whole multiples of 10^-110: enough that the functions of every decimal from 10^-40 on come out with far
 * more than the 34 digits that are kept.
 */
export const PLACES = 110;
export const ONE = powerOfTen(PLACES);

export function fixedOf(value: FiniteDecimal): bigint {
  const shift = value.exponent + PLACES;
  const size = shift >= 0 ? value.coefficient * powerOfTen(shift) : value.coefficient / powerOfTen(-shift);
  return value.negative ? -size : size;
}

export function fromFixed(value: bigint): Decimal {
  return unpackDecimal(packDecimal(finite(value < 0n, value < 0n ? -value : value, -PLACES)));
}

/** The power of ten of the leading digit, plus one: 1 for 9.99, 2 for 10. */
export function magnitude(value: Decimal): number {
  if (value.kind !== "finite") return Infinity;
  return value.coefficient === 0n ? -Infinity : value.coefficient.toString().length + value.exponent;
}

/** So small that sin x, sinh x, tan x, … are x to 34 digits. */
export function isTiny(value: FiniteDecimal): boolean {
  return magnitude(value) < -40;
}

/** e^x by its series, after halving x to a small value. */
export function expFixed(value: bigint): bigint {
  const halvings = 16n;
  const small = value >> halvings;
  let term = ONE;
  let sum = ONE;
  for (let n = 1n; term !== 0n; n++) {
    term = (term * small) / (ONE * n);
    sum += term;
  }
  for (let n = 0n; n < halvings; n++) sum = (sum * sum) / ONE;
  return sum;
}

/** ln x for x between 1 and 10, by the series of the inverse hyperbolic tangent. */
export function lnFixed(value: bigint): bigint {
  let root = value;
  const roots = 6n;
  for (let n = 0n; n < roots; n++) root = rootFixed(root * ONE);
  const ratio = ((root - ONE) * ONE) / (root + ONE);
  const square = (ratio * ratio) / ONE;
  let power = ratio;
  let sum = 0n;
  for (let n = 1n; power !== 0n; n += 2n) {
    sum += power / n;
    power = (power * square) / ONE;
  }
  return (2n * sum) << roots;
}

/** The whole-number square root; of a square of fixed-point numbers it gives a fixed-point number. */
export function rootFixed(value: bigint): bigint {
  if (value < 2n) return value;
  let guess = 1n << BigInt((value.toString(2).length + 1) >> 1);
  for (;;) {
    const next = (guess + value / guess) >> 1n;
    if (next >= guess) return guess;
    guess = next;
  }
}

export const LN10 = lnFixed(10n * ONE);

/** π to `places` places, by Machin's formula. */
export function piFixed(places: number): bigint {
  const one = powerOfTen(places + 10);
  const pi = 4n * (4n * arctanOfInverse(5n, one) - arctanOfInverse(239n, one));
  return pi / powerOfTen(10);
}

function arctanOfInverse(inverse: bigint, one: bigint): bigint {
  const square = inverse * inverse;
  let power = one / inverse;
  let sum = 0n;
  for (let n = 1n, sign = 1n; power !== 0n; n += 2n, sign = -sign) {
    sum += (sign * power) / n;
    power /= square;
  }
  return sum;
}

export const PI = piFixed(PLACES);

/** Sine by its series, for up to a few turns. */
export function sinFixed(value: bigint): bigint {
  const square = (value * value) / ONE;
  let term = value;
  let sum = value;
  for (let n = 1n; term !== 0n; n++) {
    term = -(term * square) / (ONE * (2n * n) * (2n * n + 1n));
    sum += term;
  }
  return sum;
}

/** Arc tangent: halved until small, then by its series. */
export function atanFixed(value: bigint): bigint {
  if (value < 0n) return -atanFixed(-value);
  if (value > ONE) return PI / 2n - atanFixed((ONE * ONE) / value);
  let small = value;
  const halvings = 4n;
  for (let n = 0n; n < halvings; n++) small = (small * ONE) / (ONE + rootFixed(ONE * ONE + small * small));
  const square = (small * small) / ONE;
  let power = small;
  let sum = 0n;
  for (let n = 1n, sign = 1n; power !== 0n; n += 2n, sign = -sign) {
    sum += (sign * power) / n;
    power = (power * square) / ONE;
  }
  return sum << halvings;
}
