import type { CollectionEntry } from "../catalog/collection-entry.js";
import { isNumber, toDouble } from "../bson/numbers.js";
import type { Doc, Value } from "../bson/types.js";
import type { KeyRange } from "../storage/store.js";
import { readBits, type View } from "../transactions/view.js";
import { boundsOf, type Bounds } from "./bounds.js";
import { cutBit, idIndexName, multikeyBit, type IndexEntry } from "./index-entry.js";
import { implies } from "./partial.js";
import type { Scan } from "./plan.js";
import type { Predicate } from "./predicates.js";

/** A way to answer a query with one index. */
export interface Candidate {
  readonly scan: Scan;
  readonly bounds: Bounds;
  /** The scan gives the order asked for. */
  readonly sorted: boolean;
  readonly score: number;
}

export interface Wanted {
  readonly predicates: readonly Predicate[];
  readonly sort: Doc | undefined;
}

/** What an index can do for a query; undefined when it may not hold all that the query asks for. */
export function candidateOf(
  view: View,
  entry: CollectionEntry,
  index: IndexEntry,
  wanted: Wanted,
): Candidate | undefined {
  if (!holdsAll(index, wanted.predicates)) return undefined;
  const ofDocs = index.name === idIndexName;
  const bits = readBits(view, index.bitsKey);
  const bounds = boundsOf(index, ofDocs ? entry.prefix : index.prefix, bits, wanted.predicates);
  const direction = wanted.sort ? sortDirection(index, bits, bounds, wanted.sort) : undefined;
  const reverse = direction === -1;
  const single = (ofDocs || index.unique) && bounds.points === index.paths.length && (bits & cutBit) === 0;
  const { ranges } = bounds;
  const scan: Scan = {
    kind: "scan",
    index,
    bounds,
    ranges: reverse ? ranges.map(backward).reverse() : ranges,
    reverse,
    repeats: bits !== 0,
    single: single && ranges.every(isShort),
    bits,
  };
  return {
    scan,
    bounds,
    sorted: direction !== undefined,
    score: scoreOf(index, bounds, scan.single, direction !== undefined),
  };
}

function backward({ start, end }: KeyRange): KeyRange {
  return { start, end, reverse: true };
}

function isShort({ start }: KeyRange): boolean {
  return start.length < LONG;
}

/** Bounds near the length at which keys are cut are not whole keys. */
const LONG = 800;

/** Whether an index that leaves documents out has all that match. */
function holdsAll(index: IndexEntry, predicates: readonly Predicate[]): boolean {
  if (index.partialFilter && !implies(predicates, index.partialFilter)) return false;
  if (!index.sparse) return true;
  return predicates.some((predicate) => index.paths.includes(predicate.path) && !predicate.missing);
}

/** 0 for an index that is no help. One that leaves documents out is, if little. */
function scoreOf(index: IndexEntry, bounds: Bounds, single: boolean, sorted: boolean): number {
  const ranged = bounds.fields.length > bounds.points;
  const selective = index.sparse || index.partialFilter !== undefined;
  return (single ? 1000 : 0) + bounds.points * 10 + (ranged ? 5 : 0) + (sorted ? 3 : 0) + (selective ? 1 : 0);
}

/** Whether going through the bounds forward (1) or backward (-1) gives the order; undefined for neither. */
function sortDirection(index: IndexEntry, bits: number, bounds: Bounds, sort: Doc): 1 | -1 | undefined {
  if ((bits & cutBit) !== 0) return undefined;
  const wanted = [...sort].map(([path, direction]) => ({ path, direction: signOf(direction) }));
  return ([1, -1] as const).find((turn) => gives(index, bits, bounds, wanted, turn));
}

function signOf(direction: Value): number {
  return isNumber(direction) ? Math.sign(toDouble(direction)) : 0;
}

function gives(
  index: IndexEntry,
  bits: number,
  bounds: Bounds,
  wanted: readonly { readonly path: string; readonly direction: number }[],
  turn: 1 | -1,
): boolean {
  let field = 0;
  for (const { path, direction } of wanted) {
    const fixed = index.paths.indexOf(path);
    if (fixed >= 0 && isFixed(bounds, fixed) && (bits & multikeyBit(fixed)) === 0) continue;
    while (index.paths[field] !== path && isFixed(bounds, field)) field++;
    if (index.paths[field] !== path || (bits & multikeyBit(field)) !== 0) return false;
    if (direction !== (index.directions[field] as number) * turn) return false;
    field++;
  }
  return true;
}

/** All entries of the scan have the same value there. */
function isFixed(bounds: Bounds, field: number): boolean {
  const intervals = bounds.fields[field];
  return intervals?.length === 1 && intervals[0]?.point === true;
}
