import { isDoc, type Doc, type Value } from "../bson/types.js";
import { limitOf, skipOf } from "./stages/simple.js";
import type { Leading } from "./types.js";

export interface SplitPipeline {
  readonly leading: Leading;
  readonly rest: readonly Value[];
}

/**
 * Takes from a pipeline's beginning what a collection scan does better: `$match` by an index, `$sort` in an index's
 * order, `$skip` and `$limit` by reading no further. Malformed stages stay in the rest, to be refused there.
 */
export function splitPipeline(stages: readonly Value[]): SplitPipeline {
  const filters: Doc[] = [];
  let at = 0;
  for (let filter = docAt(stages, at, "$match"); filter !== undefined; filter = docAt(stages, ++at, "$match")) {
    filters.push(filter);
  }
  const sort = docAt(stages, at, "$sort");
  if (sort !== undefined && sort.size > 0) at++;
  const bounds = takeBounds(stages, at);
  const [only] = filters;
  const filter = filters.length > 1 ? new Map<string, Value>([["$and", filters]]) : only;
  return {
    leading: {
      ...(filter === undefined ? {} : { filter }),
      ...(sort === undefined || sort.size === 0 ? {} : { sort }),
      ...(bounds.skip === undefined ? {} : { skip: bounds.skip }),
      ...(bounds.limit === undefined ? {} : { limit: bounds.limit }),
    },
    rest: stages.slice(bounds.at),
  };
}

/** A `$skip` and then a `$limit`, in the order in which a scan applies them. */
function takeBounds(stages: readonly Value[], from: number): { at: number; skip?: number; limit?: number } {
  const skip = numberAt(stages, from, "$skip", skipOf);
  const at = skip === undefined ? from : from + 1;
  const limit = numberAt(stages, at, "$limit", limitOf);
  return {
    at: limit === undefined ? at : at + 1,
    ...(skip === undefined ? {} : { skip }),
    ...(limit === undefined ? {} : { limit }),
  };
}

function argumentAt(stages: readonly Value[], at: number, name: string): Value | undefined {
  const stage = stages[at];
  return isDoc(stage) && stage.size === 1 ? stage.get(name) : undefined;
}

function docAt(stages: readonly Value[], at: number, name: string): Doc | undefined {
  const argument = argumentAt(stages, at, name);
  return isDoc(argument) ? argument : undefined;
}

function numberAt(
  stages: readonly Value[],
  at: number,
  name: string,
  read: (value: Value) => number | undefined,
): number | undefined {
  const argument = argumentAt(stages, at, name);
  return argument === undefined ? undefined : read(argument);
}
