import { isNaNValue, isNumber, toDouble, toLong } from "../../bson/numbers.js";
import { isArray, type Value } from "../../bson/types.js";
import { badValue, type FieldOperator } from "../context.js";
import { leaf } from "../nodes.js";
import { regexOperators } from "./regex.js";

function parseModulus(operand: Value): [bigint, bigint] {
  if (!isArray(operand)) throw badValue("malformed mod, needs to be an array");
  const [divisor, remainder] = operand;
  if (divisor === undefined) throw badValue("malformed mod, not enough elements");
  if (!isNumber(divisor)) throw badValue("malformed mod, divisor not a number");
  if (remainder === undefined) throw badValue("malformed mod, not enough elements");
  if (!isNumber(remainder)) throw badValue("malformed mod, remainder not a number");
  if (operand.length > 2) throw badValue("malformed mod, too many elements");
  const by = wholePart(divisor, "divisor");
  if (by === 0n) throw badValue("divisor cannot be 0");
  return [by, wholePart(remainder, "remainder")];
}

function wholePart(value: Value, role: string): bigint {
  const whole = isNumber(value) ? toLong(value) : undefined;
  if (whole !== undefined) return whole;
  const reason =
    isNaNValue(value) || (isNumber(value) && !Number.isFinite(toDouble(value)))
      ? "Unable to coerce NaN/Inf to integral type"
      : "Out of bounds coercing to integral value";
  throw badValue(`malformed mod, ${role} value is invalid :: caused by :: ${reason}`);
}

/** Source: MongoDB manual, "Evaluation Query Operators" */
export const evaluationOperators: Readonly<Record<string, FieldOperator>> = {
  $mod: (operand) => {
    const [divisor, remainder] = parseModulus(operand);
    return leaf((value) => {
      const dividend = isNumber(value) ? toLong(value) : undefined;
      return dividend !== undefined && dividend % divisor === remainder;
    });
  },
  ...regexOperators,
};
