import { isJsonPrefix } from "../../shared/json-check.js";
import { invalidUtf8At } from "../../shared/json-text.js";
import { isBlank } from "./line-framer.js";

/** How a source holds its orders, told by its first bytes. */
export type Format = "lines" | "document" | "empty";

/** As much of a source's start as its format is told by. */
export const headBytes = 1024 * 1024;

const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

/** How many bytes at the start are a UTF-8 byte order mark. */
export function byteOrderMarkLength(head: Buffer): number {
  return head.subarray(0, 3).equals(byteOrderMark) ? 3 : 0;
}

/** Says why bytes cannot be JSON in UTF-8 at all: another encoding, or no text. */
export function describeForeignBytes(head: Buffer): string | undefined {
  const [first = 0, second = 0] = head;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    return "The file is in UTF-16; save it as UTF-8";
  }
  if (head.includes(0)) return "Not a text file in UTF-8: it has NUL bytes";
  if (invalidUtf8At(head) === 0) return "Not a text file in UTF-8";
  return undefined;
}

/**
 * Tells NDJSON from one JSON document by what stands there, not by the name.
 *
 * NDJSON is a first line that is JSON by itself with something after it. A broken first line is NDJSON's if the second
 * line is JSON by itself and does not go on where the first stopped, or if the name says so (`.ndjson`, `.jsonl`).
 * @param head without byte order mark; up to `headBytes`, all of the source if it is shorter
 */
export function detectFormat(head: Buffer, name: string): Format {
  if (isBlank(head)) return head.length < headBytes ? "empty" : "lines";
  const [first = "", second] = firstLines(head);
  if (isJson(first)) {
    return second === undefined || (opensList(first) && !isJson(second)) ? "document" : "lines";
  }
  const named = saysLines(name);
  if (second === undefined) return named && head.length >= headBytes && !opensList(first) ? "lines" : "document";
  if (isJsonPrefix(`${first}\n${second}`)) return "document";
  return named || isJson(second) ? "lines" : "document";
}

/** Whether a source without a single byte of text is a list without orders rather than a mistake. */
export function mayBeEmpty(name: string | undefined): boolean {
  return name === undefined || saysLines(name);
}

function saysLines(name: string): boolean {
  return /\.(ndjson|jsonl)$/i.test(name);
}

function opensList(text: string): boolean {
  return /^\s*(\[|\{\s*"orders"\s*:\s*\[)/.test(text);
}

/** The first two lines that are not blank. */
function firstLines(head: Buffer): string[] {
  const lines: string[] = [];
  let from = 0;
  while (from < head.length && lines.length < 2) {
    const found = head.indexOf(0x0a, from);
    const to = found < 0 ? head.length : found;
    const line = head.subarray(from, to);
    if (!isBlank(line)) lines.push(line.toString());
    from = to + 1;
  }
  return lines;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
