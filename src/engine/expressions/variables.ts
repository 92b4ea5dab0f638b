import { toText } from "../bson/extended-json.js";
import { isDoc, type Value } from "../bson/types.js";
import { ServerError } from "../errors.js";
import { constant } from "./constants.js";
import { checkBindableName } from "./paths.js";
import type { CompileOperator, OperatorTable, Scope } from "./types.js";

const letIn: CompileOperator = (argument, compiler) => {
  if (!isDoc(argument)) throw new ServerError(16874, "$let only supports an object as its argument");
  const unknown = [...argument.keys()].find((name) => name !== "vars" && name !== "in");
  if (unknown !== undefined) throw new ServerError(16875, `Unrecognized parameter to $let: ${unknown}`);
  const vars = argument.get("vars");
  const body = argument.get("in");
  if (vars === undefined) throw new ServerError(16876, "Missing 'vars' parameter to $let");
  if (body === undefined) throw new ServerError(16877, "Missing 'in' parameter to $let");
  if (!isDoc(vars)) throw new ServerError("FailedToParse", `$let's 'vars' must be an object, found ${toText(vars)}`);
  const bound = Array.from(vars, ([name, value]) => {
    checkBindableName(name);
    return { name, value: compiler.compile(value) };
  });
  const inner = compiler.withVariables(vars.keys()).compile(body);
  return (scope) =>
    inner(
      withVars(
        scope,
        bound.map(({ name, value }) => [name, value(scope)]),
      ),
    );
};

/** The scope with further variables; the outer ones stay visible. */
function withVars(scope: Scope, added: readonly (readonly [string, Value | undefined])[]): Scope {
  const vars = new Map(scope.vars);
  for (const [name, value] of added) vars.set(name, value);
  return { root: scope.root, vars };
}

const literal: CompileOperator = (argument) => constant(argument);

/** Source: MongoDB manual, "Variable Expression Operators" */
export const variableOperators: OperatorTable = { $let: letIn, $literal: literal, $const: literal };
