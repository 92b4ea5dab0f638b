import { encodeDoc } from "../bson/encode.js";
import { Binary, docOf, UtcDate, type Doc } from "../bson/types.js";
import type { CollectionEntry } from "../catalog/collection-entry.js";
import type { View } from "../transactions/view.js";

export type ChangeKind = "insert" | "update" | "replace" | "delete" | "drop" | "rename" | "dropDatabase" | ExpandedKind;

/** What only streams with `showExpandedEvents` tell. */
export type ExpandedKind = "create" | "createIndexes" | "dropIndexes" | "modify";

/** One change as the log keeps it; times and order come from its key. */
export interface Change {
  readonly kind: ChangeKind;
  readonly entry: CollectionEntry;
  /** The document's BSON before and after. */
  readonly before?: Buffer;
  readonly after?: Buffer;
  /** Where a renamed collection went. */
  readonly to?: Doc;
  /** What was asked for, as the event's `operationDescription` tells it. */
  readonly details?: Doc;
}

/** Until when, in milliseconds since 1970, changes are to be logged; missing when nobody has asked. See `change-log.ts` */
export const watchKey = Buffer.from("watch");

/**
 * Writes the changes of a unit to the log, in the same commit, while somebody watches: copying every document into a
 * log that nobody reads would double the cost of an insert.
 */
export class ChangeRecorder {
  readonly #view: View;
  #watched: boolean | undefined;
  #count = 0;

  constructor(view: View) {
    this.#view = view;
  }

  record(change: Change): void {
    this.#watched ??= this.#isWatched();
    if (!this.#watched) return;
    const key = Buffer.alloc(12);
    this.#view.version().copy(key);
    key.writeUInt32BE(this.#count++, 8);
    this.#view.putNew("changes", key, encodeChange(change));
  }

  #isWatched(): boolean {
    this.#view.rely("meta", watchKey);
    const until = this.#view.get("meta", watchKey);
    return until !== undefined && until.readDoubleBE() > Date.now();
  }
}

const GENERIC = 0;
const UUID = 4;

function encodeChange({ kind, entry, before, after, to, details }: Change): Buffer {
  return encodeDoc(
    docOf({
      kind,
      at: new UtcDate(BigInt(Date.now())),
      db: entry.ns.db,
      coll: entry.ns.coll,
      uuid: new Binary(UUID, entry.uuid),
      before: before && new Binary(GENERIC, before),
      after: after && new Binary(GENERIC, after),
      to,
      details,
    }),
  );
}
