import type { CollectionEntry } from "../catalog/collection-entry.js";
import { compareValues } from "../bson/compare.js";
import { isNumber, toDouble } from "../bson/numbers.js";
import { isDoc, type Doc } from "../bson/types.js";
import { ServerError } from "../errors.js";
import type { Query } from "../kernel/types.js";
import type { View } from "../transactions/view.js";
import { candidateOf, type Candidate } from "./candidates.js";
import type { IndexEntry } from "./index-entry.js";
import { wholeScan, type Plan, type Scan } from "./plan.js";
import { within } from "./within.js";
import { conditionsOf, holdsText, type Conditions, type Predicate } from "./predicates.js";

/**
 * Chooses how to find a query's documents: the index that bounds the scan by the most fields, then one that gives the
 * order; all documents when none helps.
 * @throws ServerError BadValue for a hint without its index, NoQueryExecutionPlans for one that cannot serve the query
 */
export function planQuery(view: View, entry: CollectionEntry, query: Query): Plan {
  const conditions = usableConditions(query);
  const natural = naturalDirection(query.sort) ?? naturalDirection(query.hint);
  if (natural !== undefined) return scanAll(entry, conditions, natural === -1, sortsBy(query) !== undefined);
  const sort = sortsBy(query);
  const order = query.collation ? undefined : sort;
  if (query.hint !== undefined) return hinted(view, entry, query, conditions, sort);
  const best = bestCandidate(view, entry, conditions, order);
  if (best !== undefined && best.score > 0) {
    return { ...planOf(best, conditions, sort), rest: restOf(best, conditions, query.filter) };
  }
  return branches(view, entry, query, conditions, sort) ?? scanAll(entry, conditions, false, sort !== undefined);
}

/** The order to give, if it is one of fields. With a collation, indexes give another one. */
function sortsBy({ sort }: Query): Doc | undefined {
  return sort === undefined || sort.size === 0 || sort.has("$natural") ? undefined : sort;
}

function usableConditions(query: Query): Conditions {
  const collated = query.collation !== undefined;
  const conditions = conditionsOf(query.filter, collated);
  if (!collated) return conditions;
  const predicates = conditions.predicates.filter((predicate) => !holdsText(predicate));
  return { ...conditions, predicates, exact: conditions.exact && predicates.length === conditions.predicates.length };
}

function naturalDirection(value: Doc | string | undefined): 1 | -1 | undefined {
  const direction = isDoc(value) ? value.get("$natural") : undefined;
  return isNumber(direction) ? (toDouble(direction) < 0 ? -1 : 1) : undefined;
}

function scanAll(entry: CollectionEntry, { predicates, exact }: Conditions, reverse: boolean, sort: boolean): Plan {
  return { access: wholeScan(entry, reverse), exact: exact && predicates.length === 0, sort };
}

function bestCandidate(
  view: View,
  entry: CollectionEntry,
  { predicates }: Conditions,
  sort: Doc | undefined,
): Candidate | undefined {
  let best: Candidate | undefined;
  const wanted = { predicates, sort };
  for (const index of entry.indexes) {
    if (index.hidden || !mayHelp(index, predicates, sort)) continue;
    const candidate = candidateOf(view, entry, index, wanted);
    if (candidate && (best === undefined || candidate.score > best.score)) best = candidate;
    // Whole keys of a unique index: nothing is narrower.
    if (best?.scan.single === true) break;
  }
  return best;
}

function mayHelp(index: IndexEntry, predicates: readonly Predicate[], sort: Doc | undefined): boolean {
  const [first] = index.paths;
  return predicates.some(({ path }) => path === first) || (sort?.has(first ?? "") ?? false);
}

function planOf({ scan, bounds, sorted }: Candidate, conditions: Conditions, sort: Doc | undefined): Plan {
  const exact = conditions.exact && scan.bits === 0 && conditions.predicates.every((each) => bounds.exact.has(each));
  return { access: scan, exact, sort: sort !== undefined && !sorted };
}

/** The filter without the fields of which the bounds say all that it asks. */
function restOf({ scan, bounds }: Candidate, { exact, predicates }: Conditions, filter: Doc): Doc | undefined {
  if (!exact || scan.bits !== 0) return undefined;
  const open = new Set(predicates.filter((each) => !bounds.exact.has(each)).map(({ path }) => path));
  const rest = [...filter].filter(([name]) => name.startsWith("$") || open.has(name));
  return rest.length < filter.size ? new Map(rest) : undefined;
}

function hinted(view: View, entry: CollectionEntry, query: Query, conditions: Conditions, sort: Doc | undefined): Plan {
  const index = entry.indexes.find((each) => isNamed(each, query.hint));
  if (index === undefined) {
    const message =
      "error processing query: planner returned error :: caused by :: hint provided does not correspond to an existing index";
    throw new ServerError("BadValue", message);
  }
  const wanted = { predicates: conditions.predicates, sort: query.collation ? undefined : sort };
  const candidate = candidateOf(view, entry, { ...index, sparse: false }, wanted);
  if (candidate === undefined) {
    const message = `error processing query: planner returned error :: caused by :: No query solutions with the hint ${index.name}`;
    throw new ServerError("NoQueryExecutionPlans", message);
  }
  const plan = planOf(candidate, index.sparse ? { ...conditions, exact: false } : conditions, sort);
  return { ...plan, access: within(candidate.scan, entry, index, query) };
}

function isNamed(index: IndexEntry, hint: string | Doc | undefined): boolean {
  if (typeof hint === "string") return index.name === hint;
  return hint !== undefined && compareValues(index.key, hint) === 0;
}

/** An `$or` of which every branch has bounds of its own. */
function branches(
  view: View,
  entry: CollectionEntry,
  query: Query,
  conditions: Conditions,
  sort: Doc | undefined,
): Plan | undefined {
  for (const alternatives of conditions.alternatives) {
    const scans = alternatives.map((filter) => branchScan(view, entry, query, filter));
    const found = scans.filter((scan): scan is Scan => scan !== undefined);
    if (found.length > 0 && found.length === scans.length) {
      return { access: { kind: "either", scans: found }, exact: false, sort: sort !== undefined };
    }
  }
  return undefined;
}

function branchScan(view: View, entry: CollectionEntry, query: Query, filter: Doc): Scan | undefined {
  const conditions = usableConditions({ ...query, filter });
  const best = bestCandidate(view, entry, conditions, undefined);
  return best && best.bounds.fields.length > 0 ? best.scan : undefined;
}
