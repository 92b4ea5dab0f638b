import { toText } from "../bson/extended-json.js";
import { isArray, isDoc, type Doc, type Value } from "../bson/types.js";
import { ServerError } from "../errors.js";
import { compileArguments, compileBetween, isNullish } from "./arguments.js";
import { isTruthy } from "../query/truth.js";
import type { CompileOperator, Compiler, Expression, OperatorTable } from "./types.js";

const cond: CompileOperator = (argument, compiler, name) => {
  const [test, then, otherwise] = (
    isDoc(argument)
      ? condFields(argument).map((value) => compiler.compile(value))
      : compileBetween(argument, compiler, { name, least: 3, most: 3 })
  ) as [Expression, Expression, Expression];
  return (scope) => (isTruthy(test(scope)) ? then(scope) : otherwise(scope));
};

function condFields(argument: Doc): Value[] {
  for (const name of argument.keys()) {
    if (!["if", "then", "else"].includes(name)) {
      throw new ServerError(17083, `Unrecognized parameter to $cond: ${name}`);
    }
  }
  const field = (name: string, code: number): Value => {
    const value = argument.get(name);
    if (value === undefined) throw new ServerError(code, `Missing '${name}' parameter to $cond`);
    return value;
  };
  return [field("if", 17080), field("then", 17081), field("else", 17082)];
}

const ifNull: CompileOperator = (argument, compiler) => {
  const items = compileArguments(argument, compiler);
  if (items.length < 2) {
    throw new ServerError(1257300, `$ifNull needs at least two arguments, had: ${items.length}`);
  }
  return (scope) => {
    let value: Value | undefined;
    for (const item of items) {
      value = item(scope);
      if (!isNullish(value)) break;
    }
    return value;
  };
};

interface SwitchBranch {
  readonly test: Expression;
  readonly then: Expression;
}

const switchCase: CompileOperator = (argument, compiler) => {
  if (!isDoc(argument)) {
    throw new ServerError(40060, `$switch requires an object as an argument, found: ${toText(argument)}`);
  }
  const unknown = [...argument.keys()].find((name) => name !== "branches" && name !== "default");
  if (unknown !== undefined) throw new ServerError(40067, `$switch found an unknown argument: ${unknown}`);
  const branches = compileBranches(argument.get("branches"), compiler);
  const fallback = argument.get("default");
  const otherwise = fallback === undefined ? undefined : compiler.compile(fallback);
  return (scope) => {
    const branch = branches.find(({ test }) => isTruthy(test(scope)));
    if (branch !== undefined) return branch.then(scope);
    if (otherwise !== undefined) return otherwise(scope);
    const message = "$switch could not find a matching branch for an input, and no default was specified.";
    throw new ServerError(40066, message);
  };
};

function compileBranches(branches: Value | undefined, compiler: Compiler): SwitchBranch[] {
  if (branches === undefined) throw new ServerError(40068, "$switch requires at least one branch.");
  if (!isArray(branches)) {
    throw new ServerError(40061, `$switch expected an array for 'branches', found: ${toText(branches)}`);
  }
  if (branches.length === 0) throw new ServerError(40068, "$switch requires at least one branch.");
  return branches.map((branch) => compileBranch(branch, compiler));
}

function compileBranch(branch: Value, compiler: Compiler): SwitchBranch {
  if (!isDoc(branch)) {
    throw new ServerError(40062, `$switch expected each branch to be an object, found: ${toText(branch)}`);
  }
  const unknown = [...branch.keys()].find((name) => name !== "case" && name !== "then");
  if (unknown !== undefined) throw new ServerError(40063, `$switch found an unknown argument to a branch: ${unknown}`);
  const test = branch.get("case");
  const then = branch.get("then");
  if (test === undefined) throw new ServerError(40064, "$switch requires each branch have a 'case' expression");
  if (then === undefined) throw new ServerError(40065, "$switch requires each branch have a 'then' expression.");
  return { test: compiler.compile(test), then: compiler.compile(then) };
}

/** Source: MongoDB manual, "Conditional Expression Operators" */
export const conditionalOperators: OperatorTable = { $cond: cond, $ifNull: ifNull, $switch: switchCase };
