import { compareStrings, type CompareStrings } from "../bson/compare.js";
import { toText } from "../bson/extended-json.js";
import { isArray, isDoc, type Doc, type Value } from "../bson/types.js";
import { ServerError } from "../errors.js";
import { constant, constantValue, isConstant } from "./constants.js";
import { checkFieldName, compilePath } from "./paths.js";
import { operators } from "./operators.js";
import type { Compiler, Expression } from "./types.js";

const emptyScope = { root: new Map<string, Value>(), vars: new Map<string, Value | undefined>() };

/**
 * Compiles an aggregation expression: an operator `{ $add: [...] }`, a field path `"$a.b"`, a variable `"$$name"`, a
 * document or array of expressions, or a literal.
 * @throws ServerError InvalidPipelineOperator (168) for an unknown operator, 17276 for an undefined variable, and the
 *   operators' own codes
 * Source: MongoDB manual, "Aggregation Expressions"
 */
export function compileExpression(value: Value): Expression {
  return baseCompiler.compile(value);
}

/** A compiler that knows the variables of a command's `let` and compares texts by its collation. */
export function expressionCompiler(
  variables: Iterable<string> = [],
  strings: CompareStrings = compareStrings,
): Compiler {
  return makeCompiler(new Set(variables), strings);
}

function makeCompiler(known: ReadonlySet<string>, strings: CompareStrings): Compiler {
  const compiler: Compiler = {
    strings,
    compile: (value) => compileValue(value, compiler),
    withVariables: (names) => makeCompiler(new Set([...known, ...names]), strings),
    knows: (variable) => known.has(variable),
  };
  return compiler;
}

const baseCompiler = expressionCompiler();

function compileValue(value: Value, compiler: Compiler): Expression {
  if (typeof value === "string") return value.startsWith("$") ? compilePath(value, compiler) : constant(value);
  if (isArray(value)) return compileArray(value, compiler);
  if (!isDoc(value)) return constant(value);
  const [first] = value.keys();
  return first?.startsWith("$") === true ? compileOperator(first, value, compiler) : compileObject(value, compiler);
}

function compileOperator(name: string, doc: Doc, compiler: Compiler): Expression {
  if (doc.size !== 1) {
    const message = `an expression specification must contain exactly one field, the name of the expression. Found ${doc.size} fields in ${toText(doc)}`;
    throw new ServerError(15983, message);
  }
  const compile = operators.get(name);
  if (compile === undefined) throw new ServerError("InvalidPipelineOperator", `Unrecognized expression '${name}'`);
  return compile(doc.get(name) ?? null, compiler, name);
}

function compileArray(values: readonly Value[], compiler: Compiler): Expression {
  const items = values.map((value) => compiler.compile(value));
  if (items.every(isConstant)) return constant(items.map((item) => constantValue(item) ?? null));
  return (scope) => items.map((item) => item(scope) ?? null);
}

function compileObject(doc: Doc, compiler: Compiler): Expression {
  const fields = Array.from(doc, ([name, value]) => {
    checkFieldName(name);
    return { name, value: compiler.compile(value) };
  });
  const evaluate: Expression = (scope) => {
    const result: Doc = new Map();
    for (const field of fields) {
      const value = field.value(scope);
      if (value !== undefined) result.set(field.name, value);
    }
    return result;
  };
  return fields.every((field) => isConstant(field.value)) ? constant(evaluate(emptyScope)) : evaluate;
}
