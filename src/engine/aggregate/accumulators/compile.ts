import { integerOf } from "../../bson/arithmetic.js";
import { isDoc, type Doc, type Value } from "../../bson/types.js";
import { ServerError } from "../../errors.js";
import { severalAccumulators } from "./several.js";
import type { AccumulatorContext, CompileAccumulator, NewAccumulator } from "./types.js";
import { valueAccumulators } from "./values.js";

const count: CompileAccumulator = (argument) => {
  if (!isDoc(argument) || argument.size > 0) {
    throw new ServerError("TypeMismatch", "$count takes no arguments, i.e. $count:{}");
  }
  return () => {
    let seen = 0;
    return { add: () => seen++, result: () => integerOf(seen) };
  };
};

const refused: CompileAccumulator = (_argument, _context, name) => {
  throw new ServerError("CommandNotSupported", `${name} is not supported by this server: no server-side JavaScript`);
};

const accumulators: ReadonlyMap<string, CompileAccumulator> = new Map(
  Object.entries({ ...valueAccumulators, ...severalAccumulators, $count: count, $accumulator: refused }),
);

/** One computed field of a group. */
export interface GroupField {
  readonly name: string;
  readonly create: NewAccumulator;
}

/** Compiles the fields of a `$group` or a bucket's `output`. */
export function compileGroupFields(fields: Iterable<[string, Value]>, context: AccumulatorContext): GroupField[] {
  return Array.from(fields, ([name, spec]) => ({ name, create: compileAccumulator(name, spec, context) }));
}

function compileAccumulator(name: string, spec: Value, context: AccumulatorContext): NewAccumulator {
  if (name.includes(".")) throw new ServerError(40235, `The field name '${name}' cannot contain '.'`);
  if (name.startsWith("$")) throw new ServerError(40236, `The field name '${name}' cannot be an operator name`);
  const [operator, argument] = soleOperator(name, spec);
  const compile = accumulators.get(operator);
  if (compile === undefined) throw new ServerError(15952, `unknown group operator '${operator}'`);
  return compile(argument, context, operator);
}

function soleOperator(name: string, spec: Value): [string, Value] {
  const [entry] = isDoc(spec) ? spec : [];
  if (entry?.[0].startsWith("$") !== true) {
    throw new ServerError(40234, `The field '${name}' must be an accumulator object`);
  }
  if ((spec as Doc).size !== 1) throw new ServerError(40238, `The field '${name}' must specify one accumulator`);
  return entry;
}

/** The accumulator of a name; undefined when there is none. */
export function accumulatorNamed(name: string): CompileAccumulator | undefined {
  return accumulators.get(name);
}
