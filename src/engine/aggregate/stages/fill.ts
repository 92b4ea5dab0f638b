import { isArray, isDoc, type Doc, type Value } from "../../bson/types.js";
import { ServerError } from "../../errors.js";
import { nameOfType } from "../../expressions/arguments.js";
import { splitPath } from "../../expressions/paths.js";
import { plainValue, withField } from "../field-writes.js";
import { isNullish } from "../../expressions/arguments.js";
import { stageOptions } from "../options.js";
import type { CompileStage, Stage, StageContext } from "../types.js";
import { windowStage } from "./windows.js";

const methods: ReadonlyMap<string, string> = new Map([
  ["linear", "$linearFill"],
  ["locf", "$locf"],
]);

/** `$fill`: null and missing fields get a value, the last one before, or one between their neighbours. */
export const fillStage: CompileStage = (argument, context, name) => {
  const optional = ["partitionBy", "partitionByFields", "sortBy"];
  const options = stageOptions(argument, name, { required: ["output"], optional });
  const output = options.get("output");
  if (!isDoc(output) || output.size === 0) {
    throw new ServerError(6050203, "Maximum one of 'value' and 'method' may be specified for each field of 'output'");
  }
  const windows: Doc = new Map();
  const values: Stage[] = [];
  for (const [path, spec] of output) {
    const method = methodOf(spec);
    if (method === undefined) values.push(valueFill(path, (spec as Doc).get("value") ?? null, context));
    else windows.set(path, new Map([[method, `$${path}`]]));
  }
  const windowed =
    windows.size === 0 ? undefined : windowStage(windowSpec(options, windows), context, "$setWindowFields");
  return (docs) => values.reduce((input, stage) => stage(input), windowed === undefined ? docs : windowed(docs));
};

function methodOf(spec: Value): string | undefined {
  if (!isDoc(spec) || spec.size !== 1) {
    throw new ServerError(6050202, "Each field of 'output' must have exactly one of 'value' and 'method'");
  }
  const method = spec.get("method");
  if (method === undefined) {
    if (spec.has("value")) return undefined;
    throw new ServerError(40415, `BSON field '$fill.output.${[...spec.keys()][0] ?? ""}' is an unknown field.`);
  }
  const known = typeof method === "string" ? methods.get(method) : undefined;
  if (known !== undefined) return known;
  throw new ServerError(6050202, "Method must be either locf or linear");
}

function windowSpec(options: Doc, output: Doc): Doc {
  const spec: Doc = new Map([["output", output]]);
  const partition = options.get("partitionBy") ?? fieldsPartition(options.get("partitionByFields"));
  if (partition !== undefined) spec.set("partitionBy", partition);
  const sortBy = options.get("sortBy");
  if (sortBy !== undefined) spec.set("sortBy", sortBy);
  return spec;
}

/** The named fields as one document to partition by. */
function fieldsPartition(fields: Value | undefined): Doc | undefined {
  if (fields === undefined) return undefined;
  if (!isArray(fields))
    throw new ServerError("TypeMismatch", `partitionByFields must be an array, found ${nameOfType(fields)}`);
  return new Map(fields.map((field, index) => [`field${index}`, `$${fieldName(field)}`]));
}

function fieldName(field: Value): string {
  if (typeof field === "string" && !field.startsWith("$")) return field;
  throw new ServerError("TypeMismatch", "partitionByFields must be field names without a dollar sign");
}

function valueFill(name: string, value: Value, { compiler, vars }: StageContext): Stage {
  const path = splitPath(name);
  const expression = compiler.compile(value);
  return function* (docs) {
    for (const root of docs) {
      const filled = isNullish(plainValue(root, path));
      yield filled ? withField(root, path, expression({ root, vars })) : root;
    }
  };
}
