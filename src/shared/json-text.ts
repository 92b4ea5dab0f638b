import { isUtf8 } from "node:buffer";

/** Where something stands in a file: both from 1; a column is one character (code point). */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** The steps from a JSON text's value to one inside it. */
export type JsonPath = readonly PropertyKey[];

/** Deeper values are refused, so that nothing that walks a value can run out of stack. */
export const maxJsonDepth = 100;

const lineFeed = 0x0a;
const quote = 0x22;
const backslash = 0x5c;

/**
 * The offset of the first byte that is not UTF-8, or -1.
 *
 * Decoders replace such bytes silently, which would change an address or make two ids one.
 */
export function invalidUtf8At(bytes: Uint8Array): number {
  if (isUtf8(bytes)) return -1;
  for (let at = 0; at < bytes.length;) {
    const length = sequenceLength(bytes[at] ?? 0);
    if (length === 0 || (length > 1 && !isUtf8(bytes.subarray(at, at + length)))) return at;
    at += length;
  }
  return -1;
}

/** How many bytes a character has that starts with this one; 0 where none does. */
function sequenceLength(lead: number): number {
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  if (lead < 0xe0) return 2;
  return lead < 0xf0 ? 3 : 4;
}

/**
 * The places of offsets in a text that itself starts at `origin`.
 *
 * One walk for all of them: a line of ten megabytes may hold ten thousand errors.
 */
export function placesOf(text: string, offsets: readonly number[], origin: Place): Place[] {
  const order = offsets.map((_, index) => index).sort((a, b) => (offsets[a] ?? 0) - (offsets[b] ?? 0));
  const places: Place[] = offsets.map(() => origin);
  let { line, column } = origin;
  let at = 0;
  for (const index of order) {
    const target = Math.min(offsets[index] ?? 0, text.length);
    for (; at < target; at += 1) {
      const code = text.charCodeAt(at);
      if (code === lineFeed) {
        line += 1;
        column = 1;
      } else if (code < 0xdc00 || code > 0xdfff) column += 1;
    }
    places[index] = { line, column };
  }
  return places;
}

/** What a JSON text is made of, as far as one quick walk over it can tell. */
export interface JsonStructure {
  /** Colons outside strings: as many as the text has object keys. */
  readonly colons: number;
  /** The offset of the bracket that goes deeper than `maxJsonDepth`, or -1. */
  readonly tooDeepAt: number;
}

/** Measures a JSON text without parsing it; the text need not be valid. */
export function measureJson(text: string): JsonStructure {
  let colons = 0;
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === quote) at = endOfString(text, at + 1);
    else if (code === 0x3a) colons += 1;
    else if (code === 0x7b || code === 0x5b) {
      depth += 1;
      if (depth > maxJsonDepth) return { colons, tooDeepAt: at };
    } else if (code === 0x7d || code === 0x5d) depth -= 1;
  }
  return { colons, tooDeepAt: -1 };
}

function endOfString(text: string, from: number): number {
  let at = from;
  for (; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === quote) return at;
    if (code === backslash) at += 1;
  }
  return at;
}

/** A path as a person reads it: `orders[3].products[0].quantity`. */
export function formatPath(path: JsonPath): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === "number") return `${text}[${step}]`;
    const key = String(step);
    if (!/^[\p{L}_$][\p{L}\p{N}_$-]{0,63}$/u.test(key)) return `${text}[${describeValue(key)}]`;
    return text === "" ? key : `${text}.${key}`;
  }, "");
}

/** A value in the words of an error message: short whatever its size, control characters escaped. */
export function describeValue(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "string") return describeText(value);
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : "a number too large for any computer";
  if (Array.isArray(value)) return value.length === 0 ? "an empty array" : `an array of ${countOf(value.length)}`;
  if (typeof value === "boolean") return String(value);
  return value === null ? "null" : "an object";
}

function describeText(value: string): string {
  if (value.length > 60) return `a text of ${countOf(countCharacters(value))} characters`;
  return JSON.stringify(value).replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, escapeUnits);
}

/** Code points, which is what a person counts as characters. */
export function countCharacters(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    const pairs = code >= 0xdc00 && code <= 0xdfff && at > 0 && (text.charCodeAt(at - 1) & 0xfc00) === 0xd800;
    if (!pairs) count += 1;
  }
  return count;
}

function escapeUnits(text: string): string {
  return text.replace(/[\s\S]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** A count with thousands separators, the same in every locale. */
export function countOf(count: number): string {
  return count.toLocaleString("en-US");
}
