import type { Place } from "../../shared/json-text.js";

/**
 * More bytes than any valid order needs (10,000 lines of ids in escapes); what is larger is refused unread,
 * so that one endless line cannot fill the memory.
 */
export const maxOrderBytes = 32 * 1024 * 1024;

/** One piece of an order file, cut out but not parsed. */
export type Frame =
  | { readonly kind: "order"; readonly bytes: Buffer; readonly place: Place }
  | { readonly kind: "oversized"; readonly place: Place }
  /** The file's one object that is no `{ orders }`: an order, or what was meant to be one. */
  | { readonly kind: "object"; readonly bytes: Buffer; readonly place: Place }
  /** What stands around the list in `{ orders: [...] }`: the text before the list's elements and the text after. */
  | {
      readonly kind: "envelope";
      readonly before: Buffer;
      readonly after: Buffer;
      readonly place: Place;
      readonly resumed: Place;
    }
  /** The structure itself is wrong; nothing after it can be read. */
  | { readonly kind: "broken"; readonly place: Place; readonly message: string };

/** Cuts a stream of bytes into frames; what it holds between chunks is bounded. */
export interface Framer {
  push(chunk: Buffer): Frame[];
  end(): Frame[];
}

/** Bytes gathered over chunks, up to a limit. */
export class Capture {
  readonly #limit: number;
  #pieces: Buffer[] = [];
  #length = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Whether more was added than the limit; the bytes are then let go. */
  get overflowed(): boolean {
    return this.#length > this.#limit;
  }

  add(piece: Buffer): void {
    this.#length += piece.length;
    if (this.overflowed) this.#pieces = [];
    else if (piece.length > 0) this.#pieces.push(piece);
  }

  /** What was gathered, `undefined` if it went beyond the limit; the next capture starts empty. */
  take(): Buffer | undefined {
    const [only] = this.#pieces;
    const joined = only !== undefined && this.#pieces.length === 1 ? only : Buffer.concat(this.#pieces);
    const bytes = this.overflowed ? undefined : joined;
    this.#pieces = [];
    this.#length = 0;
    return bytes;
  }
}
