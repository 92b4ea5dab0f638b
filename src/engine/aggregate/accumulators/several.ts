import { compareValues } from "../../bson/compare.js";
import { isDoc, type Doc, type Value } from "../../bson/types.js";
import { ServerError } from "../../errors.js";
import { isNullish, namedArguments, nameOfType } from "../../expressions/arguments.js";
import { countOf } from "../../expressions/arrays/elements.js";
import { foldConstant } from "../../expressions/constants.js";
import { checkMethod, fractionsOf, percentilesOf } from "../../expressions/percentiles.js";
import { compileSort } from "../../query/sort.js";
import type { AccumulatorContext, CompileAccumulator } from "./types.js";

const nCodes = { notObject: 5787900, unknown: 5787901, missing: 5787906 };

/** `$firstN`, `$lastN`: the first or last values as the documents come. */
function byPlace(keep: (values: Value[], value: Value, n: number) => void): CompileAccumulator {
  return (argument, { compiler }, name) => {
    const given = namedArguments(argument, name, { required: ["n", "input"], codes: nCodes });
    const count = compiler.compile(given.get("n") ?? null);
    const input = compiler.compile(given.get("input") ?? null);
    return (group) => {
      const n = countOf(count(group));
      const values: Value[] = [];
      return { add: (scope) => keep(values, input(scope) ?? null, n), result: () => values };
    };
  };
}

/** `$minN`, `$maxN`: the least or greatest values, without null and missing ones. */
function bySize(sign: 1 | -1): CompileAccumulator {
  return (argument, { compiler }, name) => {
    const given = namedArguments(argument, name, { required: ["n", "input"], codes: nCodes });
    const count = compiler.compile(given.get("n") ?? null);
    const input = compiler.compile(given.get("input") ?? null);
    const compare = (left: Value, right: Value) => sign * compareValues(left, right, compiler.strings);
    return (group) => {
      const best = keepBest(compare, countOf(count(group)));
      return {
        add(scope) {
          const value = input(scope);
          if (!isNullish(value)) best.add(value);
        },
        result: () => best.items,
      };
    };
  };
}

/** The first `n` items in order, equal ones as they came. */
function keepBest<Item>(
  compare: (left: Item, right: Item) => number,
  n: number,
): { items: Item[]; add(item: Item): void } {
  const items: Item[] = [];
  return {
    items,
    add(item) {
      let low = 0;
      let high = items.length;
      while (low < high) {
        const middle = (low + high) >>> 1;
        if (compare(items[middle] as Item, item) <= 0) low = middle + 1;
        else high = middle;
      }
      if (low >= n) return;
      items.splice(low, 0, item);
      if (items.length > n) items.pop();
    },
  };
}

interface Ranked {
  readonly doc: Doc;
  readonly output: Value;
}

const topCodes = { notObject: 5788001, unknown: 5788002, missing: 5788005 };

/** `$top`, `$topN`, `$bottom`, `$bottomN`: outputs of the documents that come first or last in a sort. */
function bySort(end: "top" | "bottom", several: boolean): CompileAccumulator {
  return (argument, context, name) => {
    const required = several ? ["n", "sortBy", "output"] : ["sortBy", "output"];
    const given = namedArguments(argument, name, { required, codes: topCodes });
    const order = rankedOrder(given.get("sortBy"), context, name);
    const output = context.compiler.compile(given.get("output") ?? null);
    const count = given.get("n");
    const n = count === undefined ? undefined : context.compiler.compile(count);
    const sign = end === "top" ? 1 : -1;
    return (group) => {
      const best = keepBest<Ranked>(
        (left, right) => sign * order(left.doc, right.doc),
        n === undefined ? 1 : countOf(n(group)),
      );
      return {
        add: (scope) => best.add({ doc: scope.root, output: output(scope) ?? null }),
        result() {
          const outputs = best.items.map((item) => item.output);
          if (!several) return outputs[0];
          return end === "top" ? outputs : outputs.reverse();
        },
      };
    };
  };
}

function rankedOrder(sortBy: Value | undefined, { collation }: AccumulatorContext, name: string) {
  if (isDoc(sortBy)) return compileSort(sortBy, collation);
  throw new ServerError(10065, `${name} expects 'sortBy' to be an object, found ${nameOfType(sortBy)}`);
}

const percentileCodes = { notObject: 7429703, unknown: 40415, missing: 40414 };

/** `$percentile` and `$median`. */
function percentile(single: boolean): CompileAccumulator {
  return (argument, { compiler }, name) => {
    const required = single ? ["input", "method"] : ["input", "p", "method"];
    const given = namedArguments(argument, name, { required, codes: percentileCodes });
    checkMethod(given.get("method"), name);
    const fractions = single ? [0.5] : fractionsOf(foldConstant(given.get("p") ?? null, compiler)?.value);
    const input = compiler.compile(given.get("input") ?? null);
    return () => {
      const values: (Value | undefined)[] = [];
      return {
        add: (scope) => values.push(input(scope)),
        result() {
          const found = percentilesOf(values, fractions);
          return single ? (found[0] ?? null) : found;
        },
      };
    };
  };
}

/** Source: MongoDB manual, "$topN (aggregation accumulator)" and its neighbours */
export const severalAccumulators: Readonly<Record<string, CompileAccumulator>> = {
  $firstN: byPlace((values, value, n) => {
    if (values.length < n) values.push(value);
  }),
  $lastN: byPlace((values, value, n) => {
    values.push(value);
    if (values.length > n) values.shift();
  }),
  $minN: bySize(1),
  $maxN: bySize(-1),
  $top: bySort("top", false),
  $topN: bySort("top", true),
  $bottom: bySort("bottom", false),
  $bottomN: bySort("bottom", true),
  $percentile: percentile(false),
  $median: percentile(true),
};
