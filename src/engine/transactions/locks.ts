import { keyText, tables, type Table } from "../storage/store.js";

/** Whoever holds locks: an open transaction. */
export interface Holder {
  /** Resolves when it is over, by commit or abort. */
  readonly ended: Promise<void>;
}

/** One key of a table. */
export interface Place {
  readonly table: Table;
  readonly key: Buffer;
}

/**
 * What the open transactions of this process have written: gives conflicts early, at the write instead of at the
 * commit, and lets single writes wait. Other processes are not seen here; the commit's checks find those.
 */
export class Locks {
  readonly #holders = Object.fromEntries(tables.map((table) => [table, new Map<string, Holder>()])) as Record<
    Table,
    Map<string, Holder>
  >;

  holderOf(table: Table, key: Buffer): Holder | undefined {
    const holders = this.#holders[table];
    return holders.size === 0 ? undefined : holders.get(keyText(key));
  }

  take(table: Table, key: Buffer, holder: Holder): void {
    this.#holders[table].set(keyText(key), holder);
  }

  release(places: Iterable<Place>): void {
    for (const { table, key } of places) this.#holders[table].delete(keyText(key));
  }
}

/** A single write met a document that an open transaction has written: undo it, wait, run it again. */
export class DocumentHeld extends Error {
  override readonly name = "DocumentHeld";
  readonly holder: Holder;

  constructor(holder: Holder) {
    super("Held by an open transaction");
    this.holder = holder;
  }
}
