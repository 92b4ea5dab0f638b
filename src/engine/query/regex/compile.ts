import { ServerError } from "../../errors.js";
import { groupName } from "./state.js";
import { translate } from "./translate.js";

export interface CompiledRegex {
  /** Stateless: neither global nor sticky. */
  readonly regex: RegExp;
  /** How many capturing groups the pattern has as its author counts them. */
  readonly captures: number;
}

const cache = new Map<string, CompiledRegex>();
const CACHE_SIZE = 500;

/**
 * Compiles a regular expression of MongoDB's dialect (PCRE) for the runtime.
 * @param options of the letters i, m, s, x and u
 * @throws ServerError 51108 for an unknown option, 51091 for an invalid pattern, CommandNotSupported for a construct
 * that JavaScript cannot express
 * Source: MongoDB manual, "$regex"; pcre2pattern(3)
 */
export function compileRegex(pattern: string, options: string): CompiledRegex {
  const key = `${options}/${pattern}`;
  const known = cache.get(key);
  if (known !== undefined) return known;
  const compiled = compile(pattern, options);
  if (cache.size >= CACHE_SIZE) cache.clear();
  cache.set(key, compiled);
  return compiled;
}

function compile(pattern: string, options: string): CompiledRegex {
  const unknown = /[^imsxu]/.exec(options)?.[0];
  if (unknown !== undefined) throw new ServerError(51108, `invalid flag in regex options: ${unknown}`);
  if (pattern.includes("\0")) {
    throw new ServerError("BadValue", "Regular expression cannot contain an embedded null byte");
  }
  const { source, ignoreCase, captures } = translate(pattern, options);
  try {
    return { regex: new RegExp(source, ignoreCase ? "iu" : "u"), captures };
  } catch (error) {
    if (error instanceof SyntaxError) throw new ServerError(51091, `Regular expression is invalid: ${error.message}`);
    throw error;
  }
}

/** What each capturing group matched, in the pattern's order; undefined for one that took no part. */
export function capturesOf(match: RegExpExecArray, compiled: CompiledRegex): (string | undefined)[] {
  return Array.from({ length: compiled.captures }, (_, index) => match.groups?.[groupName(index + 1)]);
}
