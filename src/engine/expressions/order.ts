import { compareValues, typeRank, typeRanks, type CompareStrings } from "../bson/compare.js";
import type { Value } from "../bson/types.js";

/** Compares as expressions do, where a missing value is less than null (in queries and sorts it equals null). */
export function compareInExpression(
  left: Value | undefined,
  right: Value | undefined,
  strings?: CompareStrings,
): number {
  if (left !== undefined && right !== undefined) return compareValues(left, right, strings);
  return rankWithMissing(left) - rankWithMissing(right);
}

function rankWithMissing(value: Value | undefined): number {
  return value === undefined ? typeRanks.undefined : typeRank(value);
}
