import { typeRank, typeRanks } from "../bson/compare.js";
import { isNaNValue } from "../bson/numbers.js";
import { isArray, isDoc, Regex, Undefined, type Doc, type Value } from "../bson/types.js";
import { isOperatorDoc } from "../query/expression-docs.js";
import { intersection, pointAt, rangeFrom, textsFrom, union, type Interval } from "./intervals.js";

/** What one condition of a filter says about a field. */
export interface Predicate {
  readonly path: string;
  /** Values a matching document has at the path, at least one of them; undefined for any. */
  readonly intervals: readonly Interval[] | undefined;
  /** The condition says this and no more, as long as no array is met. */
  readonly exact: boolean;
  /** A document without the field may match. */
  readonly missing: boolean;
}

export interface Conditions {
  /** All of them hold for a matching document. */
  readonly predicates: readonly Predicate[];
  /** `$or`s: one filter of each holds. */
  readonly alternatives: readonly (readonly Doc[])[];
  /** The predicates say all that the filter says, as long as no array is met. */
  readonly exact: boolean;
}

/** What `collect` gathers. */
interface Gathered {
  readonly predicates: Predicate[];
  readonly alternatives: (readonly Doc[])[];
  exact: boolean;
  /** With a collation, keys say nothing about texts. */
  readonly collated: boolean;
}

/** Reads from a filter what indexes can serve. */
export function conditionsOf(filter: Doc, collated: boolean): Conditions {
  const gathered: Gathered = { predicates: [], alternatives: [], exact: true, collated };
  collect(filter, "", gathered);
  return gathered;
}

function collect(filter: Doc, prefix: string, into: Gathered): void {
  for (const [name, condition] of filter) {
    if (name === "$and" && isArray(condition)) condition.filter(isDoc).forEach((each) => collect(each, prefix, into));
    else if (name === "$or" && isArray(condition) && prefix === "") {
      into.alternatives.push(condition.filter(isDoc));
      into.exact = false;
    } else if (name.startsWith("$")) into.exact &&= name === "$comment";
    else collectField(prefix + name, condition, into);
  }
}

function collectField(path: string, condition: Value, into: Gathered): void {
  if (!isOperatorDoc(condition)) {
    add(into, path, condition instanceof Regex ? matching(condition) : equalTo(condition));
    return;
  }
  for (const [operator, operand] of condition) collectOperator(path, operator, operand, condition, into);
}

type Meaning = Pick<Predicate, "intervals" | "exact" | "missing">;

function collectOperator(path: string, operator: string, operand: Value, siblings: Doc, into: Gathered): void {
  if (operator === "$elemMatch" && isDoc(operand)) {
    into.exact = false;
    if (isOperatorDoc(operand)) addElement(path, operand, into);
    else collect(operand, `${path}.`, into);
  } else if (operator === "$all" && isArray(operand)) {
    into.exact = false;
    for (const each of operand) if (!isOperatorDoc(each)) collectField(path, each, into);
  } else {
    add(into, path, meaningOf(operator, operand, siblings));
  }
}

/** `$elemMatch` on values: one element fulfils all, so their intervals may be intersected even for arrays. */
function addElement(path: string, operators: Doc, into: Gathered): void {
  const inner: Gathered = { predicates: [], alternatives: [], exact: false, collated: into.collated };
  collectField(path, operators, inner);
  const usable = into.collated ? inner.predicates.filter((each) => !holdsText(each)) : inner.predicates;
  const bounded = usable.flatMap(({ intervals }) => (intervals ? [intervals] : []));
  const [first, ...others] = bounded;
  if (first === undefined) return;
  const intervals = others.reduce<readonly Interval[]>(intersection, first);
  into.predicates.push({ path, intervals, exact: false, missing: false });
}

function add(into: Gathered, path: string, meaning: Meaning | undefined): void {
  if (meaning === undefined) {
    into.exact = false;
    return;
  }
  into.exact &&= meaning.exact;
  into.predicates.push({ path, ...meaning });
}

function meaningOf(operator: string, operand: Value, siblings: Doc): Meaning | undefined {
  switch (operator) {
    case "$eq":
      return operand instanceof Regex ? undefined : equalTo(operand);
    case "$in":
      return isArray(operand) ? oneOf(operand) : undefined;
    case "$gt":
    case "$gte":
    case "$lt":
    case "$lte":
      return inRange(operator, operand);
    case "$exists":
      return operand === false ? equalTo(null) : { intervals: undefined, exact: false, missing: false };
    case "$regex":
      return withOptions(operand, siblings.get("$options"));
    default:
      return undefined;
  }
}

/** Types whose values are equal exactly when their keys are, and that no array or missing field equals. */
const plainRanks: ReadonlySet<number> = new Set([
  typeRanks.number,
  typeRanks.string,
  typeRanks.objectId,
  typeRanks.bool,
  typeRanks.date,
  typeRanks.timestamp,
]);

function isPlain(value: Value): boolean {
  return plainRanks.has(typeRank(value)) && !isNaNValue(value);
}

function equalTo(value: Value): Meaning {
  if (value === null) return { intervals: union([pointAt(null), undefinedPoint]), exact: false, missing: true };
  if (isArray(value)) {
    const first = value.length === 0 ? Undefined.instance : (value[0] as Value);
    return { intervals: union([pointAt(value), pointAt(first)]), exact: false, missing: false };
  }
  return { intervals: [pointAt(value)], exact: isPlain(value), missing: value instanceof Undefined };
}

/** The key of an empty array. */
const undefinedPoint = pointAt(Undefined.instance);

function oneOf(values: readonly Value[]): Meaning | undefined {
  const meanings = values.map((value) => (value instanceof Regex ? matching(value) : equalTo(value)));
  const intervals: Interval[] = [];
  for (const meaning of meanings) {
    if (meaning?.intervals === undefined) return undefined;
    intervals.push(...meaning.intervals);
  }
  return {
    intervals: union(intervals),
    exact: meanings.every((meaning) => meaning?.exact),
    missing: meanings.some((meaning) => meaning?.missing),
  };
}

const rangedRanks: ReadonlySet<number> = new Set([...plainRanks, typeRanks.binData, typeRanks.object]);

function inRange(operator: "$gt" | "$gte" | "$lt" | "$lte", value: Value): Meaning | undefined {
  if (value === null) return operator === "$gte" || operator === "$lte" ? equalTo(null) : undefined;
  if (!rangedRanks.has(typeRank(value)) || isNaNValue(value)) return undefined;
  return { intervals: [rangeFrom(operator, value)], exact: isPlain(value), missing: false };
}

function withOptions(pattern: Value, options: Value | undefined): Meaning | undefined {
  if (pattern instanceof Regex) {
    return matching(typeof options === "string" ? new Regex(pattern.pattern, options) : pattern);
  }
  return typeof pattern === "string"
    ? matching(new Regex(pattern, typeof options === "string" ? options : ""))
    : undefined;
}

const anchored = /^\^((?:[^\\.*+?()[\]{}|^$#\s]|\\[^\w\s])+)(.?)/su;

/** A pattern that begins with a fixed text: texts that begin so, and the stored pattern itself. */
function matching(regex: Regex): Meaning | undefined {
  const found = regex.options === "" && !regex.pattern.includes("|") ? anchored.exec(regex.pattern) : null;
  if (found === null) return undefined;
  const [, literal = "", next = ""] = found;
  let text = literal.replaceAll(/\\(.)/gsu, "$1");
  // A quantifier makes the last character optional.
  if (/[*?{]/.test(next)) text = text.replace(/.$/su, "");
  if (text === "") return undefined;
  return { intervals: union([textsFrom(text), pointAt(regex)]), exact: false, missing: false };
}

/** Whether intervals hold texts, or what may hold texts: with a collation, keys are no help there. */
export function holdsText(predicate: Predicate): boolean {
  return (predicate.intervals ?? []).some(({ start, end }) => {
    return textRanks.some((tag) => tag >= (start[0] as number) && tag <= (end[0] as number));
  });
}

const textRanks = [typeRanks.string, typeRanks.object, typeRanks.array].map((rank) => rank + 2);
