import { compareValues } from "../../bson/compare.js";
import { toText } from "../../bson/extended-json.js";
import { isArray, isDoc, type Doc, type Value } from "../../bson/types.js";
import { ServerError } from "../../errors.js";
import { isNullish, nameOfType } from "../../expressions/arguments.js";
import { newDeviation, newSum } from "../../expressions/sums.js";
import { valueKey } from "../value-key.js";
import type { Accumulator, AccumulatorContext, CompileAccumulator } from "./types.js";

type Collect = (context: AccumulatorContext) => {
  add(value: Value | undefined): void;
  result(): Value | undefined;
};

/** An accumulator of one expression's values. */
function collecting(collect: Collect): CompileAccumulator {
  return (argument, context, name) => {
    if (isArray(argument)) throw new ServerError(40237, `The ${name} accumulator is a unary operator`);
    const expression = context.compiler.compile(argument);
    return (): Accumulator => {
      const collected = collect(context);
      return { add: (scope) => collected.add(expression(scope)), result: () => collected.result() };
    };
  };
}

function extreme(sign: 1 | -1): CompileAccumulator {
  return collecting(({ compiler }) => {
    let best: Value | undefined;
    return {
      add(value) {
        if (isNullish(value)) return;
        if (best === undefined || sign * compareValues(value, best, compiler.strings) > 0) best = value;
      },
      result: () => best,
    };
  });
}

const first: CompileAccumulator = collecting(() => {
  let seen = false;
  let kept: Value | undefined;
  return {
    add(value) {
      if (!seen) kept = value;
      seen = true;
    },
    result: () => kept,
  };
});

const last: CompileAccumulator = collecting(() => {
  let kept: Value | undefined;
  return { add: (value) => (kept = value), result: () => kept };
});

const push: CompileAccumulator = collecting(() => {
  const values: Value[] = [];
  return {
    add(value) {
      if (value !== undefined) values.push(value);
    },
    result: () => values,
  };
});

const addToSet: CompileAccumulator = collecting(({ compiler, collation }) => {
  const byKey = new Map<string, Value>();
  const values: Value[] = [];
  return {
    add(value) {
      if (value === undefined) return;
      if (collation === undefined) {
        const key = valueKey(value);
        if (!byKey.has(key)) byKey.set(key, value);
      } else if (!values.some((other) => compareValues(other, value, compiler.strings) === 0)) values.push(value);
    },
    result: () => (collation === undefined ? [...byKey.values()] : values),
  };
});

const mergeObjects: CompileAccumulator = collecting(() => {
  const merged: Doc = new Map();
  return {
    add(value) {
      if (isNullish(value)) return;
      if (!isDoc(value)) {
        const message = `$mergeObjects requires object inputs, but input ${toText(value)} is of type ${nameOfType(value)}`;
        throw new ServerError(40400, message);
      }
      for (const [name, field] of value) merged.set(name, field);
    },
    result: () => merged,
  };
});

function deviation(kind: "population" | "sample"): CompileAccumulator {
  return collecting(() => {
    const running = newDeviation();
    return { add: (value) => running.add(value), result: () => running.result(kind) };
  });
}

/** Source: MongoDB manual, "$group (aggregation)", "Accumulator Operator" */
export const valueAccumulators: Readonly<Record<string, CompileAccumulator>> = {
  $sum: collecting(() => {
    const sum = newSum();
    return { add: (value) => sum.add(value), result: () => sum.total() };
  }),
  $avg: collecting(() => {
    const sum = newSum();
    return { add: (value) => sum.add(value), result: () => sum.mean() };
  }),
  $min: extreme(-1),
  $max: extreme(1),
  $first: first,
  $last: last,
  $push: push,
  $addToSet: addToSet,
  $mergeObjects: mergeObjects,
  $stdDevPop: deviation("population"),
  $stdDevSamp: deviation("sample"),
};
