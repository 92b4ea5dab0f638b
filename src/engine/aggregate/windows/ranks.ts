import { integerOf } from "../../bson/arithmetic.js";
import { toText } from "../../bson/extended-json.js";
import { isDoc, type Value } from "../../bson/types.js";
import { ServerError } from "../../errors.js";
import { namedArguments, nameOfType } from "../../expressions/arguments.js";
import { foldConstant } from "../../expressions/constants.js";
import { int32Of } from "../../expressions/numbers.js";
import type { CompileWindowFunction, WindowContext, WindowFunction } from "./types.js";

/** A rank in the partition; `next` gives it from the last one, the place, and whether the sort key is the same. */
function rank(next: (last: number, place: number, same: boolean) => number): CompileWindowFunction {
  return (argument, context, { name, window }): WindowFunction => {
    if (!isDoc(argument) || argument.size > 0)
      throw new ServerError(5371603, `${name} must be specified with '{}' as the value`);
    if (window !== undefined) throw new ServerError(5371601, `Rank style window functions take no other arguments`);
    const { compare } = soleSort(context, name);
    return (partition) => {
      let last = 0;
      return partition.map((doc, index) => {
        const before = partition[index - 1];
        last = next(last, index + 1, before !== undefined && compare(before, doc) === 0);
        return integerOf(last);
      });
    };
  };
}

function soleSort({ sortBy }: WindowContext, name: string): NonNullable<WindowContext["sortBy"]> {
  if (sortBy?.parts.length === 1) return sortBy;
  throw new ServerError(
    5371602,
    `${name} must be specified with a top level sortBy expression with exactly one element`,
  );
}

/** `$shift`: an expression's value for the document so many places on. */
const shift: CompileWindowFunction = (argument, context, { name }) => {
  const codes = { notObject: 9, unknown: 9, missing: 9 };
  const given = namedArguments(argument, name, { required: ["output", "by"], optional: ["default"], codes });
  if (context.sortBy === undefined) throw new ServerError("FailedToParse", "'$shift' requires a sortBy");
  const by = int32Of(given.get("by"));
  if (by === undefined) {
    throw new ServerError(
      "FailedToParse",
      `'$shift:by' field must be an integer, but found by: ${toText(given.get("by"))}`,
    );
  }
  const output = context.compiler.compile(given.get("output") ?? null);
  const fallback = foldConstant(given.get("default") ?? null, context.compiler);
  if (fallback === undefined)
    throw new ServerError("FailedToParse", "'$shift:default' expression must yield a constant value.");
  return (partition) =>
    partition.map((_doc, index): Value | undefined => {
      const root = partition[index + by];
      return root === undefined ? fallback.value : output({ root, vars: context.vars });
    });
};

/** Refuses a window on a function that has none. */
export function refuseWindow(window: Value | undefined, name: string): void {
  if (window === undefined) return;
  throw new ServerError("FailedToParse", `${name} does not accept a 'window' field, found ${nameOfType(window)}`);
}

export const rankFunctions: Readonly<Record<string, CompileWindowFunction>> = {
  $documentNumber: rank((_last, place) => place),
  $rank: rank((last, place, same) => (same ? last : place)),
  $denseRank: rank((last, _place, same) => (same ? last : last + 1)),
  $shift: shift,
};
