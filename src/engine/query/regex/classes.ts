import { kinds, readCharacter, readProperty } from "./escapes.js";
import { addAtom, invalidPattern, type Translation } from "./state.js";

const posix: Readonly<Record<string, string>> = {
  alnum: "A-Za-z0-9",
  alpha: "A-Za-z",
  ascii: "\\x00-\\x7f",
  blank: " \\t",
  cntrl: "\\x00-\\x1f\\x7f",
  digit: "0-9",
  graph: "!-~",
  lower: "a-z",
  print: " -~",
  punct: "!-\\/:-@\\[-`{-~",
  space: "\\t\\n\\v\\f\\r ",
  upper: "A-Z",
  word: "A-Za-z0-9_",
  xdigit: "A-Fa-f0-9",
};

/** A part of a class that stands for many characters, and so cannot start or end a range. */
interface Item {
  readonly source: string;
  readonly single: boolean;
}

/** Reads a character class behind its opening bracket. */
export function readClass(state: Translation): void {
  const negative = state.text[state.at] === "^";
  if (negative) state.at++;
  const alternatives: string[] = [];
  let inside = "";
  for (let first = true; first || state.text[state.at] !== "]"; first = false) {
    if (state.at >= state.text.length) throw invalidPattern("missing terminating ] for character class");
    const item = readItem(state);
    const range = item.single ? readRangeEnd(state) : undefined;
    if (item.source.startsWith("[^")) alternatives.push(item.source);
    else inside += range === undefined ? item.source : `${item.source}-${range}`;
  }
  state.at++;
  addAtom(state, classSource(inside, alternatives, negative));
}

/** Negated kinds such as `\S` cannot stand in a JavaScript class with the same meaning: they become alternatives. */
function classSource(inside: string, alternatives: readonly string[], negative: boolean): string {
  if (alternatives.length === 0) return `[${negative ? "^" : ""}${inside}]`;
  const all = [...(inside === "" ? [] : [`[${inside}]`]), ...alternatives].join("|");
  return negative ? `(?:(?!${all})[\\s\\S])` : `(?:${all})`;
}

function readItem(state: Translation): Item {
  const named = /^\[:(\^?)([a-z]+):\]/.exec(state.text.slice(state.at, state.at + 16));
  if (named !== null) {
    state.at += named[0].length;
    const set = posix[named[2] ?? ""];
    if (set === undefined) throw invalidPattern("unknown POSIX class name");
    return { source: named[1] === "^" ? `[^${set}]` : set, single: false };
  }
  const character = String.fromCodePoint(state.text.codePointAt(state.at) ?? 0);
  state.at += character.length;
  if (character !== "\\") return { source: escapeInClass(character), single: true };
  return readEscapedItem(state);
}

function readEscapedItem(state: Translation): Item {
  const character = state.text[state.at];
  if (character === undefined) throw invalidPattern("\\ at end of pattern");
  const kind = kinds[character.toLowerCase()];
  if (kind !== undefined) {
    state.at++;
    return { source: character === character.toLowerCase() ? kind : `[^${kind}]`, single: false };
  }
  const property = readProperty(state);
  if (property !== undefined) return { source: property, single: false };
  if (character === "b") {
    state.at++;
    return { source: "\\x08", single: true };
  }
  if (character === "-") {
    state.at++;
    return { source: "\\-", single: true };
  }
  return { source: readCharacter(state), single: true };
}

/** The end of a range; a hyphen before the bracket or before a kind of characters is a plain hyphen. */
function readRangeEnd(state: Translation): string | undefined {
  if (state.text[state.at] !== "-" || state.text[state.at + 1] === "]" || state.at + 1 >= state.text.length) {
    return undefined;
  }
  const start = state.at;
  state.at++;
  const end = readItem(state);
  if (end.single) return end.source;
  state.at = start;
  return undefined;
}

function escapeInClass(character: string): string {
  return /[\^$\\.*+?()[\]{}|/-]/.test(character) ? `\\${character}` : character;
}
