import { compareStrings, compareValues } from "../../bson/compare.js";
import { Int32, ObjectId, Regex, Undefined, isArray, type Value } from "../../bson/types.js";
import { badValue, type FieldOperator } from "../context.js";
import type { Collation } from "../collation.js";
import { isOperatorDoc } from "../expression-docs.js";
import { leaf, notField, type FieldTest, type ValueTest } from "../nodes.js";
import { regexTest } from "./regex.js";

/**
 * Prepares "is one of these values" so that the number of values hardly matters: texts, ids and plain numbers are
 * looked up by hash, the others by binary search.
 */
function memberOf(values: readonly Value[], collation: Collation | undefined): ValueTest {
  const sets = { texts: new Set<string>(), ids: new Set<string>(), numbers: new Set<number>() };
  const rest: Value[] = [];
  let hasNull = false;
  for (const value of values) {
    if (value === null) hasNull = true;
    else if (value instanceof ObjectId) sets.ids.add(value.hex);
    else if (typeof value === "string" && collation === undefined) sets.texts.add(value);
    else if (value instanceof Int32) sets.numbers.add(value.value);
    else if (typeof value === "number") sets.numbers.add(value);
    else rest.push(value);
  }
  const strings = collation?.compare ?? compareStrings;
  // A long or decimal in a document may equal a number of the set: all numbers are kept sorted too.
  const sorted = [...rest, ...sets.numbers, ...sets.texts].sort((a, b) => compareValues(a, b, strings));
  return (value) => {
    if (value === undefined || value === null) return hasNull;
    if (value instanceof ObjectId) return sets.ids.has(value.hex);
    if (typeof value === "string" && collation === undefined && sets.texts.has(value)) return true;
    if (value instanceof Int32 && sets.numbers.has(value.value)) return true;
    if (typeof value === "number" && sets.numbers.has(value)) return true;
    return sorted.length > 0 && includes(sorted, value, strings);
  };
}

function includes(sorted: readonly Value[], value: Value, strings: typeof compareStrings): boolean {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const order = compareValues(sorted[middle], value, strings);
    if (order === 0) return true;
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  return false;
}

function compileIn(operand: Value, operator: string, collation: Collation | undefined): FieldTest {
  if (!isArray(operand)) throw badValue(`${operator} needs an array`);
  const regexes: ValueTest[] = [];
  const values: Value[] = [];
  for (const item of operand) {
    if (isOperatorDoc(item)) throw badValue("cannot nest $ under $in");
    if (item instanceof Undefined) throw badValue("InMatchExpression equality cannot be undefined");
    if (item instanceof Regex) regexes.push(regexTest(item.pattern, item.options));
    else values.push(item);
  }
  const isMember = memberOf(values, collation);
  if (regexes.length === 0) return leaf(isMember);
  return leaf((value) => isMember(value) || regexes.some((matches) => matches(value)));
}

/** Source: MongoDB manual, "$in", "$nin" */
export const membershipOperators: Readonly<Record<string, FieldOperator>> = {
  $in: (operand, { context }) => compileIn(operand, "$in", context.collation),
  $nin: (operand, { context }) => notField(compileIn(operand, "$nin", context.collation)),
};
