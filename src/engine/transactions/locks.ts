import { keyText, type Table } from "../storage/store.js";

/** Whoever holds locks: an open transaction. */
export interface Holder {
  /** Resolves when it is over, by commit or abort. */
  readonly ended: Promise<void>;
}

/**
 * What the open transactions of this process have written: gives conflicts early, at the write instead of at the
 * commit, and lets single writes wait. Other processes are not seen here; the commit's checks find those.
 */
export class Locks {
  readonly #holders = new Map<string, Holder>();

  holderOf(table: Table, key: Buffer): Holder | undefined {
    return this.#holders.size === 0 ? undefined : this.#holders.get(nameOf(table, key));
  }

  take(table: Table, key: Buffer, holder: Holder): string {
    const name = nameOf(table, key);
    this.#holders.set(name, holder);
    return name;
  }

  release(names: Iterable<string>): void {
    for (const name of names) this.#holders.delete(name);
  }
}

function nameOf(table: Table, key: Buffer): string {
  return `${table}/${keyText(key)}`;
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
