import { compareValues, typeRank, typeRanks } from "../../bson/compare.js";
import { isNaNValue } from "../../bson/numbers.js";
import { MaxKey, MinKey, ObjectId, Regex, Undefined, type Value } from "../../bson/types.js";
import { badValue, type FieldOperator } from "../context.js";
import type { Collation } from "../collation.js";
import { leaf, notField, type ValueTest } from "../nodes.js";

/**
 * Equality as queries have it: numbers by value across types, documents and arrays field by field in order, null also
 * for a missing field.
 */
export function equalTo(expected: Value, collation: Collation | undefined): ValueTest {
  if (expected instanceof Undefined) throw badValue("cannot compare to undefined");
  if (expected === null) return (value) => value === null || value === undefined;
  if (expected instanceof ObjectId) {
    const { hex } = expected;
    return (value) => value instanceof ObjectId && value.hex === hex;
  }
  if (typeof expected === "string" && collation === undefined) {
    return (value) => value === expected || (value !== undefined && compareValues(value, expected) === 0);
  }
  const rank = typeRank(expected);
  const strings = collation?.compare;
  return (value) => value !== undefined && typeRank(value) === rank && compareValues(value, expected, strings) === 0;
}

interface Range {
  readonly accepts: (order: number) => boolean;
  /** Whether equal values are accepted, which is all that null and NaN can be. */
  readonly orEqual: boolean;
  /** The bound that every value of another type is on the right side of. */
  readonly beyond: typeof MinKey | typeof MaxKey;
}

/** Compares within the bound's own type only, except with MinKey and MaxKey. */
function within(bound: Value, range: Range, collation: Collation | undefined): ValueTest {
  const { accepts, orEqual } = range;
  if (bound instanceof Undefined) throw badValue("cannot compare to undefined");
  if (bound === null) return orEqual ? (value) => value === null || value === undefined : () => false;
  if (isNaNValue(bound)) return orEqual ? isNaNValue : () => false;
  const rank = typeRank(bound);
  const strings = collation?.compare;
  const others = bound instanceof range.beyond;
  const numeric = rank === typeRanks.number;
  return (value) => {
    if (value === undefined || typeRank(value) !== rank) return others;
    if (numeric && isNaNValue(value)) return false;
    return accepts(compareValues(value, bound, strings));
  };
}

const lessThan: Range = { accepts: (order) => order < 0, orEqual: false, beyond: MaxKey };
const lessOrEqual: Range = { accepts: (order) => order <= 0, orEqual: true, beyond: MaxKey };
const greaterThan: Range = { accepts: (order) => order > 0, orEqual: false, beyond: MinKey };
const greaterOrEqual: Range = { accepts: (order) => order >= 0, orEqual: true, beyond: MinKey };

function rangeOperator(range: Range): FieldOperator {
  return (bound, { name, context }) => {
    if (bound instanceof Regex) throw badValue(`Can't have RegEx as arg to predicate over field '${name}'.`);
    return leaf(within(bound, range, context.collation));
  };
}

/** Source: MongoDB manual, "Comparison Query Operators" */
export const comparisonOperators: Readonly<Record<string, FieldOperator>> = {
  $eq: (expected, { context }) => leaf(equalTo(expected, context.collation)),
  $ne: (expected, { context }) => {
    if (expected instanceof Regex) throw badValue("Can't have regex as arg to $ne.");
    return notField(leaf(equalTo(expected, context.collation)));
  },
  $lt: rangeOperator(lessThan),
  $lte: rangeOperator(lessOrEqual),
  $gt: rangeOperator(greaterThan),
  $gte: rangeOperator(greaterOrEqual),
};
