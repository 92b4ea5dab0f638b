import type { Catalog } from "../catalog/catalog.js";
import type { CollectionEntry } from "../catalog/collection-entry.js";
import type { View } from "../transactions/view.js";
import type { ChangeRecorder } from "./changes.js";

/** What the parts of a unit share. */
export interface UnitContext {
  readonly view: View;
  readonly catalog: Catalog;
  readonly changes: ChangeRecorder;
  /** Bits known to be set in the store, by index: saves looking them up for each document. */
  readonly knownBits: Map<string, number>;
}

/** A document's place in the documents table. */
export function placeOf(entry: CollectionEntry, key: Buffer): Buffer {
  return Buffer.concat([entry.prefix, key]);
}
