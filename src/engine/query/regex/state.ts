import { ServerError } from "../../errors.js";

/** The options that may change inside a pattern. */
export interface Modes {
  ignoreCase: boolean;
  multiline: boolean;
  dotAll: boolean;
  extended: boolean;
}

interface OpenGroup {
  /** The modes to go back to at the group's end. */
  readonly modes: Modes;
  /** Where the group starts in the output, for a quantifier behind it. */
  readonly start: number;
  readonly closing: string;
  /** Its number when it captures. */
  readonly capture: number | undefined;
  /** How many capturing groups came before it. */
  readonly capturesBefore: number;
  /** Whether the capturing groups inside may take no part in a match. */
  uncertain: boolean;
}

/** A pattern on its way from PCRE to JavaScript. */
export interface Translation {
  readonly text: string;
  at: number;
  readonly output: string[];
  modes: Modes;
  /** Case is ignored for the whole pattern or not at all: JavaScript cannot switch inside. */
  readonly ignoreCase: boolean;
  readonly open: OpenGroup[];
  /** Where the piece that a quantifier would repeat starts; -1 when there is none. */
  atom: number;
  /** How many capturing groups came before that piece. */
  atomCaptures: number;
  captures: number;
  /** The capturing groups that are open, or may have taken no part in a match: what they matched is unknown. */
  readonly unset: Set<number>;
  readonly names: Map<string, number>;
  atomics: number;
}

export const anything = "[\\s\\S]";
export const textStart = `(?<!${anything})`;
export const textEnd = `(?!${anything})`;

export function unsupported(construct: string): ServerError {
  return new ServerError(
    "CommandNotSupported",
    `Regular expressions with ${construct} are not supported by this server`,
  );
}

export function invalidPattern(reason: string): ServerError {
  return new ServerError(51091, `Regular expression is invalid: ${reason}`);
}

/** Adds a piece that a quantifier may repeat. */
export function addAtom(state: Translation, piece: string): void {
  state.atom = state.output.length;
  state.atomCaptures = state.captures;
  state.output.push(piece);
}

/** Adds a piece that stands for a place, not for characters. */
export function addAssertion(state: Translation, piece: string): void {
  state.atom = -1;
  state.output.push(piece);
}

export function escapeLiteral(character: string): string {
  return /[\^$\\.*+?()[\]{}|/]/.test(character) ? `\\${character}` : character;
}

/** Keeps what was written since `start` from being tried again in another way, by a look-ahead that is then repeated. */
export function makeAtomic(state: Translation, start: number): void {
  const name = `a${++state.atomics}`;
  state.output.splice(start, 0, `(?:(?=(?<${name}>`);
  state.output.push(`))\\k<${name}>)`);
}

/** Opens a group; `closing` is what ends it. */
export function openGroup(state: Translation, opening: string, closing = ")", capture?: number): void {
  const capturesBefore = capture === undefined ? state.captures : capture - 1;
  const uncertain = opening === "(?!" || opening === "(?<!";
  if (capture !== undefined) state.unset.add(capture);
  const modes = { ...state.modes };
  state.open.push({ modes, start: state.output.length, closing, capture, capturesBefore, uncertain });
  state.atom = -1;
  state.output.push(opening);
}

/** Notes that the capturing groups behind the first `before` may take no part in a match. */
export function markUnset(state: Translation, before: number): void {
  for (let number = before + 1; number <= state.captures; number++) state.unset.add(number);
}

/** Opens an atomic group: `(?>...)`. */
export function openAtomic(state: Translation): void {
  const name = `a${++state.atomics}`;
  openGroup(state, `(?:(?=(?<${name}>`, `))\\k<${name}>)`);
}

/** The name under which the translation keeps the pattern's group of that number. */
export function groupName(number: number): string {
  return `g${number}`;
}
