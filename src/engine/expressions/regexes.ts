import { Int32, Regex, type Doc, type Value } from "../bson/types.js";
import { ServerError } from "../errors.js";
import { capturesOf, compileRegex, type CompiledRegex } from "../query/regex/compile.js";
import { isNullish, nameOfType, namedArguments, type Maybe } from "./arguments.js";
import type { CompileOperator, Expression, OperatorTable } from "./types.js";

interface Search {
  readonly input: string;
  readonly pattern: CompiledRegex;
}

/** An operator that looks for a pattern; `nothing` is its answer when input or pattern is null. */
function search(nothing: Value, answer: (search: Search) => Value): CompileOperator {
  return (argument, compiler, name) => {
    const codes = { notObject: 51103, unknown: 31024, missing: 31022 };
    const given = namedArguments(argument, name, { required: ["input", "regex"], optional: ["options"], codes });
    const part = (field: string): Expression | undefined => {
      const value = given.get(field);
      return value === undefined ? undefined : compiler.compile(value);
    };
    const [input, regex, options] = [part("input"), part("regex"), part("options")];
    return (scope) => {
      const text = input?.(scope);
      const pattern = patternOf(regex?.(scope), options?.(scope), name);
      if (!isNullish(text) && typeof text !== "string") {
        throw new ServerError(51104, `${name} needs 'input' to be of type string`);
      }
      return isNullish(text) || pattern === undefined ? nothing : answer({ input: text, pattern });
    };
  };
}

function patternOf(regex: Maybe, options: Maybe, name: string): CompiledRegex | undefined {
  if (!isNullish(regex) && typeof regex !== "string" && !(regex instanceof Regex)) {
    throw new ServerError(51105, `${name} needs 'regex' to be of type string or regex`);
  }
  if (!isNullish(options) && typeof options !== "string") {
    throw new ServerError(51106, `${name} needs 'options' to be of type string, found ${nameOfType(options)}`);
  }
  if (isNullish(regex)) return undefined;
  const own = regex instanceof Regex ? regex.options : "";
  if (own !== "" && !isNullish(options)) {
    throw new ServerError(51107, `${name}: found regex option(s) specified in both 'regex' and 'option' fields`);
  }
  return compileRegex(regex instanceof Regex ? regex.pattern : regex, isNullish(options) ? own : options);
}

/** `{ match, idx, captures }`, the place counted in code points. */
function describe({ input, pattern }: Search, match: RegExpExecArray): Doc {
  const idx = Array.from(input.slice(0, match.index)).length;
  const captures = capturesOf(match, pattern).map((capture) => capture ?? null);
  return new Map<string, Value>([
    ["match", match[0]],
    ["idx", new Int32(idx)],
    ["captures", captures],
  ]);
}

function findAll(found: Search): Value {
  const { source, flags } = found.pattern.regex;
  const matches = found.input.matchAll(new RegExp(source, `${flags}g`));
  return Array.from(matches, (match) => describe(found, match));
}

/** Source: MongoDB manual, "$regexMatch", "$regexFind", "$regexFindAll" */
export const regexOperators: OperatorTable = {
  $regexMatch: search(false, ({ input, pattern }) => pattern.regex.test(input)),
  $regexFind: search(null, (found) => {
    const match = found.pattern.regex.exec(found.input);
    return match === null ? null : describe(found, match);
  }),
  $regexFindAll: search([], findAll),
};
