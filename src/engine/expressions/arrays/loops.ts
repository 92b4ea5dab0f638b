import { toText } from "../../bson/extended-json.js";
import { isNumber } from "../../bson/numbers.js";
import { isArray, type Value } from "../../bson/types.js";
import { ServerError } from "../../errors.js";
import { isNullish, namedArguments, nameOfType, type Maybe } from "../arguments.js";
import { int32Of } from "../numbers.js";
import { checkBindableName } from "../paths.js";
import { isTruthy } from "../../query/truth.js";
import type { CompileOperator, OperatorTable, Scope } from "../types.js";

/** The name that `as` gives the element, `this` by default. */
function elementName(value: Value | undefined, name: string): string {
  if (value === undefined) return "this";
  if (typeof value !== "string") throw new ServerError("FailedToParse", `${name} 'as' must be a string`);
  checkBindableName(value);
  return value;
}

/** A scope of its own whose variables a loop may set anew for each element. */
function loopScope(scope: Scope): { inner: Scope; vars: Map<string, Value | undefined> } {
  const vars = new Map(scope.vars);
  return { inner: { root: scope.root, vars }, vars };
}

const map: CompileOperator = (argument, compiler, name) => {
  const codes = { notObject: 16878, unknown: 16879, missing: 16880 };
  const given = namedArguments(argument, name, { required: ["input", "in"], optional: ["as"], codes });
  const as = elementName(given.get("as"), name);
  const input = compiler.compile(given.get("input") ?? null);
  const body = compiler.withVariables([as]).compile(given.get("in") ?? null);
  return (scope) => {
    const array = input(scope);
    if (isNullish(array)) return null;
    if (!isArray(array)) throw new ServerError(16883, `input to $map must be an array not ${nameOfType(array)}`);
    const { inner, vars } = loopScope(scope);
    return array.map((item) => {
      vars.set(as, item);
      return body(inner) ?? null;
    });
  };
};

const filter: CompileOperator = (argument, compiler, name) => {
  const codes = { notObject: 28646, unknown: 28647, missing: 28648 };
  const given = namedArguments(argument, name, { required: ["input", "cond"], optional: ["as", "limit"], codes });
  const as = elementName(given.get("as"), name);
  const input = compiler.compile(given.get("input") ?? null);
  const test = compiler.withVariables([as]).compile(given.get("cond") ?? null);
  const limit = compiler.compile(given.get("limit") ?? null);
  return (scope) => {
    const array = input(scope);
    if (isNullish(array)) return null;
    if (!isArray(array)) throw new ServerError(28651, `input to $filter must be an array not ${nameOfType(array)}`);
    const most = limitOf(limit(scope));
    const { inner, vars } = loopScope(scope);
    const kept: Value[] = [];
    for (const item of array) {
      if (kept.length >= most) break;
      vars.set(as, item);
      if (isTruthy(test(inner))) kept.push(item);
    }
    return kept;
  };
};

function limitOf(value: Maybe): number {
  if (isNullish(value)) return Infinity;
  const whole = isNumber(value) ? int32Of(value) : undefined;
  if (whole === undefined) {
    throw new ServerError(327391, `$filter: limit must be represented as a 32-bit integral value: ${toText(value)}`);
  }
  if (whole > 0) return whole;
  throw new ServerError(327392, `$filter: limit must be greater than 0: ${whole}`);
}

const reduce: CompileOperator = (argument, compiler, name) => {
  const codes = { notObject: 40075, unknown: 40076, missing: 40077 };
  const given = namedArguments(argument, name, { required: ["input", "initialValue", "in"], codes });
  const input = compiler.compile(given.get("input") ?? null);
  const initial = compiler.compile(given.get("initialValue") ?? null);
  const body = compiler.withVariables(["this", "value"]).compile(given.get("in") ?? null);
  return (scope) => {
    const array = input(scope);
    if (isNullish(array)) return null;
    if (!isArray(array)) {
      throw new ServerError(40080, `$reduce requires that 'input' be an array, found: ${toText(array)}`);
    }
    const { inner, vars } = loopScope(scope);
    let value = initial(scope);
    for (const item of array) {
      vars.set("this", item).set("value", value);
      value = body(inner);
    }
    return value;
  };
};

export const loopOperators: OperatorTable = { $map: map, $filter: filter, $reduce: reduce };
