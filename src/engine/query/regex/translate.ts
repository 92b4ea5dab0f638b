import { readClass } from "./classes.js";
import { readEscape } from "./escapes.js";
import { readGroup } from "./groups.js";
import {
  addAssertion,
  addAtom,
  anything,
  escapeLiteral,
  invalidPattern,
  makeAtomic,
  markUnset,
  textEnd,
  textStart,
  unsupported,
  type Modes,
  type Translation,
} from "./state.js";

/** Rewrites a PCRE pattern for JavaScript's `u` mode. */
export function translate(pattern: string, options: string): { source: string; ignoreCase: boolean; captures: number } {
  const leading = /^(?:\(\*(?:UTF8?|UCP)\))*(?:\(\?([imsx]+)\))?/.exec(pattern);
  if (/^(?:\(\*UTF8?\))*\(\*UCP\)/.test(pattern)) throw unsupported("(*UCP)");
  const flags = options + (leading?.[1] ?? "");
  const modes: Modes = {
    ignoreCase: flags.includes("i"),
    multiline: flags.includes("m"),
    dotAll: flags.includes("s"),
    extended: flags.includes("x"),
  };
  const state: Translation = {
    text: pattern,
    at: leading?.[0].length ?? 0,
    output: [],
    modes,
    ignoreCase: modes.ignoreCase,
    open: [],
    atom: -1,
    atomCaptures: 0,
    captures: 0,
    unset: new Set(),
    names: new Map(),
    atomics: 0,
  };
  while (state.at < pattern.length) step(state);
  if (state.open.length > 0) throw invalidPattern("missing closing parenthesis");
  return { source: state.output.join(""), ignoreCase: state.ignoreCase, captures: state.captures };
}

function step(state: Translation): void {
  const character = String.fromCodePoint(state.text.codePointAt(state.at) ?? 0);
  if (state.modes.extended && skipComment(state, character)) return;
  if (readQuantifier(state, character)) return;
  state.at += character.length;
  switch (character) {
    case "\\": {
      readEscape(state);
      return;
    }
    case "[": {
      readClass(state);
      return;
    }
    case "(": {
      readGroup(state);
      return;
    }
    case ")": {
      closeGroup(state);
      return;
    }
    case "|": {
      startAlternative(state);
      return;
    }
    case ".": {
      addAtom(state, state.modes.dotAll ? anything : "[^\\n]");
      return;
    }
    case "^": {
      addAssertion(state, state.modes.multiline ? `(?:${textStart}|(?<=\\n)(?=${anything}))` : textStart);
      return;
    }
    case "$": {
      addAssertion(state, state.modes.multiline ? `(?=\\n|${textEnd})` : `(?=\\n?${textEnd})`);
      return;
    }
    default: {
      addAtom(state, escapeLiteral(character));
      return;
    }
  }
}

/** In the extended mode white space and comments mean nothing. */
function skipComment(state: Translation, character: string): boolean {
  if (/[ \t\n\v\f\r]/.test(character)) {
    state.at++;
    return true;
  }
  if (character !== "#") return false;
  const end = state.text.indexOf("\n", state.at);
  state.at = end === -1 ? state.text.length : end + 1;
  return true;
}

function readQuantifier(state: Translation, character: string): boolean {
  if (!"*+?{".includes(character)) return false;
  const match = /^(?:[*+?]|\{\d+(?:,\d*)?\})/.exec(state.text.slice(state.at, state.at + 16));
  if (match === null) return false;
  if (state.atom === -1) throw invalidPattern("quantifier does not follow a repeatable item");
  state.at += match[0].length;
  const suffix = state.text[state.at];
  if (suffix === "?" || suffix === "+") state.at++;
  state.output.push(suffix === "?" ? `${match[0]}?` : match[0]);
  if (/^[*?]|^\{0/.test(match[0])) markUnset(state, state.atomCaptures);
  if (suffix === "+") makeAtomic(state, state.atom);
  state.atom = -1;
  return true;
}

/** The groups of one alternative have no part in the others. */
function startAlternative(state: Translation): void {
  const group = state.open.at(-1);
  if (group !== undefined) group.uncertain = true;
  markUnset(state, group?.capturesBefore ?? 0);
  addAssertion(state, "|");
}

function closeGroup(state: Translation): void {
  const group = state.open.pop();
  if (group === undefined) throw invalidPattern("unmatched closing parenthesis");
  state.output.push(group.closing);
  if (group.capture !== undefined) state.unset.delete(group.capture);
  if (group.uncertain) markUnset(state, group.capturesBefore + (group.capture === undefined ? 0 : 1));
  state.atomCaptures = group.capturesBefore;
  state.modes = group.modes;
  state.atom = group.start;
}
