import { afterPrefix, keyText } from "../storage/store.js";
import type { View } from "../transactions/view.js";
import { catalogKey, collectionEntry, databaseKey, decodeRecord, encodeRecord } from "./collection-entry.js";
import type { CollectionEntry, CollectionRecord } from "./collection-entry.js";
import type { Namespace } from "../kernel/types.js";

const versionKey = Buffer.from("version");
const idsKey = Buffer.from("ids");
const KEPT = 4;

type Entries = ReadonlyMap<string, CollectionEntry>;

interface Loaded {
  readonly entry: CollectionEntry;
  readonly value: Buffer;
}

/**
 * What this process knows of the catalog, by version: units on older snapshots find theirs, and a change by another
 * process is a version not known yet.
 */
export class CatalogCache {
  readonly #versions = new Map<string, Entries>();
  #loaded = new Map<string, Loaded>();

  /** The collections as the view has them. */
  entriesOf(view: View): Entries {
    const version = view.get("catalog", versionKey)?.toString("latin1") ?? "";
    const known = this.#versions.get(version);
    if (known) return known;
    const entries = this.#load(view);
    this.#versions.set(version, entries);
    const [oldest] = this.#versions.keys();
    if (this.#versions.size > KEPT && oldest !== undefined) this.#versions.delete(oldest);
    return entries;
  }

  /** After a commit that failed: what other works of it have seen did not come to be. */
  clear(): void {
    this.#versions.clear();
  }

  #load(view: View): Entries {
    const start = databaseKey("");
    const end = afterPrefix(start) as Buffer;
    const loaded = new Map<string, Loaded>();
    for (const { key, value } of view.entries("catalog", { start, end })) {
      const name = keyText(key);
      const known = this.#loaded.get(name);
      loaded.set(
        name,
        known?.value.equals(value) ? known : { entry: collectionEntry(decodeRecord(key, value)), value },
      );
    }
    this.#loaded = loaded;
    return new Map([...loaded].map(([name, { entry }]) => [name, entry]));
  }
}

/** One unit's view of the catalog, with its own changes. */
export class Catalog {
  readonly #view: View;
  readonly #cache: CatalogCache;
  #entries: Entries | undefined;
  #changed = false;
  /** Found last: commands ask for the same collection document by document. */
  #last: CollectionEntry | undefined;

  constructor(view: View, cache: CatalogCache) {
    this.#view = view;
    this.#cache = cache;
  }

  get #all(): Entries {
    return (this.#entries ??= this.#cache.entriesOf(this.#view));
  }

  find(ns: Namespace): CollectionEntry | undefined {
    return this.#all.get(keyText(catalogKey(ns)));
  }

  /** The newest definition of a collection found earlier in this unit. */
  current(collection: { readonly ns: Namespace }): CollectionEntry | undefined {
    if (collection !== this.#last) this.#last = this.find(collection.ns);
    return this.#last;
  }

  list(): readonly CollectionEntry[] {
    return [...this.#all.values()].sort((left, right) => Buffer.compare(left.catalogKey, right.catalogKey));
  }

  /** Adds or changes a collection's definition. */
  put(record: CollectionRecord): CollectionEntry {
    const entry = collectionEntry(record);
    this.#view.claim("catalog", entry.catalogKey);
    this.#view.put("catalog", entry.catalogKey, encodeRecord(record));
    this.#change((entries) => entries.set(keyText(entry.catalogKey), entry));
    return entry;
  }

  remove(entry: CollectionEntry): void {
    this.#view.claim("catalog", entry.catalogKey);
    this.#view.remove("catalog", entry.catalogKey);
    this.#change((entries) => entries.delete(keyText(entry.catalogKey)));
  }

  #change(edit: (entries: Map<string, CollectionEntry>) => void): void {
    const entries = new Map(this.#all);
    edit(entries);
    this.#entries = entries;
    this.#last = undefined;
    if (!this.#changed) this.#view.put("catalog", versionKey, this.#view.version());
    this.#changed = true;
  }

  /** A number for a new collection or index. */
  newId(): number {
    this.#view.claim("meta", idsKey);
    const id = (this.#view.get("meta", idsKey)?.readUInt32BE() ?? 0) + 1;
    const value = Buffer.alloc(4);
    value.writeUInt32BE(id);
    this.#view.put("meta", idsKey, value);
    return id;
  }
}
