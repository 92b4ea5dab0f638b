import type { Place } from "../../shared/json-text.js";

export const ascii = {
  lineFeed: 0x0a,
  quote: 0x22,
  comma: 0x2c,
  colon: 0x3a,
  openBracket: 0x5b,
  backslash: 0x5c,
  closeBracket: 0x5d,
  openBrace: 0x7b,
  closeBrace: 0x7d,
} as const;

/** JSON's white space, and no other. */
export function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === ascii.lineFeed || byte === 0x0d || byte === 0x09;
}

/** Walks JSON byte by byte: knows the place, and what stands inside a string. */
export class TextCursor {
  #line = 1;
  #column = 0;
  #afterLineFeed = false;
  #escaped = false;
  inString = false;

  /** Of the byte just stepped over. */
  get place(): Place {
    return { line: this.#line, column: Math.max(1, this.#column) };
  }

  /** @returns whether the byte stands outside every string (the quotes count as inside) */
  step(byte: number): boolean {
    this.#move(byte);
    if (!this.inString) {
      if (byte !== ascii.quote) return true;
      this.inString = true;
    } else if (this.#escaped) this.#escaped = false;
    else if (byte === ascii.backslash) this.#escaped = true;
    else if (byte === ascii.quote) this.inString = false;
    return false;
  }

  /** A column is one character: only the first byte of each counts. */
  #move(byte: number): void {
    if (this.#afterLineFeed) {
      this.#line += 1;
      this.#column = 0;
    }
    this.#afterLineFeed = byte === ascii.lineFeed;
    if ((byte & 0xc0) !== 0x80) this.#column += 1;
  }
}
