import { Decimal128, Double, Int32, Long } from "mongodb";

/**
 * A stored number as a plain one: other programs keep prices as Decimal128 and counts as Long.
 *
 * @returns `null` for what is no number
 */
export function numberOf(value: unknown): number | null {
  if (typeof value === "number") return value;
  if (typeof value === "bigint") return Number(value);
  if (value instanceof Decimal128 || value instanceof Long || value instanceof Double || value instanceof Int32) {
    return Number(value.toString());
  }
  return null;
}
