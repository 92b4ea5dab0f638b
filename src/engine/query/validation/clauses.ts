import { Int32, Regex, docOf, isArray, isDoc, type Doc, type Value } from "../../bson/types.js";
import { ServerError } from "../../errors.js";
import { isOperatorDoc } from "../expression-docs.js";
import type { FilterOptions } from "../matcher.js";
import { expressionClause, schemaClause } from "./special.js";
import { leafClause } from "./leaves.js";
import type { Clause } from "./types.js";

/** The clause of a whole filter: its only condition, or all of them as an `$and`. */
export function compileClauses(filter: Doc, options: FilterOptions): Clause {
  const clauses = Array.from(filter).flatMap(([name, value]) => {
    if (name === "$comment") return [];
    return name.startsWith("$") ? [pathlessClause(name, value, options)] : fieldClauses(name, value, options);
  });
  return all(clauses);
}

function all(clauses: readonly Clause[]): Clause {
  const [only] = clauses;
  return clauses.length === 1 && only !== undefined ? only : andClause(clauses);
}

/** The explanations of the clauses that hold, or do not; one that cannot be evaluated is explained either way. */
function numbered(clauses: readonly Clause[], doc: Doc, matched: boolean): Doc[] {
  return clauses.flatMap((clause, index) =>
    canBe(matched, clause, doc) ? [docOf({ index: new Int32(index), details: clause.explain(doc, matched) })] : [],
  );
}

function canBe(matched: boolean, clause: Clause, doc: Doc): boolean {
  try {
    return clause.matches(doc) === matched;
  } catch (error) {
    if (error instanceof ServerError) return true;
    throw error;
  }
}

function andClause(clauses: readonly Clause[]): Clause {
  return {
    matches: (doc) => clauses.every((clause) => clause.matches(doc)),
    explain: (doc, matched) => listClauses("$and", matched, numbered(clauses, doc, matched)),
  };
}

function orClause(clauses: readonly Clause[]): Clause {
  return {
    matches: (doc) => clauses.some((clause) => clause.matches(doc)),
    explain: (doc, matched) => listClauses("$or", matched, numbered(clauses, doc, matched)),
  };
}

function norClause(clauses: readonly Clause[]): Clause {
  return {
    matches: (doc) => !clauses.some((clause) => clause.matches(doc)),
    explain: (doc, matched) => listClauses("$nor", !matched, numbered(clauses, doc, !matched)),
  };
}

function listClauses(operatorName: string, satisfied: boolean, clauses: readonly Doc[]): Doc {
  return docOf({ operatorName, [satisfied ? "clausesSatisfied" : "clausesNotSatisfied"]: clauses });
}

function notClause(inner: Clause): Clause {
  return {
    matches: (doc) => !inner.matches(doc),
    explain: (doc, matched) => docOf({ operatorName: "$not", details: inner.explain(doc, !matched) }),
  };
}

function pathlessClause(name: string, operand: Value, options: FilterOptions): Clause {
  if (name === "$jsonSchema" && isDoc(operand)) return schemaClause(operand);
  const lists = { $and: andClause, $or: orClause, $nor: norClause };
  if ((name === "$and" || name === "$or" || name === "$nor") && isArray(operand)) {
    return lists[name](operand.filter(isDoc).map((filter) => compileClauses(filter, options)));
  }
  return expressionClause(name, operand, options);
}

function fieldClauses(path: string, value: Value, options: FilterOptions): readonly Clause[] {
  if (!isOperatorDoc(value)) return [leafClause(value instanceof Regex ? "$regex" : "$eq", path, value, options)];
  return [...value].flatMap(([operator, operand]) => {
    if (operator === "$options") return [];
    if (operator === "$not") return [notClause(all(fieldClauses(path, operand, options)))];
    const given: Doc = new Map([[operator, operand]]);
    const regexOptions = operator === "$regex" ? value.get("$options") : undefined;
    if (regexOptions !== undefined) given.set("$options", regexOptions);
    return [leafClause(operator, path, given, options)];
  });
}
