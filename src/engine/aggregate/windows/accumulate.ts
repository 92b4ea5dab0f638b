import type { Value } from "../../bson/types.js";
import type { Scope } from "../../expressions/types.js";
import { accumulatorNamed } from "../accumulators/compile.js";
import type { NewAccumulator } from "../accumulators/types.js";
import { boundsOf, type Bounds } from "./bounds.js";
import type { CompileWindowFunction, Partition, WindowFunction } from "./types.js";

/** The accumulators that may run over a window. */
const windowed = new Set(
  "$addToSet $avg $bottom $bottomN $count $first $firstN $last $lastN $max $maxN $median $min $minN $percentile $push $stdDevPop $stdDevSamp $sum $top $topN".split(
    " ",
  ),
);

/** An accumulator over each document's window; undefined for a name that is none. */
export function windowAccumulator(name: string): CompileWindowFunction | undefined {
  const compile = windowed.has(name) ? accumulatorNamed(name) : undefined;
  if (compile === undefined) return undefined;
  return (argument, context, { window }): WindowFunction => {
    const create = compile(argument, context, name);
    const bounds = boundsOf(window, context);
    const scopeOf = (root: Scope["root"]): Scope => ({ root, vars: context.vars });
    return (partition) => accumulate(partition, bounds, { create, scopeOf });
  };
}

interface Parts {
  readonly create: NewAccumulator;
  readonly scopeOf: (root: Scope["root"]) => Scope;
}

function accumulate(partition: Partition, bounds: Bounds, parts: Parts): Value[] {
  if (bounds.whole) {
    const all = over(partition, parts);
    return partition.map(() => all);
  }
  return bounds.fromStart
    ? running(partition, bounds, parts)
    : partition.map((_doc, index) => {
        const { start, end } = bounds.spanAt(partition, index);
        return over(partition.slice(start, Math.max(start, end)), parts);
      });
}

function over(docs: Partition, { create, scopeOf }: Parts): Value {
  const accumulator = create(scopeOf(new Map()));
  for (const doc of docs) accumulator.add(scopeOf(doc));
  return accumulator.result() ?? null;
}

/** Windows that only grow need each document once. */
function running(partition: Partition, bounds: Bounds, { create, scopeOf }: Parts): Value[] {
  const accumulator = create(scopeOf(new Map()));
  let added = 0;
  return partition.map((_doc, index) => {
    const { end } = bounds.spanAt(partition, index);
    for (; added < end; added++) {
      const doc = partition[added];
      if (doc !== undefined) accumulator.add(scopeOf(doc));
    }
    return snapshot(accumulator.result());
  });
}

/** An accumulator may go on filling the array or document it gave. */
function snapshot(value: Value | undefined): Value {
  if (Array.isArray(value)) return [...(value as readonly Value[])];
  return value ?? null;
}
