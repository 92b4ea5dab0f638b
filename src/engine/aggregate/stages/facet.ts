import { isArray, isDoc, type Value } from "../../bson/types.js";
import { ServerError } from "../../errors.js";
import { nameOfType } from "../../expressions/arguments.js";
import type { CompileStage } from "../types.js";

/** `$facet`: several pipelines over the same documents, their results as arrays of one document. */
export const facetStage: CompileStage = (argument, context) => {
  if (!isDoc(argument) || argument.size === 0) {
    throw new ServerError(40169, "the $facet specification must be a non-empty object");
  }
  const facets = Array.from(argument, ([name, stages]) => {
    if (name.startsWith("$"))
      throw new ServerError(16410, `FieldPath field names may not start with '$', given '${name}'.`);
    if (name.includes(".")) throw new ServerError(16412, `FieldPath field names may not contain '.', given '${name}'.`);
    if (!isArray(stages)) {
      throw new ServerError(40170, `arguments to $facet must be arrays, ${name} is type ${nameOfType(stages)}`);
    }
    return { name, pipeline: context.compileInner(stages, { place: "$facet", vars: context.vars }) };
  });
  return function* (docs) {
    const all = [...docs];
    yield new Map<string, Value>(facets.map(({ name, pipeline }) => [name, [...pipeline.run(all)]]));
  };
};
