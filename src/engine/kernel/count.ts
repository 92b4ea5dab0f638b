import type { CollectionEntry } from "../catalog/collection-entry.js";
import { idIndexName } from "../indexes/index-entry.js";
import { planQuery } from "../indexes/planner.js";
import type { Scan } from "../indexes/plan.js";
import type { View } from "../transactions/view.js";
import { Finder } from "./finder.js";
import type { Query } from "./types.js";

/** How many documents a query gives; counts keys alone where they say all that the filter asks. */
export function countDocs(view: View, entry: CollectionEntry, query: Query): number {
  const { skip = 0, limit = 0, sort: _, compare: __, ...unsorted } = query;
  const { access, exact } = planQuery(view, entry, unsorted);
  const total =
    exact && access.kind === "scan" ? countKeys(view, access) : countMatches(view, entry, unsorted, skip, limit);
  const left = Math.max(0, total - skip);
  return limit > 0 ? Math.min(limit, left) : left;
}

function countKeys(view: View, { index, ranges }: Scan): number {
  const table = index === undefined || index.name === idIndexName ? "docs" : "indexes";
  return ranges.reduce((sum, range) => sum + view.count(table, range), 0);
}

function countMatches(view: View, entry: CollectionEntry, query: Query, skip: number, limit: number): number {
  const bounded = limit > 0 ? { ...query, limit: skip + limit } : query;
  let count = 0;
  for (const _ of new Finder(view, entry, bounded).matches(view, entry)) count++;
  return count;
}
