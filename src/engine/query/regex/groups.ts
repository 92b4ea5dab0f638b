import { addAtom, groupName, invalidPattern, openAtomic, openGroup, unsupported, type Translation } from "./state.js";

const named = /^\?(?:P?<([A-Za-z_]\w*)>|'([A-Za-z_]\w*)')/;
const modeChange = /^\?([imsx]*)(?:-([imsx]+))?([:)])/;

/** Reads what follows an opening parenthesis. */
export function readGroup(state: Translation): void {
  const rest = state.text.slice(state.at, state.at + 80);
  if (rest.startsWith("*")) throw unsupported("backtracking verbs");
  if (!rest.startsWith("?")) {
    openCapture(state);
    return;
  }
  const look = /^\?(?:<?[=!]|:)/.exec(rest)?.[0];
  if (look !== undefined) {
    state.at += look.length;
    openGroup(state, `(${look}`);
    return;
  }
  const name = named.exec(rest);
  if (name !== null) {
    state.at += name[0].length;
    openCapture(state, name[1] ?? name[2]);
    return;
  }
  readSpecialGroup(state, rest);
}

function readSpecialGroup(state: Translation, rest: string): void {
  if (rest.startsWith("?>")) {
    state.at += 2;
    openAtomic(state);
    return;
  }
  if (rest.startsWith("?#")) {
    const end = state.text.indexOf(")", state.at);
    if (end === -1) throw invalidPattern("missing ) after (?# comment");
    state.at = end + 1;
    return undefined;
  }
  const backreference = /^\?P=([A-Za-z_]\w*)\)/.exec(rest);
  if (backreference !== null) {
    state.at += backreference[0].length;
    addBackreference(state, backreference[1] ?? "");
    return;
  }
  const change = modeChange.exec(rest);
  if (change === null) throw unsupported(`(${rest.slice(0, 2)}`);
  changeModes(state, change);
}

function openCapture(state: Translation, name?: string): void {
  const number = ++state.captures;
  if (name !== undefined) {
    if (state.names.has(name)) throw invalidPattern("two named subpatterns have the same name");
    state.names.set(name, number);
  }
  openGroup(state, `(?<${groupName(number)}>`, ")", number);
}

function changeModes(state: Translation, change: RegExpExecArray): void {
  const [whole, on = "", off = "", end] = change;
  state.at += whole.length;
  if (end === ":") openGroup(state, "(?:");
  const ignoreCase = off.includes("i") ? false : on.includes("i") || state.modes.ignoreCase;
  if (ignoreCase !== state.ignoreCase) throw unsupported("the option i for a part of the pattern");
  state.modes = {
    ignoreCase,
    multiline: !off.includes("m") && (on.includes("m") || state.modes.multiline),
    dotAll: !off.includes("s") && (on.includes("s") || state.modes.dotAll),
    extended: !off.includes("x") && (on.includes("x") || state.modes.extended),
  };
}

/**
 * A reference to what a group matched. For a group that took no part PCRE fails and JavaScript matches the empty text,
 * so such references are refused.
 */
export function addBackreference(state: Translation, reference: string | number): void {
  const number = typeof reference === "number" ? reference : state.names.get(reference);
  if (number === undefined || number > state.captures || number < 1) {
    throw invalidPattern("reference to non-existent subpattern");
  }
  if (state.unset.has(number)) throw unsupported("a reference to a group that may have taken no part in the match");
  addAtom(state, `\\k<${groupName(number)}>`);
}
