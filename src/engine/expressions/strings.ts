import { compareStrings } from "../bson/compare.js";
import { Int32, type Value } from "../bson/types.js";
import { toText } from "../bson/extended-json.js";
import { ServerError } from "../errors.js";
import { binary, isNullish, named, nameOfType, unary, variadic, type Maybe } from "./arguments.js";
import { regexOperators } from "./regexes.js";
import { substringOperators } from "./substrings.js";
import { asciiLower, asciiUpper, coerceToText } from "./text.js";
import type { CompileOperator, OperatorTable } from "./types.js";

function concat(values: readonly Maybe[]): Value {
  if (values.some(isNullish)) return null;
  return values
    .map((value) => {
      if (typeof value === "string") return value;
      throw new ServerError(16702, `$concat only supports strings, not ${nameOfType(value)}`);
    })
    .join("");
}

function split(text: Maybe, separator: Maybe): Value {
  if (isNullish(text) || isNullish(separator)) return null;
  const wrong = (code: number, place: string, value: Maybe) => {
    const message = `$split requires an expression that evaluates to a string as a ${place} argument, found: ${nameOfType(value)}`;
    return new ServerError(code, message);
  };
  if (typeof text !== "string") throw wrong(40085, "first", text);
  if (typeof separator !== "string") throw wrong(40086, "second", separator);
  if (separator === "") throw new ServerError(40087, "$split requires a non-empty separator");
  return text.split(separator);
}

const WHITESPACE = "\0 \t\n\v\f\r\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a";

function trimmer(sides: { readonly left: boolean; readonly right: boolean }): CompileOperator {
  const codes = { notObject: 50696, unknown: 50694, missing: 50695 };
  return named({ required: ["input"], optional: ["chars"], codes }, ({ input, chars }, name) => {
    if (isNullish(input)) return null;
    if (typeof input !== "string") throw notText(50699, `${name} requires its input to be a string`, input);
    if (chars === null) return null;
    if (chars !== undefined && typeof chars !== "string") {
      throw notText(50700, `${name} requires 'chars' to be a string`, chars);
    }
    return trim(input, new Set(chars ?? WHITESPACE), sides);
  });
}

function notText(code: number, what: string, value: Value): ServerError {
  return new ServerError(code, `${what}, got ${toText(value)} (of type ${nameOfType(value)}) instead.`);
}

function trim(text: string, chars: ReadonlySet<string>, sides: { left: boolean; right: boolean }): string {
  const points = Array.from(text);
  let start = 0;
  let end = points.length;
  while (sides.left && start < end && chars.has(points[start] as string)) start++;
  while (sides.right && end > start && chars.has(points[end - 1] as string)) end--;
  return points.slice(start, end).join("");
}

function replacer(replace: (input: string, find: string, replacement: string) => string): CompileOperator {
  const codes = { notObject: 51751, unknown: 51750, missing: 51749 };
  return named({ required: ["input", "find", "replacement"], codes }, (values, name) => {
    const { input, find, replacement } = values;
    const checked = [
      textOrNull(input, 51746, `${name} requires that 'input' be a string`),
      textOrNull(find, 51745, `${name} requires that 'find' be a string`),
      textOrNull(replacement, 51744, `${name} requires that 'replacement' be a string`),
    ];
    const [text, from, to] = checked as [string | null, string | null, string | null];
    return text === null || from === null || to === null ? null : replace(text, from, to);
  });
}

function textOrNull(value: Maybe, code: number, what: string): string | null {
  if (isNullish(value)) return null;
  if (typeof value === "string") return value;
  throw new ServerError(code, `${what}, found: ${toText(value)}`);
}

function strcasecmp(left: Maybe, right: Maybe): Value {
  return new Int32(Math.sign(compareStrings(asciiUpper(coerceToText(left)), asciiUpper(coerceToText(right)))));
}

function lengthOf(code: number, measure: (text: string) => number): CompileOperator {
  return unary((value, name) => {
    if (typeof value === "string") return new Int32(measure(value));
    throw new ServerError(code, `${name} requires a string argument, found: ${nameOfType(value)}`);
  });
}

/** Source: MongoDB manual, "String Expression Operators" */
export const stringOperators: OperatorTable = {
  $concat: variadic(concat),
  $split: binary(split),
  $trim: trimmer({ left: true, right: true }),
  $ltrim: trimmer({ left: true, right: false }),
  $rtrim: trimmer({ left: false, right: true }),
  $replaceOne: replacer((input, find, replacement) => input.replace(find, () => replacement)),
  $replaceAll: replacer((input, find, replacement) =>
    // An empty pattern also stands between the halves of a surrogate pair for JavaScript, not for the server.
    find === ""
      ? Array.from(input).reduce((out, point) => out + point + replacement, replacement)
      : input.replaceAll(find, () => replacement),
  ),
  $strcasecmp: binary(strcasecmp),
  $strLenBytes: lengthOf(34473, (text) => Buffer.byteLength(text)),
  $strLenCP: lengthOf(34471, (text) => Array.from(text).length),
  $toLower: unary((value) => asciiLower(coerceToText(value))),
  $toUpper: unary((value) => asciiUpper(coerceToText(value))),
  ...substringOperators,
  ...regexOperators,
};
