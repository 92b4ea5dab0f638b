import {
  decimalNaN,
  digitCount,
  divideHalfEven,
  finite,
  powerOfTen,
  unpackDecimal,
  packDecimal,
  type Decimal,
  type FiniteDecimal,
} from "./decimal.js";

/** Digits kept while working: twice decimal128's, so that the last rounding is the only one that shows. */
const WORKING_DIGITS = 80;

/** The first coefficient that decimal128 cannot hold. */
const TOO_LARGE = powerOfTen(34);

/** Rounds to what decimal128 can hold. */
function rounded(value: Decimal): Decimal {
  if (value.kind !== "finite") return value;
  const fits = value.coefficient < TOO_LARGE && value.exponent >= -6176 && value.exponent <= 6111;
  return fits ? value : unpackDecimal(packDecimal(value));
}

function signed(value: FiniteDecimal): bigint {
  return value.negative ? -value.coefficient : value.coefficient;
}

/** Brings both to one exponent; a far smaller one is replaced by a stand-in of the same effect on rounding. */
function align(left: FiniteDecimal, right: FiniteDecimal): [bigint, bigint, number] {
  const [high, low] = left.exponent >= right.exponent ? [left, right] : [right, left];
  let gap = high.exponent - low.exponent;
  let small = signed(low);
  let { exponent } = low;
  if (gap > WORKING_DIGITS && high.coefficient !== 0n) {
    const lift = Math.max(0, gap - WORKING_DIGITS);
    if (digitCount(low.coefficient) <= lift) small = low.coefficient === 0n ? 0n : low.negative ? -1n : 1n;
    else small = signed(low) / powerOfTen(lift);
    exponent += lift;
    gap -= lift;
  }
  const large = high.coefficient === 0n ? 0n : signed(high) * powerOfTen(gap);
  return high === left ? [large, small, exponent] : [small, large, exponent];
}

/** Exact sum, rounded once to 34 digits; keeps the finer of both exponents as IEEE 754 asks (1.10 + 1 = 2.10). */
export function addDecimals(left: Decimal, right: Decimal): Decimal {
  if (left.kind === "nan" || right.kind === "nan") return decimalNaN;
  if (left.kind === "infinity") {
    return right.kind === "infinity" && right.negative !== left.negative ? decimalNaN : left;
  }
  if (right.kind === "infinity") return right;
  const [a, b, exponent] = align(left, right);
  const sum = a + b;
  const negative = sum === 0n ? left.negative && right.negative : sum < 0n;
  return rounded(finite(negative, sum < 0n ? -sum : sum, exponent));
}

export function negateDecimal(value: Decimal): Decimal {
  return value.kind === "nan" ? value : { ...value, negative: !value.negative };
}

export function subtractDecimals(left: Decimal, right: Decimal): Decimal {
  return addDecimals(left, negateDecimal(right));
}

export function multiplyDecimals(left: Decimal, right: Decimal): Decimal {
  if (left.kind === "nan" || right.kind === "nan") return decimalNaN;
  const negative = left.negative !== right.negative;
  if (left.kind === "infinity" || right.kind === "infinity") {
    return isZero(left) || isZero(right) ? decimalNaN : { kind: "infinity", negative };
  }
  return rounded(finite(negative, left.coefficient * right.coefficient, left.exponent + right.exponent));
}

export function isZero(value: Decimal): boolean {
  return value.kind === "finite" && value.coefficient === 0n;
}

/** Quotient to 34 digits; an exact one keeps the exponent nearest to the difference of both (6.0 / 2 = 3.0). */
export function divideDecimals(left: Decimal, right: Decimal): Decimal {
  if (left.kind === "nan" || right.kind === "nan") return decimalNaN;
  const negative = left.negative !== right.negative;
  if (left.kind === "infinity") return right.kind === "infinity" ? decimalNaN : { kind: "infinity", negative };
  const ideal = left.exponent - (right.kind === "finite" ? right.exponent : 0);
  if (right.kind === "infinity") return rounded(finite(negative, 0n, -6176));
  if (right.coefficient === 0n) return left.coefficient === 0n ? decimalNaN : { kind: "infinity", negative };
  if (left.coefficient === 0n) return rounded(finite(negative, 0n, ideal));
  const lift = WORKING_DIGITS + digitCount(right.coefficient) - digitCount(left.coefficient);
  const dividend = left.coefficient * powerOfTen(lift);
  let quotient = dividend / right.coefficient;
  if (quotient * right.coefficient !== dividend)
    return rounded(finite(negative, quotient * 10n + 1n, ideal - lift - 1));
  let exponent = ideal - lift;
  while (exponent < ideal && quotient % 10n === 0n) {
    quotient /= 10n;
    exponent++;
  }
  return rounded(finite(negative, quotient, exponent));
}

/** Remainder with the sign of the dividend, as C's fmod. */
export function moduloDecimals(left: Decimal, right: Decimal): Decimal {
  if (left.kind !== "finite" || right.kind === "nan" || isZero(right)) return decimalNaN;
  if (right.kind === "infinity") return left;
  const exponent = Math.min(left.exponent, right.exponent);
  const divisor = right.coefficient * powerOfTen(right.exponent - exponent);
  const rest = (left.coefficient * powerOfTen(left.exponent - exponent)) % divisor;
  return rounded(finite(left.negative, rest, exponent));
}

export type Rounding = "halfEven" | "towardZero" | "floor" | "ceiling";

/**
 * Rounds to `places` digits behind the point (before it when negative). A decimal with fewer digits keeps them.
 */
export function roundDecimal(value: Decimal, places: number, rounding: Rounding): Decimal {
  if (value.kind !== "finite" || -value.exponent <= places) return value;
  const drop = -places - value.exponent;
  const divisor = powerOfTen(Math.min(drop, 6300));
  return rounded(finite(value.negative, roundQuotient(value, divisor, rounding), -places));
}

function roundQuotient(value: FiniteDecimal, divisor: bigint, rounding: Rounding): bigint {
  if (rounding === "halfEven") return divideHalfEven(value.coefficient, divisor);
  const down = value.coefficient / divisor;
  const exact = down * divisor === value.coefficient;
  const away = !exact && ((rounding === "floor" && value.negative) || (rounding === "ceiling" && !value.negative));
  return away ? down + 1n : down;
}

/** Square root to 34 digits; NaN below zero. */
export function squareRoot(value: Decimal): Decimal {
  if (value.kind === "nan" || isZero(value)) return value;
  if (value.negative) return decimalNaN;
  if (value.kind === "infinity") return value;
  const lift = WORKING_DIGITS + ((value.exponent + WORKING_DIGITS) % 2 === 0 ? 0 : 1);
  const scaled = value.coefficient * powerOfTen(lift);
  let root = integerRoot(scaled);
  let exponent = (value.exponent - lift) / 2;
  if (root * root !== scaled) return rounded(finite(false, root * 10n + 1n, exponent - 1));
  const ideal = Math.floor(value.exponent / 2);
  while (exponent < ideal && root % 10n === 0n) {
    root /= 10n;
    exponent++;
  }
  return rounded(finite(false, root, exponent));
}

function integerRoot(value: bigint): bigint {
  let guess = powerOfTen(Math.ceil(digitCount(value) / 2));
  for (;;) {
    const next = (guess + value / guess) / 2n;
    if (next >= guess) return guess;
    guess = next;
  }
}
