// One JSON document as a stream of orders: an array of any length is cut into its elements and each is parsed alone.
// Only brackets, quotes and commas are looked at here; whether an element is JSON is for `JSON.parse` to say. No library
// does this: the streaming parsers build values token by token, differ from `JSON.parse` (`__proto__`, broken UTF-8),
// and keep no text in which an error could be located.
import { describeValue, type Place } from "../../shared/json-text.js";
import { Capture, type Frame, type Framer, maxOrderBytes } from "./frame.js";
import { OrdersKey } from "./orders-key.js";
import { ascii, isSpace, TextCursor } from "./text-cursor.js";

/** Which part of the document the next byte belongs to; `list` is between two elements. */
type Mode = "start" | "object" | "list" | "element" | "end" | "broken";

const tooLarge = 'This object is larger than 32 MB; put the orders in an array under "orders", or one a line';

export class DocumentFramer implements Framer {
  readonly #cursor = new TextCursor();
  readonly #text = new Capture(maxOrderBytes);
  readonly #key = new OrdersKey();
  #mode: Mode = "start";
  /** Brackets open inside the object or element at hand. */
  #depth = 0;
  #start: Place = { line: 1, column: 1 };
  /** What came before the list of `{ orders: [...] }`, once the list was met. */
  #envelope: { readonly before: Buffer; readonly place: Place } | undefined;
  #resumed: Place = { line: 1, column: 1 };
  #afterComma = false;
  #chunk: Buffer = Buffer.alloc(0);
  /** Where in the chunk the captured text goes on. */
  #from = 0;
  #frames: Frame[] = [];

  push(chunk: Buffer): Frame[] {
    this.#chunk = chunk;
    this.#from = 0;
    for (let at = 0; at < chunk.length && this.#mode !== "broken"; at += 1) this.#see(chunk[at] ?? 0, at);
    if (this.#mode === "object" || this.#mode === "element") this.#text.add(chunk.subarray(this.#from));
    if (this.#mode === "object" && this.#text.overflowed) this.#break(tooLarge);
    return this.#takeFrames();
  }

  end(): Frame[] {
    this.#chunk = Buffer.alloc(0);
    this.#from = 0;
    if (this.#mode === "element") this.#finishElement(0);
    else if (this.#mode === "object" && this.#envelope === undefined) this.#finishObject(0);
    if (this.#mode === "list") this.#break('The file ends inside the list of orders; expected "]"');
    else if (this.#mode === "object") this.#break('The file ends inside the object around the orders; expected "}"');
    return this.#takeFrames();
  }

  #see(byte: number, at: number): void {
    const outside = this.#cursor.step(byte);
    if (this.#mode === "element") {
      if (outside) this.#seeInElement(byte, at);
    } else if (this.#mode === "object") this.#seeInObject(byte, at, outside);
    else if (!(outside && isSpace(byte))) this.#seeBetween(byte, at, outside);
  }

  #seeBetween(byte: number, at: number, outside: boolean): void {
    if (this.#mode === "start") this.#seeStart(byte, at);
    else if (this.#mode === "end") {
      this.#break(
        `Unexpected ${nameOf(byte)} after the end of the JSON; of several orders each needs a line of its own`,
      );
    } else if (outside && byte === ascii.closeBracket) {
      if (this.#afterComma) this.#break('Expected an order after the comma, got "]"');
      else this.#closeList(at);
    } else if (outside && byte === ascii.comma) this.#break('Expected an order, got ","');
    else {
      this.#begin("element", at);
      if (outside) this.#seeInElement(byte, at);
    }
  }

  #seeStart(byte: number, at: number): void {
    if (byte === ascii.openBracket) this.#mode = "list";
    else if (byte === ascii.openBrace) {
      this.#begin("object", at);
      this.#depth = 1;
    } else this.#break('Expected an order, an array of orders, { "orders": [...] } or one order a line');
  }

  #seeInElement(byte: number, at: number): void {
    if (byte === ascii.openBrace || byte === ascii.openBracket) this.#depth += 1;
    else if (this.#depth > 0) {
      if (byte === ascii.closeBrace || byte === ascii.closeBracket) this.#depth -= 1;
    } else if (byte === ascii.comma) {
      this.#finishElement(at);
      this.#afterComma = true;
    } else if (byte === ascii.closeBracket) {
      this.#finishElement(at);
      this.#closeList(at);
    } else if (byte === ascii.closeBrace) {
      this.#finishElement(at);
      this.#break('Expected "," or "]" after the order, got "}"');
    }
  }

  #seeInObject(byte: number, at: number, outside: boolean): void {
    if (outside && byte === ascii.openBracket && this.#depth === 1 && this.#key.isNext) this.#openList(at);
    else if (outside && (byte === ascii.openBrace || byte === ascii.openBracket)) this.#depth += 1;
    else if (outside && (byte === ascii.closeBrace || byte === ascii.closeBracket)) {
      this.#depth -= 1;
      if (this.#depth === 0) this.#finishObject(at + 1);
    }
    if (this.#depth === 1) this.#key.see(byte, outside);
  }

  #openList(at: number): void {
    if (this.#envelope !== undefined) {
      this.#break('The key "orders" stands twice; keep one');
      return;
    }
    const before = this.#cut(at + 1);
    if (before === undefined) {
      this.#break(tooLarge);
      return;
    }
    this.#envelope = { before, place: this.#start };
    this.#mode = "list";
  }

  #closeList(at: number): void {
    this.#mode = this.#envelope === undefined ? "end" : "object";
    this.#resumed = this.#cursor.place;
    this.#from = at;
  }

  #begin(mode: Mode, at: number): void {
    this.#mode = mode;
    this.#start = this.#cursor.place;
    this.#depth = 0;
    this.#from = at;
  }

  #finishElement(at: number): void {
    const bytes = this.#cut(at);
    const place = this.#start;
    this.#frames.push(bytes === undefined ? { kind: "oversized", place } : { kind: "order", bytes, place });
    this.#mode = "list";
    this.#afterComma = false;
    this.#depth = this.#envelope === undefined ? 0 : 1;
  }

  #finishObject(at: number): void {
    const bytes = this.#cut(at);
    if (bytes === undefined) {
      this.#break(tooLarge);
      return;
    }
    if (this.#envelope === undefined) this.#frames.push({ kind: "object", bytes, place: this.#start });
    else this.#frames.push({ kind: "envelope", ...this.#envelope, after: bytes, resumed: this.#resumed });
    this.#mode = "end";
  }

  /** The text captured up to here, or `undefined` where it went beyond the limit. */
  #cut(at: number): Buffer | undefined {
    this.#text.add(this.#chunk.subarray(this.#from, at));
    return this.#text.take();
  }

  #break(message: string): void {
    this.#frames.push({ kind: "broken", place: this.#cursor.place, message });
    this.#mode = "broken";
  }

  #takeFrames(): Frame[] {
    const frames = this.#frames;
    this.#frames = [];
    return frames;
  }
}

function nameOf(byte: number): string {
  return byte < 0x80 ? describeValue(String.fromCharCode(byte)) : "text";
}
