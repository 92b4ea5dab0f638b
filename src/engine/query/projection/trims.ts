import { isNumber, toDouble } from "../../bson/numbers.js";
import { isArray, type Value } from "../../bson/types.js";
import { ServerError } from "../../errors.js";
import type { Trim } from "./nodes.js";

/**
 * Reads the operand of a projection's `$slice`: a count, or how many to skip and then to keep.
 * @returns undefined for the form of the expression `$slice`, which names its array
 */
export function parseSlice(operand: Value): Trim | undefined {
  if (isNumber(operand)) return sliceCount(Math.trunc(toDouble(operand)));
  if (!isArray(operand)) return undefined;
  const [skip, limit] = operand;
  if (operand.length !== 2 || !isNumber(skip) || !isNumber(limit)) return undefined;
  const count = Math.trunc(toDouble(limit));
  if (count <= 0) throw new ServerError(28724, "First argument to $slice must be an array, but is of type: int");
  return sliceFrom(Math.trunc(toDouble(skip)), count);
}

function sliceCount(count: number): Trim {
  return (items) => (count < 0 ? items.slice(count) : items.slice(0, count));
}

function sliceFrom(skip: number, count: number): Trim {
  return (items) => {
    const start = skip < 0 ? Math.max(items.length + skip, 0) : skip;
    return items.slice(start, start + count);
  };
}

/** The element that the filter matched. */
export const positionalTrim: Trim = (items, positional) => {
  if (positional === undefined) {
    throw new ServerError(
      51246,
      "Executor error during find command :: caused by :: positional operator '.$' couldn't find a matching element in the array",
    );
  }
  const item = items[positional];
  if (item !== undefined) return [item];
  throw new ServerError(
    51247,
    "Executor error during find command :: caused by :: positional operator '.$' element mismatch",
  );
};
