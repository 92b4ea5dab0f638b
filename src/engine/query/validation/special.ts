import { Int32, docOf, type Doc, type Value } from "../../bson/types.js";
import { ServerError } from "../../errors.js";
import { expressionCompiler } from "../../expressions/compile.js";
import { compileSchema } from "../json-schema.js";
import { compileFilter, type FilterOptions } from "../matcher.js";
import type { Clause } from "./types.js";

export function schemaClause(given: Doc): Clause {
  const schema = compileSchema(given);
  return {
    matches: (doc) => schema.accepts(doc),
    explain: (doc, matched) =>
      matched ? docOf({ operatorName: "$jsonSchema", reason: "schema matched" }) : schema.explain(doc),
  };
}

/** `$expr` and the other operators that look at the document as a whole. */
export function expressionClause(name: string, operand: Value, options: FilterOptions): Clause {
  const specifiedAs = docOf({ [name]: operand });
  const matcher = compileFilter(specifiedAs, options);
  const head = { operatorName: name, specifiedAs };
  if (name === "$alwaysTrue" || name === "$alwaysFalse") {
    const reason = `expression always evaluates to ${name === "$alwaysTrue"}`;
    return { matches: (doc) => matcher.matches(doc), explain: () => docOf({ ...head, reason }) };
  }
  const result = name === "$expr" ? resultReader(operand, options) : () => matcher.matches(new Map());
  return {
    matches: (doc) => matcher.matches(doc),
    explain: (doc, matched) => docOf({ ...head, ...explainResult(() => result(doc), matched) }),
  };
}

function resultReader(operand: Value, options: FilterOptions): (doc: Doc) => Value | undefined {
  const vars = options.vars ?? new Map<string, Value | undefined>();
  const expression = expressionCompiler(vars.keys(), options.collation?.compare).compile(operand);
  return (root) => expression({ root, vars });
}

function explainResult(read: () => Value | undefined, matched: boolean): Record<string, Value | undefined> {
  try {
    const expressionResult = read();
    return { reason: matched ? "expression did match" : "expression did not match", expressionResult };
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    const details = docOf({ code: new Int32(error.code), codeName: error.codeName, errmsg: error.message });
    return { reason: "failed to evaluate aggregation expression", details };
  }
}
