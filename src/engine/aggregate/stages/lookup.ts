import { toText } from "../../bson/extended-json.js";
import { typeName } from "../../bson/typename.js";
import { isArray, isDoc, type Doc, type Value } from "../../bson/types.js";
import { ServerError } from "../../errors.js";
import { checkBindableName, readField, splitPath } from "../../expressions/paths.js";
import type { Expression } from "../../expressions/types.js";
import type { Namespace } from "../../kernel/types.js";
import { withField } from "../field-writes.js";
import { splitPipeline } from "../split.js";
import type { CompileStage, Pipeline, Stage, StageContext } from "../types.js";
import { equalityFinder, foreignNamespace, wantedValues, type FindEqual } from "./foreign.js";

const known = ["from", "localField", "foreignField", "as", "let", "pipeline"];

/** `$lookup`: joins documents of another collection, by equal fields, by a pipeline, or by both. */
export const lookupStage: CompileStage = (argument, context) => {
  const options = lookupOptions(argument);
  const as = splitPath(textOf(options, "as"));
  const equal = equalityOf(options, context);
  const stages = options.get("pipeline");
  if (stages === undefined) {
    if (equal === undefined)
      throw failed("$lookup requires either 'pipeline' or both 'localField' and 'foreignField' to be specified");
    return joined(as, (doc) => equal(doc), context);
  }
  if (!isArray(stages)) throw new ServerError("TypeMismatch", "'pipeline' option must be specified as an array");
  return joined(as, subPipeline(options, stages, { equal, context }), context);
};

type Matches = (doc: Doc) => Iterable<Doc>;

function joined(as: readonly string[], matches: Matches, _context: StageContext): Stage {
  return function* (docs) {
    for (const doc of docs) yield withField(doc, as, [...matches(doc)]);
  };
}

function lookupOptions(argument: Value): Doc {
  if (!isDoc(argument)) {
    throw failed(`the $lookup stage specification must be an object, but found ${typeName(argument)}`);
  }
  const unknown = [...argument.keys()].find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw failed(`unknown argument to $lookup: ${unknown}: ${toText(argument.get(unknown))}`);
  }
  if (!argument.has("as")) throw failed("must specify 'as' field for a $lookup");
  if (argument.has("let") && !argument.has("pipeline")) throw failed("$lookup with 'let' requires 'pipeline'");
  return argument;
}

function failed(message: string): ServerError {
  return new ServerError("FailedToParse", message);
}

function textOf(options: Doc, name: string): string {
  const value = options.get(name);
  if (typeof value === "string") return value;
  throw failed(`$lookup argument '${name}' must be a string, found ${toText(value)}`);
}

/** The join by equal fields, when both are named. */
function equalityOf(options: Doc, context: StageContext): Matches | undefined {
  const hasLocal = options.has("localField");
  if (hasLocal !== options.has("foreignField")) {
    throw failed("$lookup requires both or neither of 'localField' and 'foreignField' to be specified");
  }
  if (!hasLocal) return undefined;
  const local = splitPath(textOf(options, "localField"));
  const foreign = textOf(options, "foreignField");
  splitPath(foreign);
  const ns = foreignNamespace(options.get("from"), context, "$lookup");
  let find: FindEqual | undefined;
  return (doc) => (find ??= equalityFinder(ns, foreign, context))(wantedValues(readField(doc, local)));
}

interface SubPipeline {
  readonly equal: Matches | undefined;
  readonly context: StageContext;
}

function subPipeline(options: Doc, stages: readonly Value[], { equal, context }: SubPipeline): Matches {
  const bound = boundVariables(options.get("let"), context);
  // One map for all runs: the compiled stages refer to it, and each outer document sets it anew.
  const vars = new Map(context.vars);
  for (const { name } of bound) vars.set(name, undefined);
  const ns = options.has("from") ? foreignNamespace(options.get("from"), context, "$lookup") : context.ns;
  const split = equal === undefined ? splitPipeline(stages) : { leading: {}, rest: stages };
  const pipeline: Pipeline = context.compileInner(split.rest, { place: "$lookup", ns, vars });
  if (!options.has("from") && !pipeline.generates) {
    throw failed("$lookup requires 'from' unless its pipeline begins with $documents");
  }
  const { host, collation } = context;
  // Without variables of its own the inner pipeline gives the same for every document.
  const isConstant = bound.length === 0 && equal === undefined && context.place === "pipeline";
  const constant = isConstant ? lazily(() => [...run()]) : undefined;
  function run(doc?: Doc): Iterable<Doc> {
    if (pipeline.generates) return pipeline.run([]);
    const source =
      equal === undefined || doc === undefined ? host.documents(ns, { ...split.leading, vars, collation }) : equal(doc);
    return pipeline.run(source);
  }
  return (doc) => {
    if (constant !== undefined) return constant();
    // An outer pipeline's variables may have changed too.
    for (const [name, value] of context.vars) vars.set(name, value);
    for (const { name, value } of bound) vars.set(name, value({ root: doc, vars: context.vars }));
    return [...run(doc)];
  };
}

function lazily<Result>(make: () => Result): () => Result {
  let made: { readonly result: Result } | undefined;
  return () => (made ??= { result: make() }).result;
}

interface Bound {
  readonly name: string;
  readonly value: Expression;
}

function boundVariables(value: Value | undefined, { compiler }: StageContext): Bound[] {
  if (value === undefined) return [];
  if (!isDoc(value)) throw failed(`$lookup argument 'let' must be an object, found ${typeName(value)}`);
  return Array.from(value, ([name, spec]) => {
    checkBindableName(name);
    return { name, value: compiler.compile(spec) };
  });
}

/** `$unionWith`: the documents so far and then another collection's, through a pipeline. */
export const unionWithStage: CompileStage = (argument, context) => {
  const { ns, stages } = unionOptions(argument, context);
  const split = splitPipeline(stages);
  const inner = context.compileInner(
    split.rest,
    ns === undefined ? { place: "$unionWith" } : { place: "$unionWith", ns },
  );
  if (ns === undefined && !inner.generates) {
    throw failed("$unionWith stage without explicit collection must have a pipeline with $documents as first stage");
  }
  return function* (docs) {
    yield* docs;
    const { host, vars, collation } = context;
    const source = ns === undefined ? [] : host.documents(ns, { ...split.leading, vars, collation });
    yield* inner.run(source);
  };
};

function unionOptions(argument: Value, context: StageContext): { ns: Namespace | undefined; stages: readonly Value[] } {
  if (typeof argument === "string") return { ns: foreignNamespace(argument, context, "$unionWith"), stages: [] };
  if (!isDoc(argument)) {
    throw failed(`the $unionWith stage specification must be an object or string, but found ${typeName(argument)}`);
  }
  const unknown = [...argument.keys()].find((name) => name !== "coll" && name !== "pipeline");
  if (unknown !== undefined) throw new ServerError(40415, `BSON field '$unionWith.${unknown}' is an unknown field.`);
  const stages = argument.get("pipeline") ?? [];
  if (!isArray(stages)) throw new ServerError("TypeMismatch", "'pipeline' option must be specified as an array");
  const coll = argument.get("coll");
  return { ns: coll === undefined ? undefined : foreignNamespace(coll, context, "$unionWith"), stages };
}
