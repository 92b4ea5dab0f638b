import { decodeValue } from "./decode.js";
import { encodeDoc } from "./encode.js";
import { bsonType, cstringEnd, documentEnd, valueSize } from "./layout.js";
import { isNumber, type NumberValue } from "./numbers.js";
import { sameText } from "./text.js";
import type { Value } from "./types.js";
import { ByteWriter } from "./writer.js";

/** What is to become of a top-level field. */
export type RawChange =
  | { readonly kind: "set"; readonly value: Value }
  | { readonly kind: "unset" }
  /** One more element at the end of an array, or an array of it alone. */
  | { readonly kind: "push"; readonly value: Value }
  /** Another number, also instead of none; `undefined` when there is none to put there. */
  | {
      readonly kind: "compute";
      readonly compute: (current: NumberValue | undefined) => NumberValue | undefined;
    };

/** The change of one field, ready to be made in any number of documents. */
export class FieldPatch {
  readonly name: string;
  readonly #change: RawChange;
  /** The whole element where there is none yet: type, name, value. */
  readonly #element: Buffer;
  /** The pushed element's type, and its value. */
  readonly #pushedType: number;
  readonly #pushed: Buffer;

  /** @param name in ASCII */
  constructor(name: string, change: RawChange) {
    this.name = name;
    this.#change = change;
    const value = change.kind === "push" ? [change.value] : change.kind === "set" ? change.value : null;
    this.#element = elementOf(name, value);
    // An array's first element: length, type, "0", zero byte, value, zero byte.
    const array = this.#element.subarray(name.length + 2);
    this.#pushedType = array[4] as number;
    this.#pushed = array.subarray(7, -1);
  }

  /**
   * Writes the changed element.
   * @param at where the element that is there starts, and its value; `bytes` must have no more of the name
   * @returns "same" and nothing written when nothing changes, "other" when the value is none that bytes can tell
   */
  replace(bytes: Buffer, at: number, start: number, end: number): "done" | "same" | "other" {
    const change = this.#change;
    switch (change.kind) {
      case "set":
        return this.#set(bytes, at, end);
      case "unset":
        return "done";
      case "push":
        return this.#push(bytes, at, start, end);
      case "compute":
        return this.#compute(change.compute, bytes, at, start, end);
    }
  }

  /** Writes the element of a document that has none. @returns as `replace` */
  add(): "done" | "same" | "other" {
    const change = this.#change;
    if (change.kind === "unset") return "same";
    if (change.kind !== "compute") {
      writer.raw(this.#element);
      return "done";
    }
    const value = change.compute(undefined);
    if (value === undefined) return "other";
    writer.raw(elementOf(this.name, value));
    return "done";
  }

  #set(bytes: Buffer, at: number, end: number): "done" | "same" {
    const element = this.#element;
    if (element.length === end - at && element.compare(bytes, at, end) === 0) return "same";
    writer.raw(element);
    return "done";
  }

  #push(bytes: Buffer, at: number, start: number, end: number): "done" | "other" {
    if (bytes[at] !== bsonType.array) return "other";
    const place = String(countElements(bytes, start, end));
    writer.raw(bytes.subarray(at, start));
    writer.int32(end - start + place.length + 2 + this.#pushed.length);
    writer.raw(bytes.subarray(start + 4, end - 1));
    writer.byte(this.#pushedType);
    writer.text(place);
    writer.byte(0);
    writer.raw(this.#pushed);
    writer.byte(0);
    return "done";
  }

  #compute(
    compute: (current: NumberValue) => NumberValue | undefined,
    bytes: Buffer,
    at: number,
    start: number,
    end: number,
  ): "done" | "same" | "other" {
    const current = decodeValue(bytes, bytes[at] as number, start, end - start);
    const next = isNumber(current) ? compute(current) : undefined;
    if (next === undefined) return "other";
    const element = elementOf(this.name, next);
    if (element.length === end - at && element.compare(bytes, at, end) === 0) return "same";
    writer.raw(element);
    return "done";
  }
}

function elementOf(name: string, value: Value): Buffer {
  return encodeDoc(new Map([[name, value]])).subarray(4, -1);
}

function countElements(bytes: Buffer, start: number, end: number): number {
  const last = end - 1;
  let count = 0;
  for (let at = start + 4; at < last; count++) {
    const valueStart = cstringEnd(bytes, at + 1, last) + 1;
    at = valueStart + valueSize(bytes, bytes[at] as number, valueStart, last);
  }
  return count;
}

const writer = new ByteWriter();

/**
 * Changes fields of a document without decoding it; fields keep their places, new ones come last.
 * @returns the new bytes, the very same when nothing changes, undefined for a document that must be decoded
 */
export function patchDoc(bytes: Buffer, patches: readonly FieldPatch[]): Buffer | undefined {
  writer.clear();
  writer.int32(0);
  const last = documentEnd(bytes, 0, bytes.length) - 1;
  let met = 0;
  let copied = 4;
  for (let at = 4; at < last;) {
    const nameEnd = cstringEnd(bytes, at + 1, last);
    const end = nameEnd + 1 + valueSize(bytes, bytes[at] as number, nameEnd + 1, last);
    const index = indexOf(patches, bytes, at + 1, nameEnd);
    if (index >= 0) {
      const bit = 1 << index;
      if ((met & bit) !== 0) return undefined;
      met |= bit;
      const written = writer.length;
      writer.raw(bytes.subarray(copied, at));
      const outcome = (patches[index] as FieldPatch).replace(bytes, at, nameEnd + 1, end);
      if (outcome === "other") return undefined;
      if (outcome === "done") copied = end;
      else writer.length = written;
    }
    at = end;
  }
  return finish(bytes, patches, { met, copied, last });
}

interface Patching {
  /** Which patches' fields were there, as bits. */
  readonly met: number;
  /** Up to where the old bytes are dealt with. */
  readonly copied: number;
  readonly last: number;
}

function finish(bytes: Buffer, patches: readonly FieldPatch[], { met, copied, last }: Patching): Buffer | undefined {
  let isChanged = copied > 4;
  writer.raw(bytes.subarray(copied, last));
  for (const [index, patch] of patches.entries()) {
    if ((met & (1 << index)) !== 0) continue;
    const outcome = patch.add();
    if (outcome === "other") return undefined;
    if (outcome === "done") isChanged = true;
  }
  if (!isChanged) return bytes;
  writer.byte(0);
  writer.bytes.writeInt32LE(writer.length, 0);
  return writer.take();
}

function indexOf(patches: readonly FieldPatch[], bytes: Buffer, start: number, end: number): number {
  for (let index = 0; index < patches.length; index++) {
    const { name } = patches[index] as FieldPatch;
    if (name.length === end - start && sameText(name, bytes, start)) return index;
  }
  return -1;
}
