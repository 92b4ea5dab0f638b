import { ServerError } from "../../errors.js";
import { Regex, Symbol_, type Doc, type Value } from "../../bson/types.js";
import { badValue, type FieldOperator } from "../context.js";
import { leaf, type ValueTest } from "../nodes.js";
import { compileRegex } from "../regex/compile.js";

/** Whether a text matches the regular expression, or a stored regular expression is the same one. */
export function regexTest(pattern: string, options: string): ValueTest {
  const { regex } = compileRegex(pattern, options);
  return (value) => {
    if (typeof value === "string") return regex.test(value);
    if (value instanceof Symbol_) return regex.test(value.value);
    return value instanceof Regex && value.pattern === pattern && value.options === options;
  };
}

function parseRegex(operand: Value, siblings: Doc): Regex {
  const options = siblings.get("$options");
  if (options !== undefined && typeof options !== "string") throw badValue("$options has to be a string");
  if (typeof operand === "string") return new Regex(operand, options ?? "");
  if (!(operand instanceof Regex)) throw badValue("$regex has to be a string");
  if (options === undefined || operand.options === "") return new Regex(operand.pattern, options ?? operand.options);
  const names = [...siblings.keys()];
  const optionsFirst = names.indexOf("$options") < names.indexOf("$regex");
  if (optionsFirst && options === "") return operand;
  throw new ServerError(optionsFirst ? 51074 : 51075, "options set in both $regex and $options");
}

/** Source: MongoDB manual, "$regex" */
export const regexOperators: Readonly<Record<string, FieldOperator>> = {
  $regex: (operand, { siblings }) => {
    const { pattern, options } = parseRegex(operand, siblings);
    return leaf(regexTest(pattern, options));
  },
  $options: (_operand, { siblings }) => {
    if (!siblings.has("$regex")) throw badValue("$options needs a $regex");
    return undefined;
  },
};
