// Errors in JSON with their place. The happy path never comes here: `JSON.parse` is several times faster than any
// parser that keeps offsets, so jsonc-parser's event parser (no tree, so memory stays flat on a huge text) walks a
// text again only once something is known to be wrong with it.
import { printParseErrorCode, visit } from "jsonc-parser";
import {
  describeValue,
  formatPath,
  type JsonPath,
  maxJsonDepth,
  measureJson,
  type Place,
  placesOf,
} from "./json-text.js";

/** Something wrong in a JSON text, and where. */
export interface JsonProblem extends Place {
  readonly path: string;
  readonly message: string;
}

/** A text and what it is part of: where it starts in its file, and the path of its value there. */
export interface JsonPassage {
  readonly text: string;
  readonly origin: Place;
  readonly path: JsonPath;
  /** Where the text goes on if something was left out of it. */
  readonly seam?: { readonly offset: number; readonly place: Place };
}

/** A rule that a value breaks, named by the value's path inside its passage (zod's issues are such). */
export interface JsonIssue {
  readonly path: JsonPath;
  readonly message: string;
}

export type ParsedJson =
  | { readonly kind: "value"; readonly value: unknown; readonly keys: number }
  | { readonly kind: "broken"; readonly problem: JsonProblem };

interface Finding {
  readonly offset: number;
  readonly path: JsonPath;
  readonly message: string;
}

/**
 * Parses a text that may come from anywhere.
 * @returns the value with the number of object keys in the text, or where the text stops being JSON
 */
export function parseJson(passage: JsonPassage): ParsedJson {
  const { colons, tooDeepAt } = measureJson(passage.text);
  if (tooDeepAt >= 0) {
    const message = `Nested more than ${maxJsonDepth} levels deep`;
    return { kind: "broken", problem: placed(passage, { offset: tooDeepAt, path: [], message }) };
  }
  try {
    return { kind: "value", value: JSON.parse(passage.text) as unknown, keys: colons };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { kind: "broken", problem: placed(passage, syntaxError(passage.text) ?? unlocated(error)) };
  }
}

/** Names the place of each issue; what is missing is placed at the object that lacks it. */
export function locateIssues(passage: JsonPassage, issues: readonly JsonIssue[]): JsonProblem[] {
  const offsets = offsetsOf(
    passage.text,
    issues.map(({ path }) => path),
  );
  return placedAll(
    passage,
    issues.map(({ path, message }, index) => ({ offset: offsets[index] ?? 0, path, message })),
  );
}

/**
 * Finds keys that stand twice in one object.
 *
 * `JSON.parse` keeps the last and others the first (RFC 8259, section 4), so nobody can say what was meant.
 */
export function findDuplicateKeys(passage: JsonPassage): JsonProblem[] {
  const findings: Finding[] = [];
  const open: Set<string>[] = [];
  visit(
    passage.text,
    {
      onObjectBegin: () => {
        open.push(new Set());
      },
      onObjectEnd: () => {
        open.pop();
      },
      onObjectProperty: (key, offset, _length, _line, _column, path) => {
        const keys = open.at(-1);
        if (keys?.has(key))
          findings.push({ offset, path: [...path(), key], message: "The key stands twice; keep one" });
        keys?.add(key);
      },
    },
    { disallowComments: true },
  );
  return placedAll(passage, findings);
}

/** How many keys the objects inside a parsed value have: fewer than the text, if one stands twice. */
export function countKeys(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  const inside: readonly unknown[] = Object.values(value);
  const own = Array.isArray(value) ? 0 : inside.length;
  return inside.reduce<number>((sum, item) => sum + countKeys(item), own);
}

/** Whether a text could be the beginning of a JSON text that goes on. */
export function isJsonPrefix(text: string): boolean {
  if (measureJson(text).tooDeepAt >= 0) return true;
  const error = syntaxError(text);
  return error === undefined || error.offset >= text.trimEnd().length;
}

function offsetsOf(text: string, paths: readonly JsonPath[]): number[] {
  const wanted = new Map<string, number>();
  for (const path of paths) {
    for (let length = path.length; length >= 0; length -= 1) wanted.set(keyOf(path.slice(0, length)), -1);
  }
  const note = (offset: number, path: JsonPath): void => {
    const key = keyOf(path);
    if (wanted.has(key)) wanted.set(key, offset);
  };
  visit(
    text,
    {
      onObjectBegin: (offset, _length, _line, _column, path) => note(offset, path()),
      onArrayBegin: (offset, _length, _line, _column, path) => note(offset, path()),
      onLiteralValue: (_value, offset, _length, _line, _column, path) => note(offset, path()),
    },
    { disallowComments: true },
  );
  return paths.map((path) => nearest(wanted, path));
}

/** The offset of a path's value, or of the closest one around it that exists. */
function nearest(offsets: ReadonlyMap<string, number>, path: JsonPath): number {
  for (let length = path.length; length >= 0; length -= 1) {
    const offset = offsets.get(keyOf(path.slice(0, length))) ?? -1;
    if (offset >= 0) return offset;
  }
  return 0;
}

function keyOf(path: JsonPath): string {
  return path.map(String).join("\0");
}

function syntaxError(text: string): Finding | undefined {
  let first: Finding | undefined;
  visit(
    text,
    {
      onError: (code, offset, length) => {
        first ??= {
          offset,
          path: [],
          message: syntaxMessage(printParseErrorCode(code), text.slice(offset, offset + length)),
        };
      },
    },
    { disallowComments: true },
  );
  return first;
}

const syntaxMessages: Readonly<Record<string, (found: string) => string>> = {
  InvalidSymbol: (found) => `${found} is not JSON`,
  InvalidNumberFormat: (found) => `${found} is not a JSON number`,
  PropertyNameExpected: (found) => `Expected a key in double quotes, got ${found}`,
  ValueExpected: (found) => `Expected a value, got ${found}`,
  ColonExpected: (found) => `Expected ":" after the key, got ${found}`,
  CommaExpected: (found) => `Expected "," or the end of the list or object, got ${found}`,
  CloseBraceExpected: (found) => `Expected "," or "}", got ${found}`,
  CloseBracketExpected: (found) => `Expected "," or "]", got ${found}`,
  EndOfFileExpected: (found) => `Unexpected ${found} after the end of the value; is a comma missing?`,
  InvalidCommentToken: () => "JSON has no comments",
  UnexpectedEndOfString: () => "This text has no closing quote",
  UnexpectedEndOfNumber: (found) => `${found} is not a JSON number`,
  InvalidUnicode: () => "This text has an invalid \\u escape",
  InvalidEscapeCharacter: () => "This text has an invalid escape",
  InvalidCharacter: () => "This text has a control character that must be escaped",
};

function syntaxMessage(code: string, found: string): string {
  return (syntaxMessages[code] ?? (() => "Not JSON"))(found === "" ? "the end" : describeValue(found));
}

/** For what `JSON.parse` refuses and jsonc-parser lets pass: said in the engine's own words, at the start. */
function unlocated(error: SyntaxError): Finding {
  return { offset: 0, path: [], message: error.message };
}

function placed(passage: JsonPassage, finding: Finding): JsonProblem {
  const [problem] = placedAll(passage, [finding]);
  return problem ?? { ...passage.origin, path: "", message: finding.message };
}

function placedAll(passage: JsonPassage, findings: readonly Finding[]): JsonProblem[] {
  const places = placesIn(
    passage,
    findings.map(({ offset }) => offset),
  );
  return findings.map(({ path, message }, index) => ({
    ...(places[index] ?? passage.origin),
    path: formatPath([...passage.path, ...path]),
    message,
  }));
}

function placesIn({ text, origin, seam }: JsonPassage, offsets: readonly number[]): Place[] {
  if (seam === undefined) return placesOf(text, offsets, origin);
  const before = placesOf(text, offsets, origin);
  const after = placesOf(
    text.slice(seam.offset),
    offsets.map((offset) => Math.max(0, offset - seam.offset)),
    seam.place,
  );
  return offsets.map((offset, index) => (offset < seam.offset ? before : after)[index] ?? origin);
}
