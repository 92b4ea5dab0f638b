import { add, divide, integerOf, modulo, multiply, subtract } from "../bson/arithmetic.js";
import { isNumber, toDouble, toLong, type NumberValue } from "../bson/numbers.js";
import { UtcDate, type Value } from "../bson/types.js";
import { ServerError } from "../errors.js";
import { binary, isNullish, nameOfType, variadic, type Maybe } from "./arguments.js";
import { mathOperators } from "./math.js";
import type { OperatorTable } from "./types.js";

/** Adds numbers, or numbers to one date (in milliseconds). */
function addAll(values: readonly Maybe[]): Value {
  if (values.some(isNullish)) return null;
  let sum: NumberValue = integerOf(0);
  let date: UtcDate | undefined;
  for (const value of values) {
    if (value instanceof UtcDate) {
      if (date !== undefined) throw new ServerError(16612, "only one date allowed in an $add expression");
      date = value;
    } else if (isNumber(value)) sum = add(sum, value);
    else {
      const message = `$add only supports numeric or date types, not ${nameOfType(value)}`;
      throw new ServerError("TypeMismatch", message);
    }
  }
  return date === undefined ? sum : shiftDate(date, sum, "$add");
}

function shiftDate(date: UtcDate, by: NumberValue, name: string): UtcDate {
  const rounded = typeof by === "number" ? Math.sign(by) * Math.round(Math.abs(by)) : by;
  const millis = toLong(rounded);
  const ms = millis === undefined ? undefined : date.ms + millis;
  if (ms === undefined || BigInt.asIntN(64, ms) !== ms) throw new ServerError("Overflow", `date overflow in ${name}`);
  return new UtcDate(ms);
}

function subtractPair(left: Maybe, right: Maybe): Value {
  if (isNullish(left) || isNullish(right)) return null;
  if (isNumber(left) && isNumber(right)) return subtract(left, right);
  if (left instanceof UtcDate && right instanceof UtcDate) return left.ms - right.ms;
  if (left instanceof UtcDate && isNumber(right)) return shiftDate(left, negate(right), "$subtract");
  const message = `can't $subtract ${nameOfType(right)} from ${nameOfType(left)}`;
  throw new ServerError("TypeMismatch", message);
}

function negate(value: NumberValue): NumberValue {
  const long = toLong(value);
  return long === undefined ? -toDouble(value) : -long;
}

function multiplyAll(values: readonly Maybe[]): Value {
  if (values.some(isNullish)) return null;
  return values.reduce<NumberValue>((product, value) => {
    if (isNumber(value)) return multiply(product, value);
    throw new ServerError("TypeMismatch", `$multiply only supports numeric types, not ${nameOfType(value)}`);
  }, integerOf(1));
}

type Quotient = (left: NumberValue, right: NumberValue) => NumberValue | undefined;

function quotient(
  compute: Quotient,
  codes: { readonly type: "TypeMismatch" | number; readonly zero: "BadValue" | number },
) {
  return binary((left, right, name) => {
    if (isNullish(left) || isNullish(right)) return null;
    if (!isNumber(left) || !isNumber(right)) {
      const types = `${nameOfType(left)} and ${nameOfType(right)}`;
      throw new ServerError(codes.type, `${name} only supports numeric types, not ${types}`);
    }
    const result = compute(left, right);
    if (result === undefined) throw new ServerError(codes.zero, `can't ${name} by zero`);
    return result;
  });
}

/** Source: MongoDB manual, "Arithmetic Expression Operators" */
export const arithmeticOperators: OperatorTable = {
  $add: variadic(addAll),
  $subtract: binary(subtractPair),
  $multiply: variadic(multiplyAll),
  $divide: quotient(divide, { type: "TypeMismatch", zero: "BadValue" }),
  $mod: quotient(modulo, { type: 16611, zero: 16610 }),
  ...mathOperators,
};
