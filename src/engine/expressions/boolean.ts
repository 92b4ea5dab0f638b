import { isTruthy } from "../query/truth.js";
import { compareInExpression } from "./order.js";
import { binary, compileArguments, unary, type Maybe } from "./arguments.js";
import { Int32 } from "../bson/types.js";
import type { CompileOperator, OperatorTable } from "./types.js";

const and: CompileOperator = (argument, compiler) => {
  const items = compileArguments(argument, compiler);
  return (scope) => items.every((item) => isTruthy(item(scope)));
};

const or: CompileOperator = (argument, compiler) => {
  const items = compileArguments(argument, compiler);
  return (scope) => items.some((item) => isTruthy(item(scope)));
};

function comparison(holds: (order: number) => boolean): CompileOperator {
  return binary((left: Maybe, right: Maybe, _name, { strings }) => holds(compareInExpression(left, right, strings)));
}

/** Source: MongoDB manual, "Boolean Expression Operators" */
export const booleanOperators: OperatorTable = {
  $and: and,
  $or: or,
  $not: unary((value) => !isTruthy(value)),
};

/** Source: MongoDB manual, "Comparison Expression Operators" */
export const comparisonOperators: OperatorTable = {
  $eq: comparison((order) => order === 0),
  $ne: comparison((order) => order !== 0),
  $gt: comparison((order) => order > 0),
  $gte: comparison((order) => order >= 0),
  $lt: comparison((order) => order < 0),
  $lte: comparison((order) => order <= 0),
  $cmp: binary((left, right, _name, { strings }) => new Int32(Math.sign(compareInExpression(left, right, strings)))),
};
