import type { Doc } from "../bson/types.js";
import type { CollectionEntry } from "../catalog/collection-entry.js";
import type { KeyRange } from "../storage/store.js";
import type { Bounds } from "./bounds.js";
import type { IndexEntry } from "./index-entry.js";

/** One pass over ranges of keys. */
export interface Scan {
  readonly kind: "scan";
  /** The index gone through; undefined for the collection itself. The index on `_id` is the documents' own table. */
  readonly index: IndexEntry | undefined;
  readonly bounds: Bounds | undefined;
  /** In the order in which they are gone through. */
  readonly ranges: readonly KeyRange[];
  readonly reverse: boolean;
  /** The same document may come up twice. */
  readonly repeats: boolean;
  /** Each range holds one entry at most, at its start: the keys of a unique index. */
  readonly single: boolean;
  /** Fields that have met an array, for `explain`. */
  readonly bits: number;
}

/** One scan for each branch of an `$or`. */
interface Either {
  readonly kind: "either";
  readonly scans: readonly Scan[];
}

export type Access = Scan | Either;

export interface Plan {
  readonly access: Access;
  /** What the access gives is just what the filter asks for: no document needs to be looked at. */
  readonly exact: boolean;
  /** What the filter asks beyond that, where it is less than the whole filter. */
  readonly rest?: Doc | undefined;
  /** The results have to be sorted. */
  readonly sort: boolean;
}

/** Every document, by `_id`. */
export function wholeScan(entry: CollectionEntry, reverse = false): Scan {
  const end = Buffer.alloc(4);
  end.writeUInt32BE(entry.id + 1);
  const ranges = [{ start: entry.prefix, end, reverse }];
  return {
    kind: "scan",
    index: undefined,
    bounds: undefined,
    ranges,
    reverse,
    repeats: false,
    single: false,
    bits: 0,
  };
}
