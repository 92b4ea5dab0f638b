import { cutKey, encodeKey } from "../bson/keys.js";
import type { Doc } from "../bson/types.js";
import type { CollectionEntry } from "../catalog/collection-entry.js";
import { ServerError } from "../errors.js";
import type { Query } from "../kernel/types.js";
import { maxFieldBytes } from "./entry-keys.js";
import { idIndexName, type IndexEntry } from "./index-entry.js";
import type { Scan } from "./plan.js";

/**
 * A scan of an index, kept to the entries from `min` on and before `max`.
 * @throws ServerError 51174 for limits that are not about the index's fields, 51175 for limits in the wrong order
 * Source: MongoDB manual, "cursor.min()", "cursor.max()"
 */
export function within(scan: Scan, entry: CollectionEntry, index: IndexEntry, { min, max }: Query): Scan {
  if (min === undefined && max === undefined) return scan;
  const prefix = index.name === idIndexName ? entry.prefix : index.prefix;
  const [from, to] = [min, max].map((limit) => limit && keyOf(limit, index, prefix));
  if (from && to && from.compare(to) >= 0) throw new ServerError(51175, "min must be less than max");
  const ranges = scan.ranges
    .map((range) => ({
      reverse: scan.reverse,
      start: from && from.compare(range.start) > 0 ? from : range.start,
      end: to && to.compare(range.end) < 0 ? to : range.end,
    }))
    .filter(({ start, end }) => start.compare(end) < 0);
  return { ...scan, ranges };
}

function keyOf(limit: Doc, { paths, directions }: IndexEntry, prefix: Buffer): Buffer {
  const names = [...limit.keys()];
  if (names.length !== paths.length || names.some((name, at) => name !== paths[at])) {
    throw new ServerError(51174, "The index provided in the hint does not have the fields of min and max");
  }
  return Buffer.concat([prefix, cutKey(encodeKey([...limit.values()], directions), maxFieldBytes)]);
}
