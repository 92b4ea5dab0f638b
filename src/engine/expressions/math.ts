import { integerOf, add } from "../bson/arithmetic.js";
import { roundDecimal, squareRoot, type Rounding } from "../bson/decimal-arithmetic.js";
import { packDecimal, type Decimal } from "../bson/decimal.js";
import {
  compareNumbers,
  decimalToDouble,
  exactDecimal,
  isNumber,
  toDecimal,
  toDouble,
  toExactLong,
  type NumberValue,
} from "../bson/numbers.js";
import { Decimal128, Int32, type Value } from "../bson/types.js";
import { ServerError } from "../errors.js";
import { binary, compileBetween, isNullish, nameOfType, unary, type Maybe } from "./arguments.js";
import { expDecimal, lnDecimal, log10Decimal, logDecimal, powDecimal } from "./decimal-functions.js";
import type { CompileOperator, Expression, OperatorTable } from "./types.js";

/** An operator of one number; null of null. */
export function numeric(apply: (value: NumberValue, name: string) => Value): CompileOperator {
  return unary((value, name) => {
    if (isNullish(value)) return null;
    if (isNumber(value)) return apply(value, name);
    throw new ServerError(28765, `${name} only supports numeric types, not ${nameOfType(value)}`);
  });
}

/** A function of a real number: of doubles in doubles, of decimals in decimals. */
export function real(doubles: (value: number) => number, decimals: (value: Decimal) => Decimal) {
  return (value: NumberValue): NumberValue =>
    value instanceof Decimal128 ? packDecimal(decimals(toDecimal(value))) : doubles(toDouble(value));
}

const ZERO = new Int32(0);

function absolute(value: NumberValue): NumberValue {
  if (typeof value === "number") return Math.abs(value);
  if (value instanceof Int32) return integerOf(Math.abs(value.value));
  if (value instanceof Decimal128) {
    const decimal = toDecimal(value);
    return packDecimal(decimal.kind === "nan" ? decimal : { ...decimal, negative: false });
  }
  if (value === -(2n ** 63n)) throw new ServerError(28680, "can't take $abs of long long min");
  return value < 0n ? -value : value;
}

/** Whole numbers stay as they are. */
function roundWith(doubles: (value: number) => number, rounding: Rounding) {
  return (value: NumberValue): NumberValue => {
    if (typeof value === "number") return doubles(value);
    return value instanceof Decimal128 ? packDecimal(roundDecimal(toDecimal(value), 0, rounding)) : value;
  };
}

/** `$round` (halves to even) and `$trunc`, to a number of places from -20 to 100. */
function toPlaces(rounding: Rounding): CompileOperator {
  return (argument, compiler, name) => {
    const [number, places] = compileBetween(argument, compiler, { name, least: 1, most: 2 }) as [
      Expression,
      Expression?,
    ];
    return (scope) => {
      const value = number(scope);
      const wanted = places === undefined ? ZERO : places(scope);
      if (isNullish(value) || isNullish(wanted)) return null;
      if (!isNumber(value))
        throw new ServerError(51081, `${name} only supports numeric types, not ${nameOfType(value)}`);
      return roundNumber(value, placesOf(wanted, name), rounding, name);
    };
  };
}

function placesOf(value: Value, name: string): number {
  const whole = isNumber(value) ? toExactLong(value) : undefined;
  if (whole === undefined) throw new ServerError(51082, `precision argument to  ${name} must be a integral value`);
  if (whole >= -20n && whole <= 100n) return Number(whole);
  const message = `cannot apply ${name} with precision value ${whole} value must be in [-20, 100]`;
  throw new ServerError(51083, message);
}

function roundNumber(value: NumberValue, places: number, rounding: Rounding, name: string): NumberValue {
  if (typeof value === "number") {
    return Number.isFinite(value) ? decimalToDouble(roundDecimal(exactDecimal(value), places, rounding)) : value;
  }
  if (value instanceof Decimal128) return packDecimal(roundDecimal(toDecimal(value), places, rounding));
  if (places >= 0) return value;
  const rounded = toExactLong(packDecimal(roundDecimal(toDecimal(value), places, rounding)));
  if (rounded === undefined) throw new ServerError(51080, `Invalid conversion to NumberLong during ${name}.`);
  return value instanceof Int32 ? integerOf(rounded) : rounded;
}

function root(value: NumberValue): NumberValue {
  if (compareNumbers(value, ZERO) < 0 && !Number.isNaN(toDouble(value))) {
    throw new ServerError(28714, "$sqrt's argument must be greater than or equal to 0");
  }
  return real(Math.sqrt, squareRoot)(value);
}

function logarithm(code: number, doubles: (value: number) => number, decimals: (value: Decimal) => Decimal) {
  return numeric((value, name) => {
    if (compareNumbers(value, ZERO) <= 0 && !Number.isNaN(toDouble(value))) {
      throw new ServerError(code, `${name}'s argument must be a positive number, but is ${toDouble(value)}`);
    }
    return real(doubles, decimals)(value);
  });
}

function log(value: Maybe, base: Maybe): Value {
  if (isNullish(value) || isNullish(base)) return null;
  if (!isNumber(value)) throw new ServerError(28756, `$log's argument must be numeric, not ${nameOfType(value)}`);
  if (!isNumber(base)) throw new ServerError(28757, `$log's base must be numeric, not ${nameOfType(base)}`);
  if (toDouble(value) <= 0) {
    throw new ServerError(28758, `$log's argument must be a positive number, but is ${toDouble(value)}`);
  }
  if (toDouble(base) <= 0 || compareNumbers(base, new Int32(1)) === 0) {
    throw new ServerError(28759, `$log's base must be a positive number not equal to 1, but is ${toDouble(base)}`);
  }
  if (value instanceof Decimal128 || base instanceof Decimal128) {
    return packDecimal(logDecimal(toDecimal(value), toDecimal(base)));
  }
  return Math.log(toDouble(value)) / Math.log(toDouble(base));
}

function power(base: Maybe, exponent: Maybe): Value {
  if (isNullish(base) || isNullish(exponent)) return null;
  if (!isNumber(base)) throw new ServerError(28762, `$pow's base must be numeric, not ${nameOfType(base)}`);
  if (!isNumber(exponent)) throw new ServerError(28763, `$pow's exponent must be numeric, not ${nameOfType(exponent)}`);
  if (compareNumbers(base, ZERO) === 0 && compareNumbers(exponent, ZERO) < 0 && !Number.isNaN(toDouble(exponent))) {
    throw new ServerError(28764, "$pow cannot take a base of 0 and a negative exponent");
  }
  if (base instanceof Decimal128 || exponent instanceof Decimal128) {
    return packDecimal(powDecimal(toDecimal(base), toDecimal(exponent)));
  }
  if (typeof base === "number" || typeof exponent === "number") return toDouble(base) ** toDouble(exponent);
  return wholePower(base, exponent);
}

/** Of ints and longs: whole while it fits 64 bits, else a double. */
function wholePower(base: Int32 | bigint, exponent: Int32 | bigint): NumberValue {
  const double = toDouble(base) ** toDouble(exponent);
  if (toDouble(exponent) < 0 || Math.abs(double) > 2 ** 64)
    return Number.isInteger(double) && toDouble(exponent) < 0 ? narrow(BigInt(double), base, exponent) : double;
  const steps = BigInt(toDouble(exponent));
  const size = toExactLong(base) ?? 0n;
  // Of 0, 1 and -1 any power is cheap; all others are bounded by the check above.
  const exact =
    size === 1n || size === 0n
      ? steps === 0n
        ? 1n
        : size
      : size === -1n
        ? steps % 2n === 0n
          ? 1n
          : -1n
        : size ** steps;
  return BigInt.asIntN(64, exact) === exact ? narrow(exact, base, exponent) : double;
}

/** An int when both were and it fits, else a long. */
function narrow(value: bigint, base: Int32 | bigint, exponent: Int32 | bigint): NumberValue {
  return base instanceof Int32 && exponent instanceof Int32 ? add(integerOf(value), ZERO) : value;
}

/** Source: MongoDB manual, "Arithmetic Expression Operators" */
export const mathOperators: OperatorTable = {
  $abs: numeric(absolute),
  $ceil: numeric(roundWith(Math.ceil, "ceiling")),
  $floor: numeric(roundWith(Math.floor, "floor")),
  $round: toPlaces("halfEven"),
  $trunc: toPlaces("towardZero"),
  $sqrt: numeric(root),
  $exp: numeric(real(Math.exp, expDecimal)),
  $ln: logarithm(28766, Math.log, lnDecimal),
  $log10: logarithm(28761, Math.log10, log10Decimal),
  $log: binary(log),
  $pow: binary(power),
};
