import { addBackreference } from "./groups.js";
import {
  addAssertion,
  addAtom,
  escapeLiteral,
  invalidPattern,
  textEnd,
  textStart,
  unsupported,
  type Translation,
} from "./state.js";

const horizontal = "\\t \\u00a0\\u1680\\u180e\\u2000-\\u200a\\u202f\\u205f\\u3000";
const vertical = "\\n\\v\\f\\r\\u0085\\u2028\\u2029";

/**
 * Escapes for kinds of characters, as the inside of a character class. Without Unicode properties `\s` is ASCII only,
 * which JavaScript's is not.
 */
export const kinds: Readonly<Record<string, string>> = {
  d: "0-9",
  w: "A-Za-z0-9_",
  s: "\\t\\n\\v\\f\\r ",
  h: horizontal,
  v: vertical,
};

const controls: Readonly<Record<string, string>> = {
  a: "\\x07",
  e: "\\x1b",
  f: "\\f",
  n: "\\n",
  r: "\\r",
  t: "\\t",
};

const assertions: Readonly<Record<string, string>> = {
  A: textStart,
  z: textEnd,
  Z: `(?=\\n?${textEnd})`,
  b: "(?:(?<=[A-Za-z0-9_])(?![A-Za-z0-9_])|(?<![A-Za-z0-9_])(?=[A-Za-z0-9_]))",
  B: "(?:(?<=[A-Za-z0-9_])(?=[A-Za-z0-9_])|(?<![A-Za-z0-9_])(?![A-Za-z0-9_]))",
};

/** Reads what follows a backslash outside of a character class. */
export function readEscape(state: Translation): void {
  const character = state.text[state.at];
  if (character === undefined) throw invalidPattern("\\ at end of pattern");
  const assertion = assertions[character];
  if (assertion !== undefined) {
    state.at++;
    addAssertion(state, assertion);
    return;
  }
  if (/[1-9]/.test(character)) {
    readNumber(state);
    return;
  }
  if (character === "g" || character === "k") {
    readReference(state);
    return;
  }
  if (character === "Q") {
    readQuoted(state);
    return;
  }
  if (character === "E") {
    state.at++;
    return undefined;
  }
  if (character === "R" || character === "N") {
    state.at++;
    addAtom(state, character === "N" ? "[^\\n]" : `(?:\\r\\n|[${vertical}])`);
    return;
  }
  addAtom(state, kindOf(state) ?? readCharacter(state));
}

function kindOf(state: Translation): string | undefined {
  const character = state.text[state.at] ?? "";
  const kind = kinds[character.toLowerCase()];
  if (kind === undefined) return readProperty(state);
  state.at++;
  return character === character.toLowerCase() ? `[${kind}]` : `[^${kind}]`;
}

/** A Unicode property, `\p{Lu}` or `\pL`, in and outside of classes; undefined when there is none here. */
export function readProperty(state: Translation): string | undefined {
  const match = /^([pP])(?:\{(\^?)([A-Za-z_&]+)\}|([A-Z]))/.exec(state.text.slice(state.at, state.at + 60));
  if (match === null) return undefined;
  state.at += match[0].length;
  const [, letter, caret, long, short] = match;
  const negative = (letter === "P") !== (caret === "^");
  const name = propertyName(long ?? short ?? "");
  return `\\${negative ? "P" : "p"}{${name}}`;
}

function propertyName(name: string): string {
  if (name === "L&") return "LC";
  if (name === "Any") return name;
  if (/^(?:[CLMNPSZ][a-z]?|LC)$/.test(name)) return name;
  if (/^X[a-z]{2}$/.test(name)) throw unsupported(`\\p{${name}}`);
  return `Script=${name}`;
}

/** `\1` to `\9` refer to groups, longer numbers too if there are so many groups; else they are octal. */
function readNumber(state: Translation): void {
  const digits = /^\d{1,3}/.exec(state.text.slice(state.at))?.[0] ?? "";
  const number = Number(digits);
  if (digits.length === 1 || number <= state.captures) {
    state.at += digits.length;
    addBackreference(state, number);
    return;
  }
  addAtom(state, readCharacter(state));
}

function readReference(state: Translation): void {
  const match = /^(?:g\{?(-?\d+)\}?|[gk]\{([A-Za-z_]\w*)\}|k<([A-Za-z_]\w*)>|k'([A-Za-z_]\w*)')/.exec(
    state.text.slice(state.at),
  );
  if (match === null) throw unsupported("subroutine calls");
  state.at += match[0].length;
  const name = match[2] ?? match[3] ?? match[4];
  const number = Number(match[1]);
  addBackreference(state, name ?? (number < 0 ? state.captures + 1 + number : number));
}

function readQuoted(state: Translation): void {
  const end = state.text.indexOf("\\E", state.at);
  const quoted = state.text.slice(state.at + 1, end === -1 ? undefined : end);
  for (const character of quoted) addAtom(state, escapeLiteral(character));
  state.at = end === -1 ? state.text.length : end + 2;
}

/** One escaped character, in and outside of classes. */
export function readCharacter(state: Translation): string {
  const character = String.fromCodePoint(state.text.codePointAt(state.at) ?? 0);
  const control = controls[character];
  if (control === undefined) return readCode(state, character);
  state.at++;
  return control;
}

function readCode(state: Translation, character: string): string {
  const rest = state.text.slice(state.at, state.at + 16);
  const code = /^x(?:\{([0-9a-fA-F]+)\}|([0-9a-fA-F]{0,2}))/.exec(rest);
  if (code !== null) return codePoint(state, code[0].length, parseInt(`0${code[1] ?? code[2] ?? ""}`, 16));
  const octal = /^(?:o\{([0-7]+)\}|([0-7]{1,3}))/.exec(rest);
  if (octal !== null) return codePoint(state, octal[0].length, parseInt(octal[1] ?? octal[2] ?? "0", 8));
  const control = /^c([\x20-\x7e])/.exec(rest);
  if (control !== null) return codePoint(state, 2, (control[1] ?? "").toUpperCase().charCodeAt(0) ^ 0x40);
  if (/[A-Za-z0-9]/.test(character)) throw unsupported(`\\${character}`);
  state.at += character.length;
  return escapeLiteral(character);
}

function codePoint(state: Translation, length: number, code: number): string {
  if (code > 0x10ffff) throw invalidPattern("character code point value in \\x{} or \\o{} is too large");
  state.at += length;
  return `\\u{${code.toString(16)}}`;
}
