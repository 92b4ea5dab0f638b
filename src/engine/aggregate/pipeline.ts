import { compareStrings } from "../bson/compare.js";
import { isDoc, type Doc, type Value } from "../bson/types.js";
import { ServerError } from "../errors.js";
import { expressionCompiler } from "../expressions/compile.js";
import { limitOf } from "./stages/simple.js";
import { stageKinds, unsupportedStages, type StageKind } from "./stages/table.js";
import type { InnerContext, Pipeline, PipelineContext, Place, Stage, StageContext } from "./types.js";

/**
 * Compiles an aggregation pipeline. It is lazy: documents are pulled through one by one, except by stages that must
 * see them all, such as `$group` and `$sort`.
 * @throws ServerError 40324 for an unknown stage, CommandNotSupported for one this engine does not have, and the
 *   stages' own codes
 * Source: MongoDB manual, "Aggregation Stages"
 */
export function compilePipeline(stages: readonly Value[], context: PipelineContext): Pipeline {
  return compileIn(stages, context, "pipeline", 0);
}

/** MongoDB's bound on `$lookup`, `$facet` and `$unionWith` inside each other. */
const MAX_DEPTH = 20;

function compileIn(stages: readonly Value[], outer: PipelineContext, place: Place, depth: number): Pipeline {
  if (depth > MAX_DEPTH) {
    throw new ServerError(232, `Maximum number of nested sub-pipelines exceeded. Limit is ${MAX_DEPTH}`);
  }
  const named = stages.map(readStage);
  named.forEach(({ name, kind }, index) => checkPlace(name, kind, { index, count: named.length, place }));
  const compiled = named.map(({ name, argument, kind }, index): Stage => {
    const next = named[index + 1];
    const limitAfter = next?.name === "$limit" ? limitOf(next.argument) : undefined;
    return kind.compile(argument, stageContext(outer, { place, depth, limitAfter }), name);
  });
  return {
    writes: named.at(-1)?.kind.position === "last",
    generates: named[0]?.kind.position === "first",
    run: (docs) => compiled.reduce<Iterable<Doc>>((input, stage) => stage(input), docs),
  };
}

function stageContext(
  outer: PipelineContext,
  { place, depth, limitAfter }: { place: Place; depth: number; limitAfter: number | undefined },
): StageContext {
  const { host, ns, collation, vars } = outer;
  return {
    compiler: expressionCompiler(vars.keys(), collation?.compare ?? compareStrings),
    host,
    ns,
    collation,
    vars,
    place,
    limitAfter,
    compileInner: (stages: readonly Value[], inner: InnerContext) =>
      compileIn(stages, { host, collation, ns: inner.ns ?? ns, vars: inner.vars ?? vars }, inner.place, depth + 1),
  };
}

interface NamedStage {
  readonly name: string;
  readonly argument: Value;
  readonly kind: StageKind;
}

function readStage(stage: Value): NamedStage {
  if (!isDoc(stage)) throw new ServerError("TypeMismatch", "Each element of the 'pipeline' array must be an object");
  const [entry] = stage;
  if (entry === undefined || stage.size !== 1) {
    throw new ServerError(40323, "A pipeline stage specification object must contain exactly one field.");
  }
  const [name, argument] = entry;
  const kind = stageKinds.get(name);
  if (kind !== undefined) return { name, argument, kind };
  if (unsupportedStages.has(name)) {
    throw new ServerError("CommandNotSupported", `The ${name} stage is not supported by this server`);
  }
  throw new ServerError(40324, `Unrecognized pipeline stage name: '${name}'`);
}

function checkPlace(
  name: string,
  { position, notIn }: StageKind,
  { index, count, place }: { index: number; count: number; place: Place },
): void {
  if (notIn?.includes(place) === true) {
    if (place === "$facet") throw new ServerError(40600, `${name} is not allowed to be used within a $facet stage`);
    const code = place === "$lookup" ? 51047 : 31441;
    throw new ServerError(code, `${name} is not allowed within a ${place}'s sub-pipeline`);
  }
  if (position === "first" && index > 0) {
    throw new ServerError(40602, `${name} is only valid as the first stage in a pipeline`);
  }
  if (position === "last" && index < count - 1) {
    throw new ServerError(40601, `${name} can only be the final stage in the pipeline`);
  }
}
