import { compareValues, typeRank } from "../../bson/compare.js";
import { toText } from "../../bson/extended-json.js";
import { Int32, isArray, isDoc, type Doc, type Value } from "../../bson/types.js";
import { ServerError } from "../../errors.js";
import { isNullish, nameOfType } from "../../expressions/arguments.js";
import { foldConstant } from "../../expressions/constants.js";
import { int32Of } from "../../expressions/numbers.js";
import type { Expression, Scope } from "../../expressions/types.js";
import { compileGroupFields, type GroupField } from "../accumulators/compile.js";
import { compileSort } from "../../query/sort.js";
import type { CompileStage, StageContext } from "../types.js";
import { addToGroup, groupDoc, groupStage, newGroup } from "./group.js";

/** `$sortByCount`: groups with their counts, the largest first. */
export const sortByCountStage: CompileStage = (argument, context, name) => {
  const isPath = typeof argument === "string" && argument.startsWith("$");
  const isExpression = isDoc(argument) && [...argument.keys()][0]?.startsWith("$") === true;
  if (typeof argument === "string" && !isPath) {
    throw new ServerError(40148, "the sortByCount field must be defined as a $-prefixed path or an expression");
  }
  if (isDoc(argument) && !isExpression) {
    throw new ServerError(
      40147,
      "the sortByCount field must be defined as a $-prefixed path or an expression inside an object",
    );
  }
  if (!isPath && !isExpression) {
    throw new ServerError(40149, "the sortByCount field must be specified as a string or as an object");
  }
  const sum: Doc = new Map([["$sum", new Int32(1)]]);
  const group = groupStage(
    new Map<string, Value>([
      ["_id", argument],
      ["count", sum],
    ]),
    context,
    name,
  );
  const compare = compileSort(new Map([["count", new Int32(-1)]]));
  return (docs) => [...group(docs)].sort(compare);
};

/** The fields a bucket has when no `output` is given. */
const countOutput: Doc = new Map([["count", new Map([["$sum", new Int32(1)]])]]);

function outputFields(output: Value | undefined, context: StageContext, code: number): GroupField[] {
  if (output === undefined) return compileGroupFields(countOutput, context);
  if (isDoc(output)) return compileGroupFields(output, context);
  throw new ServerError(code, `The 'output' field must be an object, but found type: ${nameOfType(output)}.`);
}

function optionsOf(
  argument: Value,
  name: string,
  known: readonly string[],
  codes: { type: number; unknown: number },
): Doc {
  if (!isDoc(argument)) {
    throw new ServerError(
      codes.type,
      `Argument to ${name} stage must be an object, but found type: ${nameOfType(argument)}.`,
    );
  }
  const unknown = [...argument.keys()].find((field) => !known.includes(field));
  if (unknown === undefined) return argument;
  throw new ServerError(codes.unknown, `Unrecognized option to ${name}: ${unknown}.`);
}

function groupByOf(value: Value | undefined, { compiler }: StageContext, code: number): Expression {
  const isPath = typeof value === "string" && value.startsWith("$");
  if (value !== undefined && (isPath || isDoc(value))) return compiler.compile(value);
  const message = `The 'groupBy' field must be defined as a $-prefixed path or an expression object, but found: ${toText(value)}.`;
  throw new ServerError(code, message);
}

/** `$bucket`: groups by boundaries, each bucket from its `_id` up to the next boundary. */
export const bucketStage: CompileStage = (argument, context, name) => {
  const known = ["groupBy", "boundaries", "default", "output"];
  const options = optionsOf(argument, name, known, { type: 40201, unknown: 40197 });
  if (!options.has("groupBy") || !options.has("boundaries")) {
    throw new ServerError(40198, "$bucket requires 'groupBy' and 'boundaries' to be specified.");
  }
  const groupBy = groupByOf(options.get("groupBy"), context, 40202);
  const boundaries = boundariesOf(options.get("boundaries"), context);
  const fallback = defaultOf(options.get("default"), boundaries, context);
  const fields = outputFields(options.get("output"), context, 40196);
  return function* (docs) {
    const groups = new Map<Value, ReturnType<typeof newGroup>>();
    for (const root of docs) {
      const scope: Scope = { root, vars: context.vars };
      const id = bucketOf(groupBy(scope) ?? null, boundaries, context) ?? fallback;
      if (id === undefined) throw outsideBuckets();
      const group = groups.get(id) ?? newGroup(id, fields, context);
      groups.set(id, group);
      addToGroup(group, scope);
    }
    const { strings } = context.compiler;
    const sorted = [...groups.values()].sort((left, right) => compareValues(left.id, right.id, strings));
    for (const group of sorted) yield groupDoc(group, fields);
  };
};

function outsideBuckets(): ServerError {
  const message = "$switch could not find a matching branch for an input, and no default was specified.";
  return new ServerError(40066, message);
}

function boundariesOf(value: Value | undefined, { compiler }: StageContext): readonly Value[] {
  if (!isArray(value)) {
    throw new ServerError(40200, `The 'boundaries' field must be an array, but found type: ${nameOfType(value)}.`);
  }
  const boundaries = value.map((item) => {
    const constant = foldConstant(item, compiler);
    if (constant !== undefined) return constant.value ?? null;
    throw new ServerError(
      40191,
      `The 'boundaries' field must be an array of constant expressions, found ${toText(item)}.`,
    );
  });
  if (boundaries.length < 2) {
    const found = `found ${boundaries.length} value(s)`;
    throw new ServerError(40192, `The 'boundaries' field must have at least 2 values, but ${found}.`);
  }
  boundaries.slice(1).forEach((high, index) => checkAscending(boundaries[index] as Value, high, compiler.strings));
  return boundaries;
}

function checkAscending(low: Value, high: Value, strings: StageContext["compiler"]["strings"]): void {
  if (typeRank(low) !== typeRank(high)) {
    const types = `${nameOfType(low)} and ${nameOfType(high)}`;
    throw new ServerError(
      40193,
      `All values in the the 'boundaries' option to $bucket must have the same type. Found conflicting types ${types}.`,
    );
  }
  if (compareValues(low, high, strings) < 0) return;
  throw new ServerError(
    40194,
    "The 'boundaries' option to $bucket must be sorted, but elements are not in ascending order.",
  );
}

function defaultOf(
  value: Value | undefined,
  boundaries: readonly Value[],
  { compiler }: StageContext,
): Value | undefined {
  if (value === undefined) return undefined;
  const constant = foldConstant(value, compiler);
  if (constant === undefined) {
    throw new ServerError(
      40195,
      `The $bucket 'default' field must be a constant expression, but found: ${toText(value)}.`,
    );
  }
  const id = constant.value ?? null;
  const inside =
    typeRank(id) === typeRank(boundaries[0]) && bucketIndex(id, boundaries, compiler.strings) !== undefined;
  if (!inside) return id;
  throw new ServerError(
    40199,
    "The $bucket 'default' field must be less than the lowest boundary or greater than or equal to the highest boundary.",
  );
}

function bucketOf(value: Value, boundaries: readonly Value[], { compiler }: StageContext): Value | undefined {
  const index = bucketIndex(value, boundaries, compiler.strings);
  return index === undefined ? undefined : boundaries[index];
}

function bucketIndex(
  value: Value,
  boundaries: readonly Value[],
  strings: StageContext["compiler"]["strings"],
): number | undefined {
  const above = boundaries.findIndex((boundary) => compareValues(value, boundary, strings) < 0);
  return above > 0 ? above - 1 : undefined;
}

interface Placed {
  readonly key: Value;
  readonly scope: Scope;
}

/** `$bucketAuto`: so many buckets of about the same number of documents. */
export const bucketAutoStage: CompileStage = (argument, context, name) => {
  const known = ["groupBy", "buckets", "output", "granularity"];
  const options = optionsOf(argument, name, known, { type: 40240, unknown: 40245 });
  if (!options.has("groupBy") || !options.has("buckets")) {
    throw new ServerError(40246, "$bucketAuto requires 'groupBy' and 'buckets' to be specified.");
  }
  if (options.has("granularity")) {
    throw new ServerError("CommandNotSupported", "$bucketAuto's granularity is not supported by this server");
  }
  const groupBy = groupByOf(options.get("groupBy"), context, 40239);
  const buckets = int32Of(options.get("buckets"));
  if (buckets === undefined || buckets <= 0) {
    const found = toText(options.get("buckets"));
    throw new ServerError(40243, `The $bucketAuto 'buckets' field must be greater than 0, but found: ${found}.`);
  }
  const fields = outputFields(options.get("output"), context, 40244);
  return function* (docs) {
    const placed = Array.from(docs, (root): Placed => {
      const scope = { root, vars: context.vars };
      const key = groupBy(scope);
      return { key: isNullish(key) ? null : key, scope };
    });
    const { strings } = context.compiler;
    placed.sort((left, right) => compareValues(left.key, right.key, strings));
    yield* fillBuckets(placed, buckets, { fields, context });
  };
};

function* fillBuckets(
  placed: readonly Placed[],
  buckets: number,
  { fields, context }: { fields: readonly GroupField[]; context: StageContext },
): Generator<Doc> {
  const { strings } = context.compiler;
  const size = Math.max(1, Math.round(placed.length / buckets));
  let at = 0;
  for (let bucket = 1; bucket <= buckets && at < placed.length; bucket++) {
    const start = at;
    at = bucket === buckets ? placed.length : Math.min(placed.length, at + size);
    // Documents of one value stay together.
    while (at < placed.length && compareValues(placed[at]?.key, placed[at - 1]?.key, strings) === 0) at++;
    const min = placed[start]?.key ?? null;
    const max = placed[Math.min(at, placed.length - 1)]?.key ?? null;
    const group = newGroup(
      new Map([
        ["min", min],
        ["max", max],
      ]),
      fields,
      context,
    );
    for (const { scope } of placed.slice(start, at)) addToGroup(group, scope);
    yield groupDoc(group, fields);
  }
}
