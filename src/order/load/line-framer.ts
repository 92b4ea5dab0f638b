import { Capture, type Frame, type Framer, maxOrderBytes } from "./frame.js";

const lineFeed = 0x0a;

/** Cuts NDJSON: every line that is not blank is an order (a line feed never stands inside JSON text). */
export class LineFramer implements Framer {
  readonly #line = new Capture(maxOrderBytes);
  #number = 1;

  push(chunk: Buffer): Frame[] {
    const frames: Frame[] = [];
    let from = 0;
    for (let at = chunk.indexOf(lineFeed); at >= 0; at = chunk.indexOf(lineFeed, from)) {
      this.#line.add(chunk.subarray(from, at));
      this.#finish(frames);
      this.#number += 1;
      from = at + 1;
    }
    this.#line.add(chunk.subarray(from));
    return frames;
  }

  end(): Frame[] {
    const frames: Frame[] = [];
    this.#finish(frames);
    return frames;
  }

  #finish(frames: Frame[]): void {
    const place = { line: this.#number, column: 1 };
    const bytes = this.#line.take();
    if (bytes === undefined) frames.push({ kind: "oversized", place });
    else if (!isBlank(bytes)) frames.push({ kind: "order", bytes, place });
  }
}

/** Whether there is nothing but JSON's white space. */
export function isBlank(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d);
}
