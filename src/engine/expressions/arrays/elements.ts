import { isNumber, toExactLong } from "../../bson/numbers.js";
import { compareValues } from "../../bson/compare.js";
import { toText } from "../../bson/extended-json.js";
import { Int32, isArray, type Value } from "../../bson/types.js";
import { ServerError } from "../../errors.js";
import { binary, isNullish, named, nameOfType, unary, variadic, type Maybe } from "../arguments.js";
import { int32Of } from "../numbers.js";
import { indexArgument } from "../substrings.js";
import type { CompileOperator, OperatorTable } from "../types.js";

function arrayElemAt(array: Maybe, index: Maybe, name: string): Maybe {
  if (isNullish(array) || isNullish(index)) return null;
  if (!isArray(array)) throw firstMustBeArray(28689, name, array);
  if (!isNumber(index)) {
    throw new ServerError(28690, `${name}'s second argument must be a numeric value, but is ${nameOfType(index)}`);
  }
  const at = int32Of(index);
  if (at !== undefined) return array.at(at);
  const message = `${name}'s second argument must be representable as a 32-bit integer: ${toText(index)}`;
  throw new ServerError(28691, message);
}

function firstMustBeArray(code: number, name: string, value: Maybe): ServerError {
  return new ServerError(code, `${name}'s first argument must be an array, but is ${nameOfType(value)}`);
}

function endElement(at: 0 | -1): CompileOperator {
  return unary((array, name) => {
    if (isNullish(array)) return null;
    if (isArray(array)) return array.at(at);
    throw new ServerError(28689, `${name}'s argument must be an array, but is ${nameOfType(array)}`);
  });
}

function slice([array, from, count]: readonly Maybe[], name: string): Value {
  if (isNullish(array) || isNullish(from)) return null;
  if (!isArray(array)) {
    throw new ServerError(28724, `First argument to ${name} must be an array, but is of type: ${nameOfType(array)}`);
  }
  const start = sliceNumber(from, "Second", [28725, 28726], name);
  if (count === undefined) return start < 0 ? array.slice(start) : array.slice(0, start);
  if (isNullish(count)) return null;
  const length = sliceNumber(count, "Third", [28727, 28728], name);
  if (length <= 0) throw new ServerError(28729, `Third argument to ${name} must be positive: ${length}`);
  const first = start < 0 ? Math.max(0, array.length + start) : start;
  return array.slice(first, first + length);
}

function sliceNumber(value: Value, place: string, codes: readonly [number, number], name: string): number {
  if (!isNumber(value)) {
    throw new ServerError(
      codes[0],
      `${place} argument to ${name} must be numeric, but is of type: ${nameOfType(value)}`,
    );
  }
  const whole = int32Of(value);
  if (whole !== undefined) return whole;
  const message = `${place} argument to ${name} can't be represented as a 32-bit integer: ${toText(value)}`;
  throw new ServerError(codes[1], message);
}

function indexOfArray(
  [array, wanted, from, to]: readonly Maybe[],
  name: string,
  strings: Parameters<typeof compareValues>[2],
): Value {
  if (isNullish(array)) return null;
  if (!isArray(array)) {
    throw new ServerError(40090, `${name} requires an array as a first argument, found: ${nameOfType(array)}`);
  }
  const start = indexArgument(from, name, "starting") ?? 0;
  const end = Math.min(indexArgument(to, name, "ending") ?? Infinity, array.length);
  if (wanted === undefined) return new Int32(-1);
  for (let at = start; at < end; at++) if (compareValues(array[at], wanted, strings) === 0) return new Int32(at);
  return new Int32(-1);
}

const nCodes = { notObject: 5787900, unknown: 5787901, missing: 5787906 };

/** The `n` of `$firstN` and its like. */
export function countOf(value: Maybe): number {
  const whole = isNumber(value) ? toExactLong(value) : undefined;
  if (!isNumber(value))
    throw new ServerError(5787902, `Value for 'n' must be of integral type, but found ${toText(value)}`);
  if (whole === undefined)
    throw new ServerError(5787903, `Value for 'n' must be of integral type, but found ${toText(value)}`);
  if (whole <= 0n) throw new ServerError(5787908, `'n' must be greater than 0, found ${whole}`);
  return Number(whole);
}

type Pick = (array: readonly Value[], n: number, strings: Parameters<typeof compareValues>[2]) => Value[];

function picker(pick: Pick): CompileOperator {
  return named({ required: ["n", "input"], codes: nCodes }, ({ n, input }, _name, { strings }) => {
    if (!isArray(input)) throw new ServerError(5788200, `Input must be an array, found: ${nameOfType(input)}`);
    return pick(input, countOf(n), strings);
  });
}

const someOf = (array: readonly Value[]) => array.filter((value) => !isNullish(value));

/** Source: MongoDB manual, "Array Expression Operators" */
export const elementOperators: OperatorTable = {
  $arrayElemAt: binary(arrayElemAt),
  $first: endElement(0),
  $last: endElement(-1),
  $firstN: picker((array, n) => array.slice(0, n)),
  $lastN: picker((array, n) => array.slice(-n)),
  $maxN: picker((array, n, strings) =>
    someOf(array)
      .sort((a, b) => compareValues(b, a, strings))
      .slice(0, n),
  ),
  $minN: picker((array, n, strings) =>
    someOf(array)
      .sort((a, b) => compareValues(a, b, strings))
      .slice(0, n),
  ),
  $slice: variadic(slice, { least: 2, most: 3 }),
  $indexOfArray: variadic((values, name, { strings }) => indexOfArray(values, name, strings), { least: 2, most: 4 }),
  $isArray: unary((value) => isArray(value)),
  $size: unary((value) => {
    if (isArray(value)) return new Int32(value.length);
    throw new ServerError(17124, `The argument to $size must be an array, but was of type: ${nameOfType(value)}`);
  }),
  $in: binary((value, array, name, { strings }) => {
    if (isArray(array)) return value !== undefined && array.some((item) => compareValues(item, value, strings) === 0);
    throw new ServerError(40081, `${name} requires an array as a second argument, found: ${nameOfType(array)}`);
  }),
};
