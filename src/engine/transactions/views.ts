import { ServerError } from "../errors.js";
import type { Entry, KeyRange, Reader, Table, Writer } from "../storage/store.js";
import { advanceClock } from "./clock.js";
import { DocumentHeld, type Locks } from "./locks.js";
import { bitsValue, readBits, type View } from "./view.js";

/** What all views do with reads: pass them on. */
export abstract class ReaderView<Base extends Reader> implements Reader {
  protected readonly base: Base;

  constructor(base: Base) {
    this.base = base;
  }

  get(table: Table, key: Buffer): Buffer | undefined {
    return this.base.get(table, key);
  }

  entries(table: Table, range: KeyRange): Iterable<Entry> {
    return this.base.entries(table, range);
  }

  keys(table: Table, range: KeyRange): Iterable<Buffer> {
    return this.base.keys(table, range);
  }

  count(table: Table, range: KeyRange): number {
    return this.base.count(table, range);
  }
}

/** A view that only reads. */
export class ReadView extends ReaderView<Reader> implements View {
  readonly writable = false;

  put(): never {
    return refuse();
  }

  putNew(): never {
    return refuse();
  }

  remove(): never {
    return refuse();
  }

  version(): never {
    return refuse();
  }

  claim(): never {
    return refuse();
  }

  rely(): never {
    return refuse();
  }

  setBits(): never {
    return refuse();
  }
}

function refuse(): never {
  throw new ServerError("InternalError", "A reading unit cannot write");
}

/** A view for a single write: changes go to the store at once; nothing else can write meanwhile. */
export class DirectView extends ReaderView<Writer> implements View {
  readonly writable = true;
  readonly #locks: Locks;
  #stamp: Buffer | undefined;

  constructor(writer: Writer, locks: Locks) {
    super(writer);
    this.#locks = locks;
  }

  put(table: Table, key: Buffer, value: Buffer, before?: Buffer): void {
    this.version();
    this.base.put(table, key, value, before);
  }

  putNew(table: Table, key: Buffer, value: Buffer): void {
    this.version();
    this.base.putNew(table, key, value);
  }

  remove(table: Table, key: Buffer, before?: Buffer): void {
    this.version();
    this.base.remove(table, key, before);
  }

  /** Whatever is changed advances the clock, so an unchanged clock means unchanged data. */
  version(): Buffer {
    return (this.#stamp ??= advanceClock(this.base));
  }

  claim(table: Table, key: Buffer): void {
    const holder = this.#locks.holderOf(table, key);
    if (holder) throw new DocumentHeld(holder);
  }

  rely(): void {
    // Nothing else can write, so nothing that this rests on can change.
  }

  setBits(key: Buffer, bits: number): void {
    const before = readBits(this.base, key);
    if ((before | bits) !== before) this.base.put("meta", key, bitsValue(before | bits));
  }
}
