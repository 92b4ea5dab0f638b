import { typeRank } from "../bson/compare.js";
import { tagOf } from "../bson/keys.js";
import { typeName } from "../bson/typename.js";
import { isArray, isDoc, ObjectId, UtcDate, type Doc, type Value } from "../bson/types.js";
import { isOperatorDoc } from "../query/expression-docs.js";
import { parseTypes } from "../query/operators/element.js";
import type { Interval } from "./intervals.js";
import { conditionsOf, type Predicate } from "./predicates.js";

/**
 * Whether every document that fulfils the predicates also fulfils a partial index's filter, so that the index holds
 * them all. Says no when in doubt.
 */
export function implies(predicates: readonly Predicate[], partial: Doc): boolean {
  for (const [name, condition] of partial) {
    const holds = name.startsWith("$")
      ? impliesLogical(predicates, name, condition)
      : impliesField(predicates, name, condition);
    if (!holds) return false;
  }
  return true;
}

function impliesLogical(predicates: readonly Predicate[], name: string, condition: Value): boolean {
  if (!isArray(condition)) return false;
  const filters = condition.filter(isDoc);
  if (name === "$and") return filters.every((filter) => implies(predicates, filter));
  return name === "$or" && filters.some((filter) => implies(predicates, filter));
}

function impliesField(predicates: readonly Predicate[], path: string, condition: Value): boolean {
  const known = predicates.filter((predicate) => predicate.path === path);
  if (!isOperatorDoc(condition)) return known.some((each) => within(each, new Map([[path, condition]])));
  return [...condition].every(([operator, operand]) => known.some((each) => fulfils(each, path, operator, operand)));
}

function fulfils(predicate: Predicate, path: string, operator: string, operand: Value): boolean {
  if (operator === "$exists") return !predicate.missing;
  if (operator === "$type") return hasType(predicate, operand);
  return within(predicate, new Map([[path, new Map([[operator, operand]])]]));
}

/** Whether all of the predicate's values lie in the condition's. */
function within(predicate: Predicate, condition: Doc): boolean {
  const [wanted] = conditionsOf(condition, false).predicates;
  if (!predicate.intervals || !wanted?.intervals) return false;
  const outer = wanted.intervals;
  return predicate.intervals.every((inner) => outer.some((each) => contains(each, inner)));
}

function contains(outer: Pick<Interval, "start" | "end">, inner: Interval): boolean {
  return Buffer.compare(outer.start, inner.start) <= 0 && Buffer.compare(inner.end, outer.end) <= 0;
}

/** One value of each type that has a part of the keys to itself. */
const samples: readonly Value[] = ["", new Map(), false, new ObjectId("0".repeat(24)), new UtcDate(0n)];

function hasType(predicate: Predicate, operand: Value): boolean {
  if (!predicate.intervals) return false;
  const types = parseTypes(operand);
  const brackets = samples.filter((sample) => types.has(typeName(sample))).map(bracketOf);
  return predicate.intervals.every((inner) => brackets.some((bracket) => contains(bracket, inner)));
}

function bracketOf(sample: Value): Pick<Interval, "start" | "end"> {
  const tag = tagOf(typeRank(sample));
  return { start: Buffer.from([tag]), end: Buffer.from([tag + 1]) };
}
