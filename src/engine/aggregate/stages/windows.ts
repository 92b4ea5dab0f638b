import { compareValues } from "../../bson/compare.js";
import { isArray, isDoc, type Doc, type Value } from "../../bson/types.js";
import { ServerError } from "../../errors.js";
import { nameOfType } from "../../expressions/arguments.js";
import { splitPath } from "../../expressions/paths.js";
import type { Expression } from "../../expressions/types.js";
import { compileSort, parseSort } from "../../query/sort.js";
import { withField } from "../field-writes.js";
import { stageOptions } from "../options.js";
import type { CompileStage, StageContext } from "../types.js";
import { windowAccumulator } from "../windows/accumulate.js";
import { fillFunctions } from "../windows/fills.js";
import { rankFunctions } from "../windows/ranks.js";
import type { Partition, WindowContext, WindowFunction, WindowSort } from "../windows/types.js";

interface OutputField {
  readonly path: readonly string[];
  readonly compute: WindowFunction;
}

/** Known to the server, not to this engine. */
const unsupported = new Set(["$covariancePop", "$covarianceSamp", "$derivative", "$integral", "$minMaxScaler"]);

const own = new Map(Object.entries({ ...rankFunctions, ...fillFunctions }));

/** `$setWindowFields`: fields computed over neighbouring documents of a partition. */
export const windowStage: CompileStage = (argument, context, name) => {
  const options = stageOptions(argument, name, { required: ["output"], optional: ["partitionBy", "sortBy"] });
  const sortBy = sortOf(options.get("sortBy"), context);
  const partitionBy = options.get("partitionBy");
  const partition = partitionBy === undefined ? undefined : context.compiler.compile(partitionBy);
  const outputs = outputsOf(options.get("output"), { ...context, sortBy });
  return function* (docs) {
    for (const part of partitions(docs, partition, sortBy, context)) yield* computed(part, outputs);
  };
};

function* computed(partition: Partition, outputs: readonly OutputField[]): Generator<Doc> {
  const columns = outputs.map(({ path, compute }) => ({ path, values: compute(partition) }));
  for (const [index, doc] of partition.entries()) {
    yield columns.reduce((next, { path, values }) => withField(next, path, values[index]), doc);
  }
}

function sortOf(value: Value | undefined, { collation }: StageContext): WindowSort | undefined {
  if (value === undefined) return undefined;
  if (!isDoc(value)) throw new ServerError("TypeMismatch", `sortBy must be an object, found ${nameOfType(value)}`);
  return { spec: value, parts: parseSort(value), compare: compileSort(value, collation) };
}

/** The partitions in the order of their values, each sorted. */
function partitions(
  docs: Iterable<Doc>,
  partition: Expression | undefined,
  sortBy: WindowSort | undefined,
  { vars, compiler }: StageContext,
): Partition[] {
  const sorted = (part: Doc[]) => (sortBy === undefined ? part : part.sort(sortBy.compare));
  if (partition === undefined) return [sorted([...docs])];
  const keyed = Array.from(docs, (root) => ({ root, key: partitionKey(partition({ root, vars })) }));
  keyed.sort((left, right) => compareValues(left.key, right.key, compiler.strings));
  const parts: Doc[][] = [];
  keyed.forEach(({ root, key }, index) => {
    const same = index > 0 && compareValues(keyed[index - 1]?.key, key, compiler.strings) === 0;
    if (same) parts.at(-1)?.push(root);
    else parts.push([root]);
  });
  return parts.map(sorted);
}

function partitionKey(value: Value | undefined): Value {
  if (!isArray(value)) return value ?? null;
  throw new ServerError("TypeMismatch", "An expression used to partition cannot evaluate to value of type array");
}

function outputsOf(output: Value | undefined, context: WindowContext): OutputField[] {
  if (!isDoc(output)) throw new ServerError("TypeMismatch", `'output' must be an object, found ${nameOfType(output)}`);
  return Array.from(output, ([path, spec]) => ({ path: splitPath(path), compute: functionOf(spec, context) }));
}

function functionOf(spec: Value, context: WindowContext): WindowFunction {
  if (!isDoc(spec)) throw failed(`Window function found a non-object: ${nameOfType(spec)}`);
  const names = [...spec.keys()].filter((name) => name !== "window");
  const [name] = names;
  if (name === undefined || names.length > 1) {
    throw failed("Expected a window function with one $-prefixed field and an optional 'window'");
  }
  if (!name.startsWith("$")) throw failed(`Window function found an unknown argument: ${name}`);
  if (unsupported.has(name)) {
    throw new ServerError("CommandNotSupported", `The window function ${name} is not supported by this server`);
  }
  const compile = own.get(name) ?? windowAccumulator(name);
  if (compile === undefined) throw failed(`Unrecognized window function, ${name}`);
  return compile(spec.get(name) ?? null, context, { name, window: spec.get("window") });
}

function failed(message: string): ServerError {
  return new ServerError("FailedToParse", message);
}
