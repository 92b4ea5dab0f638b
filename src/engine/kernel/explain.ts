import type { CollectionEntry } from "../catalog/collection-entry.js";
import { docOf, Int32, type Doc, type Value } from "../bson/types.js";
import { multikeyBit } from "../indexes/index-entry.js";
import { intervalText } from "../indexes/intervals.js";
import type { Plan, Scan } from "../indexes/plan.js";
import type { View } from "../transactions/view.js";
import { Finder } from "./finder.js";
import type { Explanation, Query } from "./types.js";

/** How a query is answered, and with `run` what that took. */
export function explainQuery(view: View, entry: CollectionEntry, query: Query, run: boolean): Explanation {
  const finder = new Finder(view, entry, query);
  if (run) for (const _ of finder.matches(view, entry)) continue;
  return { winningPlan: planDoc(finder.plan, query), stats: run ? finder.stats : undefined };
}

function planDoc(plan: Plan, query: Query): Doc {
  let stage = accessDoc(plan, query);
  if (plan.sort) {
    const limit = query.limit ? { limitAmount: BigInt(query.limit + (query.skip ?? 0)) } : {};
    stage = docOf({ stage: "SORT", sortPattern: query.sort, ...limit, type: "simple", inputStage: stage });
  }
  if (query.skip) stage = docOf({ stage: "SKIP", skipAmount: BigInt(query.skip), inputStage: stage });
  if (query.limit && !plan.sort) {
    stage = docOf({ stage: "LIMIT", limitAmount: BigInt(query.limit), inputStage: stage });
  }
  return stage;
}

function accessDoc({ access, exact }: Plan, query: Query): Doc {
  const filter = exact || query.filter.size === 0 ? undefined : query.filter;
  if (access.kind === "either") {
    const or = docOf({ stage: "OR", inputStages: access.scans.map(scanDoc) });
    return docOf({ stage: "FETCH", filter, inputStage: or });
  }
  if (access.index === undefined) {
    return docOf({ stage: "COLLSCAN", filter, direction: access.reverse ? "backward" : "forward" });
  }
  return docOf({ stage: "FETCH", filter, inputStage: scanDoc(access) });
}

function scanDoc({ index, bounds, reverse, bits }: Scan): Doc {
  if (index === undefined) return docOf({ stage: "COLLSCAN", direction: reverse ? "backward" : "forward" });
  const multikey = index.paths.filter((_, field) => (bits & multikeyBit(field)) !== 0);
  const indexBounds = index.paths.map((path, field): [string, Value] => {
    const intervals = bounds?.fields[field];
    if (intervals === undefined) return [path, [reverse ? "[MaxKey, MinKey]" : "[MinKey, MaxKey]"]];
    return [path, intervals.map(intervalText)];
  });
  return docOf({
    stage: "IXSCAN",
    keyPattern: index.key,
    indexName: index.name,
    isMultiKey: multikey.length > 0,
    isUnique: index.unique,
    isSparse: index.sparse,
    isPartial: index.partialFilter !== undefined,
    indexVersion: new Int32(2),
    direction: reverse ? "backward" : "forward",
    indexBounds: new Map(indexBounds),
  });
}
