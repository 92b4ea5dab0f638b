import { toExactLong, isNumber } from "../../bson/numbers.js";
import { isDoc, type Doc, type Value } from "../../bson/types.js";
import { ServerError } from "../../errors.js";
import { readField, splitPath } from "../../expressions/paths.js";
import { compileFilter, type Matcher } from "../../query/matcher.js";
import { withField } from "../field-writes.js";
import type { CompileStage, StageContext } from "../types.js";
import { valueKey } from "../value-key.js";
import { equalityFinder, foreignNamespace, wantedValues, type FindEqual } from "./foreign.js";

interface GraphSpec {
  readonly connectFrom: readonly string[];
  readonly as: readonly string[];
  readonly depthField: readonly string[] | undefined;
  readonly maxDepth: number;
  readonly restrict: Matcher | undefined;
}

const required = ["from", "startWith", "connectFromField", "connectToField", "as"];
const optional = ["maxDepth", "depthField", "restrictSearchWithMatch"];

/** `$graphLookup`: follows references breadth first; each document once, at its least depth. */
export const graphLookupStage: CompileStage = (argument, context) => {
  const options = graphOptions(argument);
  const startWith = context.compiler.compile(options.get("startWith") ?? null);
  const connectTo = textOf(options, "connectToField");
  const ns = foreignNamespace(options.get("from"), context, "$graphLookup");
  const spec = graphSpec(options, context);
  return function* (docs) {
    const find = equalityFinder(ns, connectTo, context);
    for (const doc of docs) {
      const start = startWith({ root: doc, vars: context.vars });
      yield withField(doc, spec.as, search(wantedValues(start), find, spec));
    }
  };
};

function graphOptions(argument: Value): Doc {
  if (!isDoc(argument))
    throw new ServerError("FailedToParse", "the $graphLookup stage specification must be an object");
  const unknown = [...argument.keys()].find((name) => !required.includes(name) && !optional.includes(name));
  if (unknown !== undefined) throw new ServerError(40104, `Unknown argument to $graphLookup: ${unknown}`);
  if (required.every((name) => argument.has(name))) return argument;
  const message =
    "$graphLookup requires 'from', 'as', 'startWith', 'connectFromField', and 'connectToField' to be specified.";
  throw new ServerError(40105, message);
}

function textOf(options: Doc, name: string): string {
  const value = options.get(name);
  if (typeof value !== "string") throw new ServerError(40103, `expected string as argument for ${name}`);
  splitPath(value);
  return value;
}

function graphSpec(options: Doc, { collation, vars }: StageContext): GraphSpec {
  const match = options.get("restrictSearchWithMatch");
  if (match !== undefined && !isDoc(match)) {
    throw new ServerError(40185, "$graphLookup argument 'restrictSearchWithMatch' must be an object");
  }
  return {
    connectFrom: splitPath(textOf(options, "connectFromField")),
    as: splitPath(textOf(options, "as")),
    depthField: options.has("depthField") ? splitPath(textOf(options, "depthField")) : undefined,
    maxDepth: maxDepthOf(options.get("maxDepth")),
    restrict: match === undefined ? undefined : compileFilter(match, { collation, vars }),
  };
}

function maxDepthOf(value: Value | undefined): number {
  if (value === undefined) return Infinity;
  if (!isNumber(value)) throw new ServerError(40100, "maxDepth must be numeric");
  const whole = toExactLong(value);
  if (whole === undefined) throw new ServerError(40102, "maxDepth could not be represented as a long long");
  if (whole < 0n) throw new ServerError(40101, "maxDepth requires a nonnegative argument");
  return Number(whole);
}

function search(start: readonly Value[], find: FindEqual, spec: GraphSpec): Doc[] {
  const found = new Map<string, Doc>();
  const asked = new Set(start.map(valueKey));
  let frontier = start;
  for (let depth = 0; frontier.length > 0 && depth <= spec.maxDepth; depth++) {
    const next: Value[] = [];
    for (const doc of find(frontier)) {
      const id = valueKey(doc.get("_id"));
      if (found.has(id) || spec.restrict?.matches(doc) === false) continue;
      found.set(id, spec.depthField === undefined ? doc : withField(doc, spec.depthField, BigInt(depth)));
      for (const value of linksOf(doc, spec)) {
        const key = valueKey(value);
        if (!asked.has(key)) next.push(value);
        asked.add(key);
      }
    }
    frontier = next;
  }
  return [...found.values()];
}

/** The values that a document refers to; a missing field refers to nothing. */
function linksOf(doc: Doc, { connectFrom }: GraphSpec): readonly Value[] {
  const value = readField(doc, connectFrom);
  return value === undefined ? [] : wantedValues(value);
}
