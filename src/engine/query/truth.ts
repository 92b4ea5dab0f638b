import { unpackDecimal } from "../bson/decimal.js";
import { Decimal128, Int32, Undefined, type Value } from "../bson/types.js";

/** Whether a value counts as true: all do but false, null, undefined, a missing value and zero of any type. */
export function isTruthy(value: Value | undefined): boolean {
  if (typeof value === "boolean") return value;
  if (value === undefined || value === null || value instanceof Undefined) return false;
  if (typeof value === "number") return value !== 0;
  if (typeof value === "bigint") return value !== 0n;
  if (value instanceof Int32) return value.value !== 0;
  if (!(value instanceof Decimal128)) return true;
  const decimal = unpackDecimal(value);
  return decimal.kind !== "finite" || decimal.coefficient !== 0n;
}
