import { Regex, type Doc, type Value } from "../bson/types.js";
import type { Collation } from "./collation.js";
import { badValue, type FieldOperator, type FilterContext } from "./context.js";
import { isOperatorDoc } from "./expression-docs.js";
import { allOf, allOfField, leaf, type DocTest, type FieldTest, type MatchDetails } from "./nodes.js";
import { arrayOperators } from "./operators/array.js";
import { bitwiseOperators } from "./operators/bitwise.js";
import { comparisonOperators, equalTo } from "./operators/comparison.js";
import { elementOperators } from "./operators/element.js";
import { evaluationOperators } from "./operators/evaluation.js";
import { geoOperators } from "./operators/geo.js";
import { notOperator } from "./operators/logical.js";
import { membershipOperators } from "./operators/membership.js";
import { regexTest } from "./operators/regex.js";
import { pathlessOperators } from "./operators/top-level.js";
import { pathOf } from "./paths.js";

export interface FilterOptions {
  readonly collation?: Collation | undefined;
  /** Variables for `$expr`, from a command's `let`. */
  readonly vars?: ReadonlyMap<string, Value | undefined>;
  /** Refuses `$expr`, `$jsonSchema`, `$text` and `$where`, as arrayFilters and `$pull` do. */
  readonly plain?: boolean;
}

/** A successful match. */
export interface MatchResult {
  /** The place in the array that the filter matched, for the positional `$`. */
  readonly positional?: number;
}

export interface Matcher {
  readonly filter: Doc;
  matches(doc: Doc): boolean;
  match(doc: Doc): MatchResult | undefined;
}

const fieldOperators = new Map<string, FieldOperator>(
  Object.entries({
    ...comparisonOperators,
    ...membershipOperators,
    ...elementOperators,
    ...evaluationOperators,
    ...arrayOperators,
    ...bitwiseOperators,
    ...geoOperators,
    $not: notOperator,
  }),
);

const pathless = new Map(Object.entries(pathlessOperators));
const MAX_DEPTH = 100;
const plainMatch: MatchResult = {};
const noVars: ReadonlyMap<string, Value | undefined> = new Map();

/**
 * Compiles a filter.
 * @throws ServerError with MongoDB's code for what is malformed or not supported
 * Source: MongoDB manual, "Query and Projection Operators"
 */
export function compileFilter(filter: Doc, options: FilterOptions = {}): Matcher {
  const { collation, vars = noVars, plain = false } = options;
  const test = compileDoc(filter, { collation, vars, plain, nested: false, depth: 0, compileDoc, compileField });
  return {
    filter,
    matches: (doc) => test(doc),
    match: (doc) => {
      const details: MatchDetails = { positional: undefined };
      if (!test(doc, details)) return undefined;
      return details.positional === undefined ? plainMatch : { positional: details.positional };
    },
  };
}

function compileDoc(filter: Doc, outer: FilterContext): DocTest {
  if (outer.depth > MAX_DEPTH) throw badValue(`exceeded maximum query tree depth of ${MAX_DEPTH}`);
  const context = { ...outer, depth: outer.depth + 1 };
  const tests: DocTest[] = [];
  for (const [name, value] of filter) {
    const test = name.startsWith("$") ? compilePathless(name, value, context) : compileNamed(name, value, context);
    if (test !== undefined) tests.push(test);
  }
  return allOf(tests);
}

function compilePathless(name: string, value: Value, context: FilterContext): DocTest | undefined {
  const operator = pathless.get(name);
  if (operator === undefined) throw badValue(unknownTopLevel(name));
  return operator(value, context);
}

function unknownTopLevel(name: string): string {
  const hint = ". If you have a field name that starts with a '$' symbol, consider using $getField or $setField.";
  return `unknown top level operator: ${name}${hint}`;
}

function compileNamed(name: string, value: Value, context: FilterContext): DocTest {
  return compileFieldValue(name, value, context).atPath(pathOf(name));
}

function compileFieldValue(name: string, value: Value, context: FilterContext): FieldTest {
  if (value instanceof Regex) return leaf(regexTest(value.pattern, value.options));
  if (isOperatorDoc(value)) return compileField(value, name, context);
  return leaf(equalTo(value, context.collation));
}

function compileField(operators: Doc, name: string, outer: FilterContext): FieldTest {
  if (outer.depth > MAX_DEPTH) throw badValue(`exceeded maximum query tree depth of ${MAX_DEPTH}`);
  const context = { ...outer, depth: outer.depth + 1 };
  const tests: FieldTest[] = [];
  for (const [operator, operand] of operators) {
    const compile = fieldOperators.get(operator);
    if (compile === undefined) throw badValue(unknownOperator(operator));
    const test = compile(operand, { name, siblings: operators, context });
    if (test !== undefined) tests.push(test);
  }
  return allOfField(tests);
}

function unknownOperator(name: string): string {
  return name === "$where" ? "$where cannot be applied to a field" : `unknown operator: ${name}`;
}
