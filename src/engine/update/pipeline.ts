import { compareStrings } from "../bson/compare.js";
import { UtcDate, type Doc, type Value } from "../bson/types.js";
import { toText } from "../bson/extended-json.js";
import { isDoc } from "../bson/types.js";
import { ServerError } from "../errors.js";
import { documentStages, type DocumentStage } from "../aggregate/stages/documents.js";
import { expressionCompiler } from "../expressions/compile.js";
import type { Compiler } from "../expressions/types.js";
import type { UpdateOptions } from "./compile.js";
import { identicalValues } from "./identical.js";
import { checkSameId, withIdFirst } from "./ids.js";
import type { Updater } from "./types.js";

/**
 * Compiles an update given as a pipeline of the stages that change one document at a time.
 * @throws ServerError InvalidOptions for any other stage
 */
export function compilePipelineUpdate(stages: readonly Value[], options: UpdateOptions): Updater {
  const vars = options.vars ?? new Map<string, Value | undefined>();
  const compiler = expressionCompiler(vars.keys(), options.collation?.compare ?? compareStrings);
  const steps = stages.map((stage) => compileStep(stage, compiler));
  return {
    kind: "pipeline",
    fields: undefined,
    apply(doc, { now }) {
      const seen = new Map(vars).set("NOW", new UtcDate(now));
      const result = steps.reduce<Doc>((current, step) => step({ root: current, vars: seen }), doc);
      const next = withIdFirst(result, doc);
      checkSameId(doc, next, "document");
      return identicalValues(doc, next) ? doc : next;
    },
  };
}

function compileStep(stage: Value, compiler: Compiler): DocumentStage {
  if (!isDoc(stage)) {
    const message = `Each element of the 'pipeline' array must be an object, found ${toText(stage)}`;
    throw new ServerError("TypeMismatch", message);
  }
  const [entry] = stage;
  if (entry === undefined || stage.size !== 1) {
    throw new ServerError(40323, "A pipeline stage specification object must contain exactly one field.");
  }
  const [name, argument] = entry;
  const compile = documentStages.get(name);
  if (compile !== undefined) return compile(argument, compiler, name);
  throw new ServerError("InvalidOptions", `${name} is not allowed to be used within an update`);
}
