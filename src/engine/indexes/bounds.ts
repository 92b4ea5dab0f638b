import { keyPrefix } from "../bson/keys.js";
import { afterPrefix, PrefixRange, type KeyRange } from "../storage/store.js";
import { maxFieldBytes } from "./entry-keys.js";
import { multikeyBit, type IndexEntry } from "./index-entry.js";
import { intersection, type Interval } from "./intervals.js";
import type { Predicate } from "./predicates.js";

/** How a scan of an index is bounded. */
export interface Bounds {
  /** In the index's order, without overlaps. */
  readonly ranges: readonly KeyRange[];
  /** The intervals used of each field from the first on; the others are unbounded. */
  readonly fields: readonly (readonly Interval[])[];
  /** How many fields from the first on are bounded by single values. */
  readonly points: number;
  /** The predicates that the ranges fulfil exactly. */
  readonly exact: ReadonlySet<Predicate>;
}

const MAX_RANGES = 10_000;

/**
 * Joins what a filter says of an index's fields to ranges of its keys.
 *
 * Where an index has met arrays, two conditions on one path may be fulfilled by different elements: then only one of
 * them bounds the scan, and of several fields with arrays only the first.
 * @param prefix what stands before each entry's key
 * @param bits what the index has met
 */
export function boundsOf(index: IndexEntry, prefix: Buffer, bits: number, predicates: readonly Predicate[]): Bounds {
  const fields: (readonly Interval[])[] = [];
  const exact = new Set<Predicate>();
  let prefixes: Buffer[] = [prefix];
  let ranges: KeyRange[] | undefined;
  let arrayMet = false;
  for (const [field, path] of index.paths.entries()) {
    const isArray = (bits & multikeyBit(field)) !== 0;
    const usable = predicates.filter((predicate) => predicate.path === path && predicate.intervals !== undefined);
    const used = isArray ? usable.toSorted(narrowestFirst).slice(0, 1) : usable;
    if (used.length === 0 || (isArray && arrayMet)) break;
    arrayMet ||= isArray;
    const intervals = used.map((each) => each.intervals ?? []).reduce(intersection);
    if (prefixes.length * intervals.length > MAX_RANGES) break;
    fields.push(intervals);
    if (!isArray) for (const predicate of used) if (predicate.exact) exact.add(predicate);
    const descending = index.directions[field] === -1;
    if (!intervals.every(({ point }) => point)) {
      ranges = prefixes.flatMap((before) => extended(before, intervals, descending));
      break;
    }
    prefixes = extendedBy(
      prefixes,
      descending ? intervals.map(startOf).map(inverted).reverse() : intervals.map(startOf),
    );
  }
  const points = ranges === undefined ? fields.length : fields.length - 1;
  return {
    ranges: allFitted(ranges ?? prefixes.map(prefixRange), prefix.length + maxFieldBytes),
    fields,
    points,
    exact,
  };
}

function startOf({ start }: Interval): Buffer {
  return start;
}

function prefixRange(start: Buffer): KeyRange {
  return new PrefixRange(start);
}

/** Each of the prefixes with each of the keys behind it. */
function extendedBy(prefixes: readonly Buffer[], keys: readonly Buffer[]): Buffer[] {
  const extended: Buffer[] = [];
  for (const before of prefixes) for (const key of keys) extended.push(Buffer.concat([before, key]));
  return extended;
}

function narrowestFirst(left: Predicate, right: Predicate): number {
  return width(left) - width(right);
}

/** Single values before ranges, two-sided ranges cannot be told from one-sided. */
function width({ intervals = [] }: Predicate): number {
  return intervals.every(({ point }) => point) ? intervals.length : MAX_RANGES + intervals.length;
}

function extended(before: Buffer, intervals: readonly Interval[], descending: boolean): KeyRange[] {
  const ranges = intervals.map(({ start, end }) =>
    descending
      ? { start: afterPrefix(inverted(end)) as Buffer, end: afterPrefix(inverted(start)) as Buffer }
      : { start, end },
  );
  if (descending) ranges.reverse();
  return ranges.map(({ start, end }) => ({ start: Buffer.concat([before, start]), end: Buffer.concat([before, end]) }));
}

function inverted(key: Buffer): Buffer {
  return Buffer.from(key.map((byte) => byte ^ 0xff));
}

/** Long keys are stored cut: bounds that may be longer than what is kept are cut too, to the wider side. */
function allFitted(ranges: readonly KeyRange[], limit: number): readonly KeyRange[] {
  if (ranges.every((range) => isFitted(range, limit))) return ranges;
  const result: KeyRange[] = [];
  for (const range of ranges) {
    const { start, end } = fitted(range, limit);
    const last = result.at(-1);
    if (last === undefined || Buffer.compare(start, last.end) >= 0) result.push({ start, end });
    else if (Buffer.compare(end, last.end) > 0) result[result.length - 1] = { start: last.start, end };
  }
  return result;
}

/** A prefix's end is no longer than the prefix. */
function isFitted(range: KeyRange, limit: number): boolean {
  const fits = keyPrefix(range.start, limit) === range.start;
  return fits && (range instanceof PrefixRange || keyPrefix(range.end, limit) === range.end);
}

function fitted({ start, end }: KeyRange, limit: number): KeyRange {
  const high = keyPrefix(end, limit);
  return { start: keyPrefix(start, limit), end: high === end ? end : (afterPrefix(high) as Buffer) };
}
