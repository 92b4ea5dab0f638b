import {
  addDecimals,
  divideDecimals,
  moduloDecimals,
  multiplyDecimals,
  subtractDecimals,
} from "./decimal-arithmetic.js";
import { packDecimal, type Decimal } from "./decimal.js";
import { toDecimal, toDouble, type NumberValue } from "./numbers.js";
import { Decimal128, Int32 } from "./types.js";

interface Operation {
  readonly doubles: (left: number, right: number) => number;
  readonly longs: (left: bigint, right: bigint) => bigint;
  readonly decimals: (left: Decimal, right: Decimal) => Decimal;
}

const addition: Operation = { doubles: (a, b) => a + b, longs: (a, b) => a + b, decimals: addDecimals };
const subtraction: Operation = { doubles: (a, b) => a - b, longs: (a, b) => a - b, decimals: subtractDecimals };
const multiplication: Operation = { doubles: (a, b) => a * b, longs: (a, b) => a * b, decimals: multiplyDecimals };

const INT_MIN = -(2 ** 31);
const INT_MAX = 2 ** 31 - 1;

/** The sum in the wider of both types; an int that overflows becomes a long, a long a double. */
export function add(left: NumberValue, right: NumberValue): NumberValue {
  return compute(addition, left, right) ?? toDouble(left) + toDouble(right);
}

/** As `add`, for `$inc`: undefined where the sum of longs overflows, which is an error there. */
export function addChecked(left: NumberValue, right: NumberValue): NumberValue | undefined {
  return compute(addition, left, right);
}

export function subtract(left: NumberValue, right: NumberValue): NumberValue {
  return compute(subtraction, left, right) ?? toDouble(left) - toDouble(right);
}

export function multiply(left: NumberValue, right: NumberValue): NumberValue {
  return compute(multiplication, left, right) ?? toDouble(left) * toDouble(right);
}

/** As `multiply`, for `$mul`: undefined where the product of longs overflows, which is an error there. */
export function multiplyChecked(left: NumberValue, right: NumberValue): NumberValue | undefined {
  return compute(multiplication, left, right);
}

/** The quotient: a decimal when either is one, else a double. Undefined for a divisor of zero. */
export function divide(left: NumberValue, right: NumberValue): NumberValue | undefined {
  if (toDouble(right) === 0 && isZeroDivisor(right)) return undefined;
  if (left instanceof Decimal128 || right instanceof Decimal128) {
    return packDecimal(divideDecimals(toDecimal(left), toDecimal(right)));
  }
  return toDouble(left) / toDouble(right);
}

/** The remainder with the sign of the dividend, in the wider of both types. Undefined for a divisor of zero. */
export function modulo(left: NumberValue, right: NumberValue): NumberValue | undefined {
  if (toDouble(right) === 0 && isZeroDivisor(right)) return undefined;
  if (left instanceof Decimal128 || right instanceof Decimal128) {
    return packDecimal(moduloDecimals(toDecimal(left), toDecimal(right)));
  }
  if (typeof left === "number" || typeof right === "number") return toDouble(left) % toDouble(right);
  if (left instanceof Int32 && right instanceof Int32) return new Int32((left.value % right.value) + 0);
  return toBigInt(left) % toBigInt(right);
}

/** A decimal may be nearest to zero as a double and yet not be it. */
function isZeroDivisor(value: NumberValue): boolean {
  const decimal = toDecimal(value);
  return decimal.kind === "finite" && decimal.coefficient === 0n;
}

/** A whole number as an int when it fits, else as a long. */
export function integerOf(value: bigint | number): Int32 | bigint {
  if (value >= INT_MIN && value <= INT_MAX) return new Int32(Number(value));
  return BigInt(value);
}

function toBigInt(value: bigint | Int32): bigint {
  return typeof value === "bigint" ? value : BigInt(value.value);
}

/** Undefined when the result needs more than 64 bits. */
function compute(operation: Operation, left: NumberValue, right: NumberValue): NumberValue | undefined {
  if (left instanceof Decimal128 || right instanceof Decimal128) {
    return packDecimal(operation.decimals(toDecimal(left), toDecimal(right)));
  }
  if (typeof left === "number" || typeof right === "number") {
    return operation.doubles(toDouble(left), toDouble(right));
  }
  const exact = operation.longs(toBigInt(left), toBigInt(right));
  if (left instanceof Int32 && right instanceof Int32) return integerOf(exact);
  return BigInt.asIntN(64, exact) === exact ? exact : undefined;
}
