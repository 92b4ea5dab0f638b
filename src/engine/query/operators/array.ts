import { isNumber, toExactLong } from "../../bson/numbers.js";
import { Decimal128, Regex, isArray, isDoc, type Doc, type Value } from "../../bson/types.js";
import { badValue, nestedContext, type FieldOperator, type FilterContext } from "../context.js";
import { isOperatorDoc } from "../expression-docs.js";
import { allOfField, arrayLeaf, leaf, neverField, type FieldTest } from "../nodes.js";
import { equalTo } from "./comparison.js";
import { isPathlessOperator } from "./names.js";
import { regexTest } from "./regex.js";

/** An array inside an array is matched as a document whose fields are its indexes. */
function asDoc(value: Value): Doc | undefined {
  if (isDoc(value)) return value;
  return isArray(value) ? new Map(value.map((item, index) => [String(index), item])) : undefined;
}

function compileElemMatch(operand: Value, context: FilterContext): FieldTest {
  if (!isDoc(operand)) throw badValue("$elemMatch needs an Object");
  const inner = nestedContext(context);
  const [first = ""] = operand.keys();
  if (isOperatorDoc(operand, true) && !isPathlessOperator(first)) {
    const test = context.compileField(operand, "", inner);
    return arrayLeaf((items) => items.findIndex((item) => test.onValue(item)));
  }
  const test = context.compileDoc(operand, inner);
  return arrayLeaf((items) =>
    items.findIndex((item) => {
      const doc = asDoc(item);
      return doc !== undefined && test(doc);
    }),
  );
}

function compileAll(operand: Value, context: FilterContext): FieldTest {
  if (!isArray(operand)) throw badValue("$all needs an array");
  if (operand.length === 0) return neverField;
  if (elemMatchOf(operand[0]) !== undefined) {
    return allOfField(
      operand.map((item) => {
        const inner = elemMatchOf(item);
        if (inner === undefined) throw badValue("$all/$elemMatch has to be consistent");
        return compileElemMatch(inner, context);
      }),
    );
  }
  return allOfField(operand.map((item) => leaf(allItemTest(item, context))));
}

function elemMatchOf(item: Value | undefined): Value | undefined {
  if (!isDoc(item)) return undefined;
  const [first] = item.keys();
  return first === "$elemMatch" ? item.get(first) : undefined;
}

function allItemTest(item: Value, context: FilterContext): (value: Value | undefined) => boolean {
  if (item instanceof Regex) return regexTest(item.pattern, item.options);
  if (isOperatorDoc(item)) throw badValue("no $ expressions in $all");
  return equalTo(item, context.collation);
}

function parseSize(operand: Value): number {
  if (!isNumber(operand) || operand instanceof Decimal128) {
    throw badValue("Failed to parse $size. Expected a number in: $size");
  }
  const size = toExactLong(operand);
  if (size === undefined) throw badValue("Failed to parse $size. Expected an integer in: $size");
  if (size < 0n) throw badValue("$size may not be negative");
  return Number(size);
}

/** Source: MongoDB manual, "Array Query Operators" */
export const arrayOperators: Readonly<Record<string, FieldOperator>> = {
  $all: (operand, { context }) => compileAll(operand, context),
  $elemMatch: (operand, { context }) => compileElemMatch(operand, context),
  $size: (operand) => {
    const size = parseSize(operand);
    return arrayLeaf((items) => (items.length === size ? true : -1));
  },
};
