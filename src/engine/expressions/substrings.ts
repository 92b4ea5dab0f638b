import { isNumber, toDouble } from "../bson/numbers.js";
import { Int32, type Value } from "../bson/types.js";
import { toText } from "../bson/extended-json.js";
import { ServerError } from "../errors.js";
import { isNullish, nameOfType, variadic, type Maybe } from "./arguments.js";
import { int32Of } from "./numbers.js";
import { coerceToText } from "./text.js";
import type { CompileOperator, OperatorTable } from "./types.js";

function substrBytes([value, from, count]: readonly Maybe[], name: string): Value {
  if (!isNumber(from)) {
    throw new ServerError(16034, `${name}: starting index must be a numeric type (is BSON type ${nameOfType(from)})`);
  }
  if (!isNumber(count)) {
    throw new ServerError(16035, `${name}: length must be a numeric type (is BSON type ${nameOfType(count)})`);
  }
  const start = Math.trunc(toDouble(from));
  const length = Math.trunc(toDouble(count));
  if (start < 0) throw new ServerError(50752, `${name}: starting index must be non-negative (got: ${start})`);
  const bytes = Buffer.from(coerceToText(value));
  const end = length < 0 ? bytes.length : Math.min(bytes.length, start + length);
  if (isContinuation(bytes[start])) {
    throw new ServerError(28656, `${name}:  Invalid range, starting index is a UTF-8 continuation byte.`);
  }
  if (isContinuation(bytes[end])) {
    throw new ServerError(28657, `${name}:  Invalid range, ending index is in the middle of a UTF-8 character.`);
  }
  return bytes.toString("utf8", start, end);
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}

function substrCodePoints([value, from, count]: readonly Maybe[], name: string): Value {
  const start = wholeArgument(from, { what: `${name}: starting index`, type: 34450, range: 34451 });
  const length = wholeArgument(count, { what: `${name}: length`, type: 34452, range: 34453 });
  if (length < 0) throw new ServerError(34454, `${name}: length must be a nonnegative integer.`);
  if (start < 0) throw new ServerError(34455, `${name}: the starting index must be a nonnegative integer.`);
  const points = Array.from(coerceToText(value));
  return points.slice(start, start + length).join("");
}

function wholeArgument(value: Maybe, { what, type, range }: { what: string; type: number; range: number }): number {
  if (!isNumber(value)) {
    throw new ServerError(type, `${what} must be a numeric type (is BSON type ${nameOfType(value)})`);
  }
  const whole = int32Of(value);
  if (whole !== undefined) return whole;
  throw new ServerError(range, `${what} cannot be represented as a 32-bit integral value: ${toText(value)}`);
}

interface Units<Text> {
  readonly codes: readonly [number, number];
  readonly of: (text: string) => Text;
  readonly length: (text: Text) => number;
  readonly find: (text: Text, token: string, start: number, end: number) => number;
}

/** `$indexOfBytes` and `$indexOfCP`: the place of a text in another between two places, or -1. */
function indexOf<Text>(units: Units<Text>): CompileOperator {
  return variadic(
    ([text, token, from, to], name) => {
      if (isNullish(text)) return null;
      const [first, second] = units.codes;
      if (typeof text !== "string") throw wantsText(first, name, "first", text);
      if (typeof token !== "string") throw wantsText(second, name, "second", token);
      const source = units.of(text);
      const start = indexArgument(from, name, "starting") ?? 0;
      const end = Math.min(indexArgument(to, name, "ending") ?? Infinity, units.length(source));
      if (start > units.length(source) || end < start) return new Int32(-1);
      return new Int32(units.find(source, token, start, end));
    },
    { least: 2, most: 4 },
  );
}

function wantsText(code: number, name: string, place: string, value: Maybe): ServerError {
  return new ServerError(code, `${name} requires a string as the ${place} argument, found: ${nameOfType(value)}`);
}

/** A starting or ending index; undefined when it is not given. */
export function indexArgument(value: Maybe, name: string, which: "starting" | "ending"): number | undefined {
  if (value === undefined) return undefined;
  const whole = int32Of(value);
  if (whole === undefined) {
    const found = `found a value of type: ${nameOfType(value)}, with value: "${toText(value)}"`;
    throw new ServerError(40096, `${name} requires an integral ${which} index, ${found}`);
  }
  if (whole >= 0) return whole;
  throw new ServerError(40097, `${name} requires a nonnegative ${which} index, found: ${whole}`);
}

const bytes: Units<Buffer> = {
  codes: [40091, 40092],
  of: (text) => Buffer.from(text),
  length: (text) => text.length,
  find: (text, token, start, end) => {
    const at = text.subarray(0, end).indexOf(token, start);
    return token === "" ? start : at;
  },
};

const codePoints: Units<readonly string[]> = {
  codes: [40093, 40094],
  of: (text) => Array.from(text),
  length: (text) => text.length,
  find: (text, token, start, end) => {
    const found = text.slice(start, end).join("").indexOf(token);
    return found < 0 ? -1 : start + Array.from(text.slice(start, end).join("").slice(0, found)).length;
  },
};

export const substringOperators: OperatorTable = {
  $substr: variadic(substrBytes, { least: 3, most: 3 }),
  $substrBytes: variadic(substrBytes, { least: 3, most: 3 }),
  $substrCP: variadic(substrCodePoints, { least: 3, most: 3 }),
  $indexOfBytes: indexOf(bytes),
  $indexOfCP: indexOf(codePoints),
};
