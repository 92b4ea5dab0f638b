import type { CompileStage, Place } from "../types.js";
import { bucketAutoStage, bucketStage, sortByCountStage } from "./buckets.js";
import { densifyStage } from "./densify.js";
import { documentStages, type CompileDocumentStage } from "./documents.js";
import { facetStage } from "./facet.js";
import { fillStage } from "./fill.js";
import { graphLookupStage } from "./graph-lookup.js";
import { groupStage } from "./group.js";
import { lookupStage, unionWithStage } from "./lookup.js";
import { mergeStage, outStage } from "./output.js";
import { redactStage } from "./redact.js";
import { countStage, limitStage, matchStage, sampleStage, skipStage, sortStage } from "./simple.js";
import { changeStreamStage, documentsStage, factsStage } from "./sources.js";
import { unwindStage } from "./unwind.js";
import { windowStage } from "./windows.js";

export interface StageKind {
  readonly compile: CompileStage;
  /** `first` makes documents and must come first, `last` writes them and must come last. */
  readonly position?: "first" | "last";
  /** Inner pipelines that may not hold it. */
  readonly notIn?: readonly Place[];
}

/** A stage that makes one document of each. */
function perDocument(compile: CompileDocumentStage): StageKind {
  return {
    compile: (argument, { compiler, vars }, name) => {
      const change = compile(argument, compiler, name);
      return function* (docs) {
        for (const root of docs) yield change({ root, vars });
      };
    },
  };
}

const writing = { position: "last", notIn: ["$facet", "$lookup", "$unionWith"] } as const;
const facts: StageKind = { compile: factsStage, position: "first", notIn: ["$facet"] };

/** All stages by name. Source: MongoDB manual, "Aggregation Stages" */
export const stageKinds: ReadonlyMap<string, StageKind> = new Map<string, StageKind>([
  ...Array.from(documentStages, ([name, compile]) => [name, perDocument(compile)] as const),
  ["$bucket", { compile: bucketStage }],
  ["$bucketAuto", { compile: bucketAutoStage }],
  ["$changeStream", { compile: changeStreamStage, position: "first", notIn: ["$facet", "$lookup", "$unionWith"] }],
  ["$collStats", facts],
  ["$count", { compile: countStage }],
  ["$currentOp", facts],
  ["$densify", { compile: densifyStage }],
  ["$documents", { compile: documentsStage, position: "first", notIn: ["$facet"] }],
  ["$facet", { compile: facetStage, notIn: ["$facet"] }],
  ["$fill", { compile: fillStage }],
  ["$graphLookup", { compile: graphLookupStage }],
  ["$group", { compile: groupStage }],
  ["$indexStats", facts],
  ["$limit", { compile: limitStage }],
  ["$listLocalSessions", facts],
  ["$listSessions", facts],
  ["$lookup", { compile: lookupStage }],
  ["$match", { compile: matchStage }],
  ["$merge", { compile: mergeStage, ...writing }],
  ["$out", { compile: outStage, ...writing }],
  ["$redact", { compile: redactStage }],
  ["$sample", { compile: sampleStage }],
  ["$setWindowFields", { compile: windowStage }],
  ["$skip", { compile: skipStage }],
  ["$sort", { compile: sortStage }],
  ["$sortByCount", { compile: sortByCountStage }],
  ["$unionWith", { compile: unionWithStage }],
  ["$unwind", { compile: unwindStage }],
]);

/** Stages that the server knows and this engine does not do. */
export const unsupportedStages: ReadonlySet<string> = new Set([
  "$geoNear",
  "$listSampledQueries",
  "$listSearchIndexes",
  "$planCacheStats",
  "$querySettings",
  "$rankFusion",
  "$search",
  "$searchMeta",
  "$shardedDataDistribution",
  "$vectorSearch",
]);
