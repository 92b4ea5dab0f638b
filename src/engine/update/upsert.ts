import { isArray, isDoc, Regex, type Doc, type Value } from "../bson/types.js";
import { ServerError } from "../errors.js";
import { isOperatorDoc } from "../query/expression-docs.js";
import { withIdFirst } from "./ids.js";
import type { Updater } from "./types.js";

/**
 * The document that an upsert inserts: the filter's equalities, then the update on top, `_id` first.
 * @param newId gives an `_id` when neither filter nor update has one
 * @throws ServerError NotSingleValueField when the filter asks two values of one path, and the update's own errors
 * Source: MongoDB manual, "db.collection.update()", "Upsert Behavior"
 */
export function upsertDocument(
  filter: Doc,
  updater: Updater,
  { now, newId }: { now: bigint; newId: () => Value },
): Doc {
  const seed = seedOf(filter, updater.kind === "replacement");
  const made = updater.apply(seed, { now, isInsert: true });
  return made.has("_id") ? withIdFirst(made, seed) : new Map<string, Value>([["_id", newId()], ...made]);
}

/** The equalities of a filter as a document; of a replacement's filter only the `_id` counts. */
function seedOf(filter: Doc, idOnly: boolean): Doc {
  const found = new Map<string, Value>();
  collectEqualities(filter, found);
  const seed: Doc = new Map();
  for (const [path, value] of found) {
    if (idOnly && path !== "_id") continue;
    const clash = [...found.keys()].find((other) => other.startsWith(`${path}.`));
    if (clash !== undefined && !idOnly) throw matchedTwice(path);
    setAt(seed, path.split("."), value);
  }
  return seed;
}

function collectEqualities(filter: Doc, found: Map<string, Value>): void {
  for (const [name, value] of filter) {
    if (name === "$and" || (name === "$or" && isArray(value) && value.length === 1)) collectClauses(value, found);
    else if (!name.startsWith("$")) collectField(name, value, found);
  }
}

function collectClauses(clauses: Value, found: Map<string, Value>): void {
  if (!isArray(clauses)) return;
  for (const clause of clauses) if (isDoc(clause)) collectEqualities(clause, found);
}

function collectField(path: string, value: Value, found: Map<string, Value>): void {
  if (value instanceof Regex) return;
  if (!isOperatorDoc(value)) {
    addEquality(path, value, found);
    return;
  }
  for (const [operator, operand] of value) {
    const single = isArray(operand) && operand.length === 1 ? operand[0] : undefined;
    if (operator === "$eq") addEquality(path, operand, found);
    else if ((operator === "$in" || operator === "$all") && isPlain(single)) addEquality(path, single, found);
  }
}

/** `$in` and `$all` may hold patterns and `$elemMatch`, which name no value. */
function isPlain(value: Value | undefined): value is Value {
  return value !== undefined && !(value instanceof Regex) && !isOperatorDoc(value);
}

function addEquality(path: string, value: Value, found: Map<string, Value>): void {
  if (found.has(path)) throw matchedTwice(path);
  found.set(path, value);
}

function matchedTwice(path: string): ServerError {
  return new ServerError("NotSingleValueField", `cannot infer query fields to set, path '${path}' is matched twice`);
}

/** The seed's documents are built here and shared with nobody, so they are filled in place. */
function setAt(seed: Doc, parts: readonly string[], value: Value): void {
  let holder = seed;
  for (const part of parts.slice(0, -1)) {
    const next = holder.get(part);
    if (isDoc(next)) holder = next;
    else {
      const made: Doc = new Map();
      holder.set(part, made);
      holder = made;
    }
  }
  holder.set(parts.at(-1) ?? "", value);
}
