import { typeRank } from "../bson/compare.js";
import { encodeKey, tagOf } from "../bson/keys.js";
import { toText } from "../bson/extended-json.js";
import type { Value } from "../bson/types.js";
import { afterPrefix } from "../storage/store.js";

/**
 * Values of one field, as the ascending keys from `start` up to but without `end`. No key is the beginning of another,
 * so a value's own key and the next possible one bound exactly that value.
 */
export interface Interval {
  readonly start: Buffer;
  readonly end: Buffer;
  /** A single value. */
  readonly point: boolean;
  /** The ends as `explain` shows them, `[5` and `inf.0]`; of a single value the value. */
  readonly from: string | { readonly value: Value | undefined };
  readonly to: string | { readonly value: Value | undefined };
}

/** As `explain` shows it: `[5, inf.0]`. */
export function intervalText({ from, to }: Interval): string {
  const low = typeof from === "string" ? from : `[${valueText(from.value)}`;
  const high = typeof to === "string" ? to : `${valueText(to.value)}]`;
  return `${low}, ${high}`;
}

function valueText(value: Value | undefined): string {
  return value === undefined ? "null" : toText(value);
}

function keyOf(value: Value | undefined): Buffer {
  return encodeKey([value]);
}

function after(key: Buffer): Buffer {
  return afterPrefix(key) as Buffer;
}

/** A single value. A filter may name thousands of them, and the end of one is seldom asked for. */
class Point implements Interval {
  readonly start: Buffer;
  readonly point = true;
  readonly value: Value | undefined;

  constructor(value: Value | undefined) {
    this.start = keyOf(value);
    this.value = value;
  }

  get end(): Buffer {
    return after(this.start);
  }

  get from(): this {
    return this;
  }

  get to(): this {
    return this;
  }
}

export function pointAt(value: Value | undefined): Interval {
  return new Point(value);
}

/** Where a value's type begins and ends, with the way `explain` writes that. */
function bracketOf(value: Value): { start: Buffer; end: Buffer; low: string; high: string } {
  const tag = tagOf(typeRank(value));
  const bracket = { start: Buffer.from([tag]), end: Buffer.from([tag + 1]), low: "[MinValue", high: "MaxValue)" };
  if (typeof value === "string") return { ...bracket, low: '[""', high: "{})" };
  // NaN comes before all numbers and is smaller than none.
  if (isNumeric(value)) return { ...bracket, start: after(keyOf(Number.NaN)), low: "[-inf.0", high: "inf.0]" };
  return bracket;
}

function isNumeric(value: Value): boolean {
  return typeRank(value) === typeRank(0);
}

/** Values of the same type on one side of `value`. */
export function rangeFrom(operator: "$gt" | "$gte" | "$lt" | "$lte", value: Value): Interval {
  const { start, end, low, high } = bracketOf(value);
  const key = keyOf(value);
  const text = toText(value);
  switch (operator) {
    case "$gt":
      return { start: after(key), end, point: false, from: `(${text}`, to: high };
    case "$gte":
      return { start: key, end, point: false, from: `[${text}`, to: high };
    case "$lt":
      return { start, end: key, point: false, from: low, to: `${text})` };
    default:
      return { start, end: after(key), point: false, from: low, to: `${text}]` };
  }
}

/** Texts that begin with `prefix`. */
export function textsFrom(prefix: string): Interval {
  const key = keyOf(prefix);
  const start = key.subarray(0, key.length - 1);
  return { start, end: after(start), point: false, from: `["${prefix}"`, to: `"${prefix}…")` };
}

/** In order and without overlaps. */
export function union(intervals: readonly Interval[]): Interval[] {
  const sorted = [...intervals].sort(byStart);
  const result: Interval[] = [];
  for (const interval of sorted) {
    const last = result.at(-1);
    if (interval.point && last?.point === true) {
      if (!interval.start.equals(last.start)) result.push(interval);
      continue;
    }
    if (Buffer.compare(interval.start, interval.end) >= 0) continue;
    if (last === undefined || Buffer.compare(interval.start, last.end) >= 0) result.push(interval);
    else if (Buffer.compare(interval.end, last.end) > 0) result[result.length - 1] = joined(last, interval);
  }
  return result;
}

function byStart(left: Interval, right: Interval): number {
  return Buffer.compare(left.start, right.start);
}

function joined(left: Interval, right: Interval): Interval {
  return { start: left.start, end: right.end, point: false, from: left.from, to: right.to };
}

/** What lies in both; both in order and without overlaps. */
export function intersection(left: readonly Interval[], right: readonly Interval[]): Interval[] {
  const result: Interval[] = [];
  let other = 0;
  for (const interval of left) {
    while (other < right.length && Buffer.compare((right[other] as Interval).end, interval.start) <= 0) other++;
    for (let at = other; at < right.length; at++) {
      const candidate = right[at] as Interval;
      if (Buffer.compare(candidate.start, interval.end) >= 0) break;
      result.push(overlap(interval, candidate));
    }
  }
  return result;
}

function overlap(left: Interval, right: Interval): Interval {
  if (left.point) return left;
  if (right.point) return right;
  const later = Buffer.compare(left.start, right.start) >= 0 ? left : right;
  const earlier = Buffer.compare(left.end, right.end) <= 0 ? left : right;
  return { start: later.start, end: earlier.end, point: false, from: later.from, to: earlier.to };
}
