import { add, divide, multiply, subtract } from "../../bson/arithmetic.js";
import { compareNumbers, isNumber, toDouble, toExactLong, type NumberValue } from "../../bson/numbers.js";
import { UtcDate, type Doc, type Value } from "../../bson/types.js";
import { ServerError } from "../../errors.js";
import { isNullish, namedArguments, nameOfType } from "../../expressions/arguments.js";
import { valueAt, type Path } from "../../query/paths.js";
import { refuseWindow } from "./ranks.js";
import type { CompileWindowFunction, Partition } from "./types.js";

/** `$locf`: the last value that is not null carried forward. */
const locf: CompileWindowFunction = (argument, { compiler, vars }, { name, window }) => {
  refuseWindow(window, name);
  const expression = compiler.compile(argument);
  return (partition) => {
    let last: Value = null;
    return partition.map((root) => {
      const value = expression({ root, vars });
      if (!isNullish(value)) last = value;
      return last;
    });
  };
};

/** `$linearFill`: nulls on a straight line between the values around them, by the sort key. */
const linearFill: CompileWindowFunction = (argument, { compiler, vars, sortBy }, { name, window }) => {
  refuseWindow(window, name);
  const [part, ...others] = sortBy?.parts ?? [];
  if (part === undefined || others.length > 0) {
    throw new ServerError(
      605001,
      "$linearFill must be specified with a top level sortBy expression with exactly one element",
    );
  }
  const expression = compiler.compile(argument);
  return (partition) => {
    const values = partition.map((root) => numberOrNull(expression({ root, vars })));
    const keys = partition.map((doc) => keyNumber(doc, part.path));
    checkDistinct(keys);
    return values.map((value, index) => value ?? interpolate(values, keys, index));
  };
};

function numberOrNull(value: Value | undefined): NumberValue | null {
  if (isNullish(value)) return null;
  if (isNumber(value)) return value;
  throw new ServerError(
    "TypeMismatch",
    `Value to be filled must be numeric or nullish, but found ${nameOfType(value)}`,
  );
}

function keyNumber(doc: Doc, path: Path): NumberValue {
  const value = valueAt(doc, path);
  if (value instanceof UtcDate) return value.ms;
  if (isNumber(value)) return value;
  throw new ServerError(
    "TypeMismatch",
    `linearFill sort key must be numeric or a date, but found ${nameOfType(value)}`,
  );
}

function checkDistinct(keys: readonly NumberValue[]): void {
  const repeated = keys.some((key, index) => index > 0 && compareNumbers(keys[index - 1] as NumberValue, key) === 0);
  if (repeated) throw new ServerError(6050106, "There can be no repeated values in the sort field");
}

function interpolate(
  values: readonly (NumberValue | null)[],
  keys: Partition | readonly NumberValue[],
  index: number,
): NumberValue | null {
  const before = values.findLastIndex((value, at) => at < index && value !== null);
  const after = values.findIndex((value, at) => at > index && value !== null);
  const [y1, y2] = [values[before] ?? null, values[after] ?? null];
  const [x, x1, x2] = [keys[index], keys[before], keys[after]] as [NumberValue, NumberValue, NumberValue];
  if (before < 0 || after < 0 || y1 === null || y2 === null) return null;
  const slope = divide(subtract(y2, y1), subtract(x2, x1));
  return slope === undefined ? null : add(y1, multiply(slope, subtract(x, x1)));
}

/** `$expMovingAvg`: each number weighs `alpha`, what came before the rest. */
const expMovingAvg: CompileWindowFunction = (argument, { compiler, vars, sortBy }, { name, window }) => {
  refuseWindow(window, name);
  const codes = { notObject: 9, unknown: 9, missing: 9 };
  const given = namedArguments(argument, name, { required: ["input"], optional: ["N", "alpha"], codes });
  if (sortBy === undefined) throw new ServerError("FailedToParse", "$expMovingAvg requires an explicit 'sortBy'");
  const alpha = alphaOf(given.get("N"), given.get("alpha"));
  const input = compiler.compile(given.get("input") ?? null);
  return (partition) => {
    let mean: NumberValue | null = null;
    return partition.map((root) => {
      const value = input({ root, vars });
      if (isNumber(value)) mean = mean === null ? value : add(multiply(value, alpha), multiply(mean, 1 - alpha));
      return mean;
    });
  };
};

function alphaOf(count: Value | undefined, alpha: Value | undefined): number {
  const failed = (message: string) => new ServerError("FailedToParse", message);
  if ((count === undefined) === (alpha === undefined)) {
    throw failed(
      "$expMovingAvg sub object must have exactly two fields: An 'input' field, and either an 'N' field or an 'alpha' field",
    );
  }
  if (count !== undefined) {
    const whole = isNumber(count) ? toExactLong(count) : undefined;
    if (whole === undefined || whole <= 0n) throw failed("'N' field must be a positive integer");
    return 2 / (Number(whole) + 1);
  }
  const fraction = isNumber(alpha) ? toDouble(alpha) : NaN;
  if (fraction > 0 && fraction < 1) return fraction;
  throw failed("'alpha' must be between 0 and 1 (exclusive)");
}

export const fillFunctions: Readonly<Record<string, CompileWindowFunction>> = {
  $expMovingAvg: expMovingAvg,
  $linearFill: linearFill,
  $locf: locf,
};
