import { z } from "zod";
import { countCharacters, countOf, describeValue } from "./json-text.js";

/** The words of a broken rule: what was expected, and what stands there. */
export function expected(what: string): (issue: { readonly input?: unknown }) => string {
  return ({ input }) => `Expected ${what}, got ${describeValue(input)}`;
}

/** A text of 1 to `maximum` characters (code points) that UTF-8 can carry; a lone surrogate in an escape it cannot. */
export function textRule(maximum: number) {
  const what = `a text of 1 to ${countOf(maximum)} characters`;
  return z
    .string({ error: expected(what) })
    .refine((text) => hasLength(text, maximum), { error: expected(what), abort: true })
    .refine((text) => !/\p{Surrogate}/u.test(text), {
      error: () => "Expected text that UTF-8 can carry, got half of a surrogate pair",
      abort: true,
    });
}

/** The same with at least one character that is not white space. */
export function visibleTextRule(maximum: number) {
  return textRule(maximum).refine((text) => /\S/u.test(text), {
    error: () => `Expected a text of 1 to ${countOf(maximum)} characters, got only white space`,
    abort: true,
  });
}

/** A JSON number that is whole (`2`, `2.0` and `2e0` are one number in JSON) and in this range. */
export function wholeNumberRule(minimum: number, maximum: number) {
  const what = `a whole number from ${countOf(minimum)} to ${countOf(maximum)}`;
  return z
    .number({ error: expected(what) })
    .refine((number) => Number.isInteger(number) && number >= minimum && number <= maximum, { error: expected(what) });
}

/** Counts code points only where the count of UTF-16 units does not decide. */
function hasLength(text: string, maximum: number): boolean {
  if (text.length === 0 || text.length > 2 * maximum) return false;
  return text.length <= maximum || countCharacters(text) <= maximum;
}
