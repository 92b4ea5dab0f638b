import { isNumber } from "../../bson/numbers.js";
import { toText } from "../../bson/extended-json.js";
import { Int32, isArray, isDoc, type Value } from "../../bson/types.js";
import { ServerError } from "../../errors.js";
import { isNullish, namedArguments, nameOfType, unary, variadic, type Maybe } from "../arguments.js";
import { elementOrder } from "../element-order.js";
import { int32Of } from "../numbers.js";
import type { CompileOperator, Expression, OperatorTable } from "../types.js";

function concatArrays(values: readonly Maybe[]): Value {
  if (values.some(isNullish)) return null;
  return values.flatMap((value) => {
    if (isArray(value)) return value;
    throw new ServerError(28664, `$concatArrays only supports arrays, not ${nameOfType(value)}`);
  });
}

/** The bound on what one expression may build. */
const MAX_RANGE_BYTES = 100 * 1024 * 1024;
const BYTES_PER_ELEMENT = 24;

function range([from, to, by]: readonly Maybe[]): Value {
  const start = rangeNumber(from, "starting value", [34443, 34444]);
  const end = rangeNumber(to, "ending value", [34445, 34446]);
  const step = by === undefined ? 1 : rangeNumber(by, "step value", [34447, 34448]);
  if (step === 0) throw new ServerError(34449, "$range requires a non-zero step value");
  const count = Math.max(0, Math.ceil((end - start) / step));
  if (count * BYTES_PER_ELEMENT > MAX_RANGE_BYTES) {
    throw new ServerError(
      "ExceededMemoryLimit",
      `$range would use too much memory (${count * BYTES_PER_ELEMENT} bytes)`,
    );
  }
  return Array.from({ length: count }, (_, index) => new Int32(start + index * step));
}

function rangeNumber(value: Maybe, what: string, codes: readonly [number, number]): number {
  if (!isNumber(value)) {
    throw new ServerError(codes[0], `$range requires a numeric ${what}, found value of type:${nameOfType(value)}`);
  }
  const whole = int32Of(value);
  if (whole !== undefined) return whole;
  const message = `$range requires a ${what} that can be represented as a 32-bit integer, found value: ${toText(value)}`;
  throw new ServerError(codes[1], message);
}

const sortArray: CompileOperator = (argument, compiler, name) => {
  const codes = { notObject: 2942500, unknown: 2942501, missing: 2942502 };
  const given = namedArguments(argument, name, { required: ["input", "sortBy"], codes });
  const input = compiler.compile(given.get("input") ?? null);
  const compare = elementOrder(given.get("sortBy") ?? null, compiler.strings, name);
  return (scope) => {
    const array = input(scope);
    if (isNullish(array)) return null;
    if (isArray(array)) return array.toSorted(compare);
    const message = `The input argument to $sortArray must be an array, but was of type: ${nameOfType(array)}`;
    throw new ServerError(2942504, message);
  };
};

interface ZipShape {
  readonly inputs: readonly Expression[];
  readonly defaults: readonly Expression[] | undefined;
  readonly longest: boolean;
}

const zip: CompileOperator = (argument, compiler) => {
  if (!isDoc(argument)) {
    throw new ServerError(34460, `$zip only supports an object as an argument, found ${nameOfType(argument)}`);
  }
  const unknown = [...argument.keys()].find((key) => !["inputs", "defaults", "useLongestLength"].includes(key));
  if (unknown !== undefined) throw new ServerError(34464, `$zip found an unknown argument: ${unknown}`);
  const list = (field: string, code: number) => {
    const value = argument.get(field);
    if (value === undefined) return undefined;
    if (isArray(value)) return value.map((item) => compiler.compile(item));
    throw new ServerError(code, `${field} must be an array of expressions, found ${nameOfType(value)}`);
  };
  const longest = argument.get("useLongestLength") ?? false;
  if (typeof longest !== "boolean") {
    throw new ServerError(34463, `useLongestLength must be a bool, found ${nameOfType(longest)}`);
  }
  const shape = { inputs: list("inputs", 34461) ?? [], defaults: list("defaults", 34462), longest };
  checkZip(shape);
  return (scope) => {
    const arrays = shape.inputs.map((input) => input(scope));
    if (arrays.some(isNullish)) return null;
    const defaults = shape.defaults?.map((value) => value(scope) ?? null) ?? [];
    return zipArrays(arrays.map(zipInput), defaults, longest);
  };
};

function checkZip({ inputs, defaults, longest }: ZipShape): void {
  if (inputs.length === 0) throw new ServerError(34465, "$zip requires at least one input array");
  if (defaults === undefined) return;
  if (!longest) throw new ServerError(34466, "cannot specify defaults unless useLongestLength is true");
  if (defaults.length !== inputs.length) {
    throw new ServerError(34467, "defaults and inputs must have the same length");
  }
}

function zipInput(value: Maybe): readonly Value[] {
  if (isArray(value)) return value;
  throw new ServerError(34468, `$zip found a non-array expression in input: ${toText(value)}`);
}

function zipArrays(arrays: readonly (readonly Value[])[], defaults: readonly Value[], longest: boolean): Value {
  const lengths = arrays.map((array) => array.length);
  const length = longest ? Math.max(...lengths) : Math.min(...lengths);
  return Array.from({ length }, (_, row) =>
    arrays.map((array, column) => (row < array.length ? (array[row] ?? null) : (defaults[column] ?? null))),
  );
}

export const shapeOperators: OperatorTable = {
  $concatArrays: variadic(concatArrays),
  $range: variadic(range, { least: 2, most: 3 }),
  $sortArray: sortArray,
  $zip: zip,
  $reverseArray: unary((value) => {
    if (isNullish(value)) return null;
    if (isArray(value)) return value.toReversed();
    const message = `The argument to $reverseArray must be an array, but was of type: ${nameOfType(value)}`;
    throw new ServerError(34435, message);
  }),
};
