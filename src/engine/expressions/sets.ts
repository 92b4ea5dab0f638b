import { compareValues } from "../bson/compare.js";
import { isArray, type Value } from "../bson/types.js";
import { ServerError } from "../errors.js";
import { binary, isNullish, nameOfType, unary, variadic, type Maybe } from "./arguments.js";
import { isTruthy } from "../query/truth.js";
import type { Compiler, OperatorTable } from "./types.js";

/** The distinct values in MongoDB's order. */
function distinct(values: readonly Value[], { strings }: Compiler): Value[] {
  const sorted = values.toSorted((left, right) => compareValues(left, right, strings));
  return sorted.filter((value, index) => index === 0 || compareValues(sorted[index - 1], value, strings) !== 0);
}

/** Whether a sorted list of distinct values has the value. */
function contains(sorted: readonly Value[], value: Value, { strings }: Compiler): boolean {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareValues(sorted[middle], value, strings) < 0) low = middle + 1;
    else high = middle;
  }
  return low < sorted.length && compareValues(sorted[low], value, strings) === 0;
}

function allArrays(values: readonly Maybe[], name: string, code: number): readonly (readonly Value[])[] {
  return values.map((value) => {
    if (isArray(value)) return value;
    const type = nameOfType(value);
    throw new ServerError(code, `All operands of ${name} must be arrays. One argument is of type: ${type}`);
  });
}

function bothArrays(
  left: Maybe,
  right: Maybe,
  name: string,
  codes: readonly [number, number],
): [readonly Value[], readonly Value[]] {
  if (!isArray(left)) {
    const message = `both operands of ${name} must be arrays. First argument is of type: ${nameOfType(left)}`;
    throw new ServerError(codes[0], message);
  }
  if (!isArray(right)) {
    const message = `both operands of ${name} must be arrays. Second argument is of type: ${nameOfType(right)}`;
    throw new ServerError(codes[1], message);
  }
  return [left, right];
}

function elements(value: Maybe, name: string, code: number): readonly Value[] {
  if (isArray(value)) return value;
  throw new ServerError(code, `${name}'s argument must be an array, but is ${nameOfType(value)}`);
}

/** Source: MongoDB manual, "Set Expression Operators" */
export const setOperators: OperatorTable = {
  $setUnion: variadic((values, name, compiler) => {
    if (values.some(isNullish)) return null;
    return distinct(allArrays(values, name, 17043).flat(), compiler);
  }),
  $setIntersection: variadic((values, name, compiler) => {
    if (values.some(isNullish)) return null;
    const [first, ...others] = allArrays(values, name, 17047).map((value) => distinct(value, compiler));
    return (first ?? []).filter((value) => others.every((other) => contains(other, value, compiler)));
  }),
  $setDifference: binary((left, right, name, compiler) => {
    if (isNullish(left) || isNullish(right)) return null;
    const [kept, removed] = bothArrays(left, right, name, [17048, 17049]);
    const gone = distinct(removed, compiler);
    const seen: Value[] = [];
    for (const value of kept) {
      const known = seen.some((other) => compareValues(other, value, compiler.strings) === 0);
      if (!known && !contains(gone, value, compiler)) seen.push(value);
    }
    return seen;
  }),
  $setEquals: variadic(
    (values, name, compiler) => {
      const [first, ...others] = allArrays(values, name, 17044).map((value) => distinct(value, compiler));
      return others.every((other) => compareValues(first, other, compiler.strings) === 0);
    },
    { least: 2, most: Infinity },
  ),
  $setIsSubset: binary((left, right, name, compiler) => {
    const [part, whole] = bothArrays(left, right, name, [17046, 17042]);
    const sorted = distinct(whole, compiler);
    return part.every((value) => contains(sorted, value, compiler));
  }),
  $anyElementTrue: unary((value, name) => elements(value, name, 17041).some(isTruthy)),
  $allElementsTrue: unary((value, name) => elements(value, name, 17040).every(isTruthy)),
};
