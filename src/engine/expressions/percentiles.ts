import { isNumber, toDouble } from "../bson/numbers.js";
import { isArray, type Value } from "../bson/types.js";
import { ServerError } from "../errors.js";
import type { Maybe } from "./arguments.js";

/**
 * The values at the given fractions of the sorted numbers, each one of the numbers (nearest rank).
 * @returns null for each fraction when there are no numbers
 */
export function percentilesOf(values: readonly Maybe[], fractions: readonly number[]): (number | null)[] {
  const sorted = values
    .filter(isNumber)
    .map(toDouble)
    .sort((left, right) => left - right);
  return fractions.map((fraction) => sorted[Math.max(0, Math.ceil(sorted.length * fraction) - 1)] ?? null);
}

/** Checks the `p` of `$percentile`: a list of fractions from 0 to 1. */
export function fractionsOf(value: Maybe): number[] {
  if (!isArray(value) || value.length === 0) {
    throw new ServerError(7750300, "$percentile requires 'p' to be a non-empty array of numbers from 0.0 to 1.0");
  }
  return value.map((item) => {
    const fraction = isNumber(item) ? toDouble(item) : NaN;
    if (fraction >= 0 && fraction <= 1) return fraction;
    throw new ServerError(7750303, "$percentile requires 'p' to be an array of numeric values from 0.0 to 1.0");
  });
}

/** Only the approximate method exists; this engine's answer is exact. */
export function checkMethod(value: Value | undefined, name: string): void {
  if (value === "approximate") return;
  throw new ServerError("BadValue", `Currently only 'approximate' can be used as percentile 'method' of ${name}`);
}
