import type { CollectionEntry } from "../catalog/collection-entry.js";
import { docKeyOf } from "../indexes/entry-keys.js";
import { idIndexName } from "../indexes/index-entry.js";
import type { Access, Scan } from "../indexes/plan.js";
import { keyText, type Entry, type KeyRange } from "../storage/store.js";
import type { View } from "../transactions/view.js";
import { placeOf } from "./context.js";
import { storedDocFrom } from "./stored-doc.js";
import type { StoredDoc } from "./types.js";

/** Where a scan is, so that it can go on later, on a newer state of the data. */
export interface ScanPosition {
  scan: number;
  range: number;
  /** The last key seen of the range; undefined at its beginning. */
  last: Buffer | undefined;
  /** Documents seen, where they may come up again. */
  readonly seen: Set<string>;
  keysExamined: number;
  docsExamined: number;
}

export function startPosition(): ScanPosition {
  return { scan: 0, range: 0, last: undefined, seen: new Set(), keysExamined: 0, docsExamined: 0 };
}

const PREFIX_BYTES = 4;

/** The documents of an access from `position` on, which moves with them. */
export function* scanDocs(
  view: View,
  entry: CollectionEntry,
  access: Access,
  position: ScanPosition,
): Generator<StoredDoc, void> {
  const scans = access.kind === "scan" ? [access] : access.scans;
  const repeats = access.kind === "either" || access.repeats;
  for (; position.scan < scans.length; position.scan++, position.range = 0) {
    const scan = scans[position.scan] as Scan;
    for (; position.range < scan.ranges.length; position.range++, position.last = undefined) {
      if (scan.single) {
        const doc = singleDoc(view, entry, scan, position);
        if (doc !== undefined && !(repeats && !isNew(position, doc))) yield doc;
        continue;
      }
      for (const doc of rangeDocs(view, entry, scan, position)) {
        if (repeats && !isNew(position, doc)) continue;
        yield doc;
      }
    }
  }
}

function isNew(position: ScanPosition, doc: StoredDoc): boolean {
  const name = keyText(doc.key);
  if (position.seen.has(name)) return false;
  position.seen.add(name);
  return true;
}

function rangeDocs(view: View, entry: CollectionEntry, scan: Scan, position: ScanPosition): Iterable<StoredDoc> {
  const range = rest(scan.ranges[position.range] as KeyRange, position.last);
  const ofDocs = scan.index === undefined || scan.index.name === idIndexName;
  return ofDocs ? docsIn(view, scan, range, position) : indexedDocs(view, entry, scan, range, position);
}

/** What is left of a range after its last key seen. */
function rest(range: KeyRange, last: Buffer | undefined): KeyRange {
  if (last === undefined) return range;
  const { start, end, reverse = false } = range;
  return reverse ? { start, end: last, reverse } : { start: Buffer.concat([last, zero]), end };
}

const zero = Buffer.alloc(1);

function* docsIn(view: View, scan: Scan, range: KeyRange, position: ScanPosition): Generator<StoredDoc, void> {
  for (const { key, value } of view.entries("docs", range)) {
    position.last = key;
    if (scan.index !== undefined) position.keysExamined++;
    position.docsExamined++;
    yield storedDocFrom(key.subarray(PREFIX_BYTES), value);
  }
}

function* indexedDocs(
  view: View,
  entry: CollectionEntry,
  scan: Scan,
  range: KeyRange,
  position: ScanPosition,
): Generator<StoredDoc, void> {
  for (const found of view.entries("indexes", range)) {
    position.last = found.key;
    position.keysExamined++;
    const doc = fetched(view, entry, scan, found, position);
    if (doc) yield doc;
  }
}

/** The document of a range that holds one key at most. Without a generator, for queries have thousands of such ranges. */
function singleDoc(view: View, entry: CollectionEntry, scan: Scan, position: ScanPosition): StoredDoc | undefined {
  const { start } = scan.ranges[position.range] as KeyRange;
  const isDone = position.last !== undefined;
  position.last = start;
  if (isDone) return undefined;
  const ofDocs = scan.index?.name === idIndexName;
  const value = view.get(ofDocs ? "docs" : "indexes", start);
  if (value === undefined) return undefined;
  position.keysExamined++;
  if (!ofDocs) return fetched(view, entry, scan, { key: start, value }, position);
  position.docsExamined++;
  return storedDocFrom(start.subarray(PREFIX_BYTES), value);
}

function fetched(
  view: View,
  entry: CollectionEntry,
  { index }: Scan,
  found: Entry,
  position: ScanPosition,
): StoredDoc | undefined {
  if (index === undefined) return undefined;
  const key = docKeyOf(index, found);
  const value = view.get("docs", placeOf(entry, key));
  position.docsExamined++;
  return value && storedDocFrom(key, value);
}
