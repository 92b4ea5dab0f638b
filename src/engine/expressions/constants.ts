import type { Value } from "../bson/types.js";
import type { Expression } from "./types.js";

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
