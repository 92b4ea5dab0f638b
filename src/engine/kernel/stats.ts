import type { CollectionEntry } from "../catalog/collection-entry.js";
import { wholeScan } from "../indexes/plan.js";
import { afterPrefix } from "../storage/store.js";
import type { View } from "../transactions/view.js";
import { versionBytes } from "./stored-doc.js";
import type { CollectionStats } from "./types.js";

/** Counts everything by looking at it. */
export function collectionStats(view: View, entry: CollectionEntry): CollectionStats {
  let count = 0;
  let size = 0;
  for (const range of wholeScan(entry).ranges) {
    for (const { value } of view.entries("docs", range)) {
      count++;
      size += value.length - versionBytes;
    }
  }
  const indexSizes = new Map<string, number>();
  for (const { name, prefix } of entry.secondary) {
    let bytes = 0;
    const range = { start: prefix, end: afterPrefix(prefix) as Buffer };
    for (const { key, value } of view.entries("indexes", range)) bytes += key.length + value.length;
    indexSizes.set(name, bytes);
  }
  return { count, size, indexSizes };
}
