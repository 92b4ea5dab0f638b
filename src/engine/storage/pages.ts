import type { KeyRange } from "./store.js";

/** One step of a long range. */
export interface Page extends KeyRange {
  readonly limit: number;
  /** Enough once this much was read. */
  readonly maxBytes: number;
}

const FIRST_LIMIT = 16;
const LAST_LIMIT = 1024;
const MAX_BYTES = 1024 * 1024;

/**
 * Reads a range page by page, small pages first, so that no cursor stays open between two items: going through a range
 * may be given up at any point, and the data may be changed meanwhile.
 * @param read the next items of a page: fewer than its limit only at the range's end or after `maxBytes`
 */
export function* pagesOf<T>(
  range: KeyRange,
  read: (page: Page) => readonly T[],
  keyOf: (item: T) => Buffer,
): Generator<T, void> {
  let { start, end } = range;
  const reverse = range.reverse ?? false;
  let limit = FIRST_LIMIT;
  while (Buffer.compare(start, end) < 0) {
    const items = read({ start, end, reverse, limit, maxBytes: MAX_BYTES });
    const last = items.at(-1);
    if (last === undefined) return;
    yield* items;
    if (reverse) end = keyOf(last);
    else start = Buffer.concat([keyOf(last), zero]);
    limit = Math.min(limit * 4, LAST_LIMIT);
  }
}

const zero = Buffer.alloc(1);
