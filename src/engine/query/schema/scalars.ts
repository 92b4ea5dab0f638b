import { moduloDecimals } from "../../bson/decimal-arithmetic.js";
import { compareNumbers, isNaNValue, isNumber, toDecimal, toExactLong, type NumberValue } from "../../bson/numbers.js";
import { toText } from "../../bson/extended-json.js";
import { docOf, type Doc, type Value } from "../../bson/types.js";
import { compileRegex } from "../regex/compile.js";
import { broken, rule, unparsable, wrongKeyword, type KeywordFamily, type Rule } from "./types.js";

/** A whole number that is not negative. */
export function readCount(keyword: string, value: Value): number {
  const shown = `${keyword}: ${toText(value)}`;
  if (!isNumber(value)) throw unparsable(`Expected a number in: ${shown}`);
  const count = toExactLong(value);
  if (count === undefined) throw unparsable(`Expected an integer: ${shown}`);
  if (count < 0n) throw unparsable(`Expected a non-negative number in: ${shown}`);
  return Number(count);
}

function patternRule(given: Value): Rule {
  if (typeof given !== "string") throw wrongKeyword("pattern", "a string");
  const { regex } = compileRegex(given, "");
  return rule(
    (value) => typeof value !== "string" || regex.test(value),
    (value) => broken("pattern", given, { reason: "regular expression did not match", consideredValue: value }),
  );
}

function lengthRule(keyword: string, given: Value, holds: (length: number, limit: number) => boolean): Rule {
  const limit = readCount(keyword, given);
  return rule(
    (value) => typeof value !== "string" || holds(Array.from(value).length, limit),
    (value) => broken(keyword, given, { reason: "specified string length was not satisfied", consideredValue: value }),
  );
}

function multipleRule(given: Value): Rule {
  if (!isNumber(given)) throw wrongKeyword("multipleOf", "a number");
  const divisor = toDecimal(given);
  if (divisor.kind === "finite" && (divisor.negative || divisor.coefficient === 0n)) {
    throw unparsable("$jsonSchema keyword 'multipleOf' must have a positive value");
  }
  const reason = "considered value is not a multiple of the specified value";
  return rule(
    (value) => {
      const rest = isNumber(value) ? moduloDecimals(toDecimal(value), divisor) : undefined;
      return rest === undefined || (rest.kind === "finite" && rest.coefficient === 0n);
    },
    (value) => broken("multipleOf", given, { reason, consideredValue: value }),
  );
}

interface Bound {
  readonly keyword: "maximum" | "minimum";
  readonly exclusiveKeyword: "exclusiveMaximum" | "exclusiveMinimum";
  /** 1 when values must be below the bound, -1 when above. */
  readonly side: 1 | -1;
}

const maximum: Bound = { keyword: "maximum", exclusiveKeyword: "exclusiveMaximum", side: 1 };
const minimum: Bound = { keyword: "minimum", exclusiveKeyword: "exclusiveMinimum", side: -1 };

function boundRule(schema: Doc, { keyword, exclusiveKeyword, side }: Bound): Rule | undefined {
  const given = schema.get(keyword);
  const exclusive = schema.get(exclusiveKeyword);
  if (given === undefined) {
    if (exclusive === undefined) return undefined;
    throw unparsable(`$jsonSchema keyword '${keyword}' must be a present if ${exclusiveKeyword} is present`);
  }
  if (exclusive !== undefined && typeof exclusive !== "boolean") throw wrongKeyword(exclusiveKeyword, "a boolean");
  if (!isNumber(given)) throw wrongKeyword(keyword, "a number");
  const specifiedAs = docOf({ [keyword]: given, [exclusiveKeyword]: exclusive });
  return rule(
    (value) => !isNumber(value) || isWithin(value, given, side, exclusive === true),
    (value) => docOf({ operatorName: keyword, specifiedAs, reason: "comparison failed", consideredValue: value }),
  );
}

function isWithin(value: NumberValue, bound: NumberValue, side: 1 | -1, exclusive: boolean): boolean {
  if (isNaNValue(value) || isNaNValue(bound)) return !exclusive && isNaNValue(value) && isNaNValue(bound);
  const order = compareNumbers(value, bound) * side;
  return exclusive ? order < 0 : order <= 0;
}

/** Source: MongoDB manual, "$jsonSchema", keywords of strings and numbers */
export const scalarKeywords: KeywordFamily = (schema) => {
  const rules: (Rule | undefined)[] = [];
  const add = (keyword: string, make: (given: Value) => Rule): void => {
    const given = schema.get(keyword);
    if (given !== undefined) rules.push(make(given));
  };
  add("pattern", patternRule);
  add("maxLength", (given) => lengthRule("maxLength", given, (length, limit) => length <= limit));
  add("minLength", (given) => lengthRule("minLength", given, (length, limit) => length >= limit));
  add("multipleOf", multipleRule);
  rules.push(boundRule(schema, maximum), boundRule(schema, minimum));
  return rules.filter((made) => made !== undefined);
};
