import { isArray, isDoc, type Value } from "../bson/types.js";
import type { Compiler, Expression } from "./types.js";

const constants = new WeakMap<Expression, { readonly value: Value | undefined }>();

/** An expression that always gives this value, and is known to. */
export function constant(value: Value | undefined): Expression {
  const expression: Expression = () => value;
  constants.set(expression, { value });
  return expression;
}

export function isConstant(expression: Expression): boolean {
  return constants.has(expression);
}

/** The value of a constant expression, for work that can be done once; undefined for any other. */
export function constantValue(expression: Expression | undefined): Value | undefined {
  return expression === undefined ? undefined : constants.get(expression)?.value;
}

/**
 * The value of an expression that depends on no document, such as `{ $add: [1, 2] }`, for arguments that must be
 * constant; undefined when it is not.
 */
export function foldConstant(spec: Value, compiler: Compiler): { readonly value: Value | undefined } | undefined {
  const expression = compiler.compile(spec);
  const known = constants.get(expression);
  if (known !== undefined) return known;
  if (!isIndependent(spec)) return undefined;
  return { value: expression({ root: new Map<string, Value>(), vars: new Map<string, Value | undefined>() }) };
}

function isIndependent(spec: Value): boolean {
  if (typeof spec === "string") return !spec.startsWith("$");
  if (isArray(spec)) return spec.every(isIndependent);
  if (!isDoc(spec) || spec.has("$literal")) return true;
  return !spec.has("$rand") && [...spec.values()].every(isIndependent);
}
