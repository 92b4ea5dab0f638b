import { isUtf8 } from "node:buffer";
import { invalidBson } from "./layout.js";

const SHORT = 12;

/**
 * The text between two offsets; short ASCII, by far the commonest, without a call out of JavaScript.
 * @throws ServerError InvalidBSON when the bytes are not UTF-8
 */
export function readText(buffer: Buffer, start: number, end: number): string {
  if (end - start > SHORT) return readLongText(buffer, start, end);
  let text = "";
  for (let at = start; at < end; at++) {
    const byte = buffer[at] as number;
    if (byte > 0x7f) return readLongText(buffer, start, end);
    text += String.fromCharCode(byte);
  }
  return text;
}

function readLongText(buffer: Buffer, start: number, end: number): string {
  const text = buffer.toString("utf8", start, end);
  if (text.includes("\uFFFD") && !isUtf8(buffer.subarray(start, end))) throw invalidBson("text that is not UTF-8");
  return text;
}

const SLOTS = 4096;
const names: (string | undefined)[] = new Array<string | undefined>(SLOTS).fill(undefined);

/**
 * A field's name between two offsets. Names repeat from document to document, so each is kept once: that saves
 * building the text and its hash.
 */
export function readName(buffer: Buffer, start: number, end: number): string {
  const length = end - start;
  if (length > 32) return readText(buffer, start, end);
  let hash = length;
  for (let at = start; at < end; at++) hash = (hash * 31 + (buffer[at] as number)) | 0;
  const slot = (hash ^ (hash >>> 15)) & (SLOTS - 1);
  const known = names[slot];
  if (known !== undefined && known.length === length && sameText(known, buffer, start)) return known;
  const name = readText(buffer, start, end);
  names[slot] = name;
  return name;
}

let askedNames: ReadonlySet<string> | undefined;
let askedLengths = 0;

/** Whether the name between two offsets is one of these; most that are not are told by their length alone. */
export function isNameOf(names: ReadonlySet<string>, buffer: Buffer, start: number, end: number): boolean {
  if (names !== askedNames) {
    askedNames = names;
    askedLengths = lengthsOf(names);
  }
  return ((askedLengths >>> ((end - start) & 31)) & 1) === 1 && names.has(readName(buffer, start, end));
}

/** Their lengths in bytes, as bits. */
function lengthsOf(names: ReadonlySet<string>): number {
  let lengths = 0;
  for (const name of names) lengths |= 1 << (Buffer.byteLength(name) & 31);
  return lengths;
}

export function isAscii(text: string): boolean {
  for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) > 0x7f) return false;
  return true;
}

/** Whether the ASCII text stands at that place. */
export function sameText(text: string, buffer: Buffer, start: number): boolean {
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit !== buffer[start + index] || unit > 0x7f) return false;
  }
  return true;
}
