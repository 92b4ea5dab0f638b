import type { CollectionEntry } from "../catalog/collection-entry.js";
import { nameOf } from "../catalog/names.js";
import { docEntries, docKeyOf } from "../indexes/entry-keys.js";
import type { IndexEntry } from "../indexes/index-entry.js";
import { wholeScan } from "../indexes/plan.js";
import { afterPrefix } from "../storage/store.js";
import type { View } from "../transactions/view.js";
import { placeOf } from "./context.js";
import { scanDocs, startPosition } from "./scan-docs.js";
import { docKeyFrom } from "./stored-doc.js";
import type { StoredDoc } from "./types.js";

/**
 * Checks that every document can be read, stands under its own `_id`, and has exactly its entries in every index.
 * @returns what is wrong, in words; nothing for sound data
 */
export function collectionTroubles(view: View, entry: CollectionEntry): string[] {
  const troubles: string[] = [];
  const expected = new Map(entry.secondary.map((index) => [index, 0]));
  for (const doc of scanDocs(view, entry, wholeScan(entry), startPosition())) {
    try {
      checkDoc(view, entry, doc, expected, troubles);
    } catch (error) {
      troubles.push(`${nameOf(entry.ns)}: a document cannot be read: ${String(error)}`);
    }
  }
  for (const [index, count] of expected) troubles.push(...entryTroubles(view, entry, index, count));
  return troubles;
}

function checkDoc(
  view: View,
  entry: CollectionEntry,
  doc: StoredDoc,
  expected: Map<IndexEntry, number>,
  troubles: string[],
): void {
  doc.doc();
  const own = docKeyFrom(doc.bytes);
  if (own === "array" || !own.key.equals(doc.key)) {
    troubles.push(`${nameOf(entry.ns)}: a document does not stand under its own _id`);
  }
  for (const index of entry.secondary) {
    const { entries } = docEntries(index, doc);
    expected.set(index, (expected.get(index) ?? 0) + entries.length);
    for (const { key, value } of entries) {
      if (view.get("indexes", key)?.equals(value)) continue;
      troubles.push(`${nameOf(entry.ns)}: index ${index.name} lacks an entry of a document`);
    }
  }
}

function entryTroubles(view: View, entry: CollectionEntry, index: IndexEntry, expected: number): string[] {
  const troubles: string[] = [];
  let count = 0;
  for (const found of view.entries("indexes", { start: index.prefix, end: afterPrefix(index.prefix) as Buffer })) {
    count++;
    if (view.get("docs", placeOf(entry, docKeyOf(index, found))) === undefined) {
      troubles.push(`${nameOf(entry.ns)}: index ${index.name} has an entry without a document`);
    }
  }
  if (count !== expected) {
    troubles.push(`${nameOf(entry.ns)}: index ${index.name} has ${count} entries instead of ${expected}`);
  }
  return troubles;
}
