import { compareValues } from "../bson/compare.js";
import { isArray, type Value } from "../bson/types.js";
import { compileArguments, isNullish, namedArguments, type Maybe } from "./arguments.js";
import { foldConstant } from "./constants.js";
import { checkMethod, fractionsOf, percentilesOf } from "./percentiles.js";
import { newDeviation, newSum } from "./sums.js";
import type { CompileOperator, Compiler, OperatorTable } from "./types.js";

/**
 * Accumulators as expressions: over the arguments, or over the elements of one argument that is an array.
 * Source: MongoDB manual, "$sum (aggregation)", "Array Operand"
 */
function fold(over: (values: readonly Maybe[], compiler: Compiler) => Value): CompileOperator {
  return (argument, compiler) => {
    const items = compileArguments(argument, compiler);
    return (scope) => {
      const values = items.map((item) => item(scope));
      const [only] = values;
      return over(values.length === 1 && isArray(only) ? only : values, compiler);
    };
  };
}

function extreme(sign: 1 | -1): CompileOperator {
  return fold((values, { strings }) => {
    let best: Maybe;
    for (const value of values) {
      if (isNullish(value)) continue;
      if (best === undefined || sign * compareValues(value, best, strings) > 0) best = value;
    }
    return best ?? null;
  });
}

function deviation(kind: "population" | "sample"): CompileOperator {
  return fold((values) => {
    const running = newDeviation();
    values.forEach((value) => running.add(value));
    return running.result(kind);
  });
}

function summed(values: readonly Maybe[]): ReturnType<typeof newSum> {
  const sum = newSum();
  for (const value of values) sum.add(value);
  return sum;
}

const percentileCodes = { notObject: 7436200, unknown: 40415, missing: 40414 };

const percentile: CompileOperator = (argument, compiler, name) => {
  const given = namedArguments(argument, name, { required: ["input", "p", "method"], codes: percentileCodes });
  checkMethod(given.get("method"), name);
  const fractions = fractionsOf(foldConstant(given.get("p") ?? null, compiler)?.value);
  const input = compiler.compile(given.get("input") ?? null);
  return (scope) => {
    const value = input(scope);
    return percentilesOf(isArray(value) ? value : [value], fractions);
  };
};

const median: CompileOperator = (argument, compiler, name) => {
  const given = namedArguments(argument, name, { required: ["input", "method"], codes: percentileCodes });
  checkMethod(given.get("method"), name);
  const input = compiler.compile(given.get("input") ?? null);
  return (scope) => {
    const value = input(scope);
    return percentilesOf(isArray(value) ? value : [value], [0.5])[0] ?? null;
  };
};

export const foldOperators: OperatorTable = {
  $sum: fold((values) => summed(values).total()),
  $avg: fold((values) => summed(values).mean() ?? null),
  $min: extreme(-1),
  $max: extreme(1),
  $stdDevPop: deviation("population"),
  $stdDevSamp: deviation("sample"),
  $percentile: percentile,
  $median: median,
};
