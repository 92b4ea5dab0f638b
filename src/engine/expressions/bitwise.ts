import { integerOf } from "../bson/arithmetic.js";
import { Int32, type Value } from "../bson/types.js";
import { ServerError } from "../errors.js";
import { isNullish, nameOfType, unary, variadic } from "./arguments.js";
import type { CompileOperator, OperatorTable } from "./types.js";

type Bits = (left: bigint, right: bigint) => bigint;

/** Folds ints and longs; a long among them makes the result one. */
function fold(start: bigint, bits: Bits): CompileOperator {
  return variadic((values, name) => {
    let result = start;
    let long = false;
    let nothing = false;
    for (const value of values) {
      if (isNullish(value)) nothing = true;
      else {
        if (typeof value === "bigint") long = true;
        result = bits(result, operand(value, name));
      }
    }
    if (nothing) return null;
    return long ? result : integerOf(result);
  });
}

function operand(value: Value, name: string): bigint {
  if (value instanceof Int32) return BigInt(value.value);
  if (typeof value === "bigint") return value;
  const message = `${name} only supports int and long operands, not ${nameOfType(value)}.`;
  throw new ServerError("TypeMismatch", message);
}

/** Source: MongoDB manual, "Bitwise Operators" */
export const bitwiseOperators: OperatorTable = {
  $bitAnd: fold(-1n, (left, right) => left & right),
  $bitOr: fold(0n, (left, right) => left | right),
  $bitXor: fold(0n, (left, right) => left ^ right),
  $bitNot: unary((value, name) => {
    if (isNullish(value)) return null;
    const result = ~operand(value, name);
    return value instanceof Int32 ? integerOf(result) : result;
  }),
};
