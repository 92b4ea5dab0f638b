import { toText } from "../../bson/extended-json.js";
import { typeName } from "../../bson/typename.js";
import { Int32, isArray, isDoc, type Doc, type Value } from "../../bson/types.js";
import { ServerError } from "../../errors.js";
import type { Namespace } from "../../kernel/types.js";
import { checkBindableName, readField, splitPath } from "../../expressions/paths.js";
import type { Expression } from "../../expressions/types.js";
import { stageOptions } from "../options.js";
import type { CompileStage, Pipeline, StageContext } from "../types.js";

/** `$out`: puts the documents in place of a collection's. */
export const outStage: CompileStage = (argument, context) => {
  const target = targetNamespace(argument, context, "$out");
  return (docs) => {
    context.host.replaceAll(target, [...docs]);
    return [];
  };
};

/** A collection's name, or `{ db, coll }`. */
function targetNamespace(value: Value | undefined, context: StageContext, name: string): Namespace {
  if (typeof value === "string") return checkedNamespace({ db: context.ns.db, coll: value });
  if (!isDoc(value)) {
    const type = value === undefined ? "missing" : typeName(value);
    throw new ServerError(16990, `${name} only supports a string or object argument, but found ${type}`);
  }
  const db = value.get("db") ?? context.ns.db;
  const coll = value.get("coll");
  if (typeof db === "string" && typeof coll === "string") return checkedNamespace({ db, coll });
  throw new ServerError(16994, `If an object is passed to ${name} it must have exactly 2 fields: 'db' and 'coll'`);
}

function checkedNamespace(ns: Namespace): Namespace {
  if (ns.coll !== "" && !ns.coll.startsWith("system.")) return ns;
  throw new ServerError("InvalidNamespace", `Invalid ${ns.db}.${ns.coll} target namespace`);
}

type WhenMatched = (before: Doc, incoming: Doc) => Doc | undefined;

interface MergeSpec {
  readonly target: Namespace;
  readonly on: readonly string[];
  readonly whenMatched: WhenMatched;
  readonly whenNotMatched: "insert" | "discard" | "fail";
}

/** `$merge`: writes each document into a collection, where one with the same `on` fields may be already. */
export const mergeStage: CompileStage = (argument, context, name) => {
  const options = typeof argument === "string" ? new Map<string, Value>([["into", argument]]) : argument;
  const optional = ["on", "let", "whenMatched", "whenNotMatched"];
  const given = stageOptions(options, name, { required: ["into"], optional });
  const spec: MergeSpec = {
    target: targetNamespace(given.get("into"), context, "$merge 'into' field"),
    on: onFields(given.get("on")),
    whenMatched: whenMatchedOf(given, context),
    whenNotMatched: whenNotMatchedOf(given.get("whenNotMatched")),
  };
  return (docs) => {
    checkUnique(spec, context);
    // All is read before the first write: the target may be the source.
    for (const doc of [...docs]) mergeOne(doc, spec, context);
    return [];
  };
};

function onFields(value: Value | undefined): readonly string[] {
  if (value === undefined) return ["_id"];
  const fields = isArray(value) ? value : [value];
  if (fields.length === 0) {
    throw new ServerError(51187, "If explicitly specifying $merge 'on', must include at least one field");
  }
  return fields.map((field) => {
    if (typeof field === "string") return field;
    throw new ServerError(51134, `$merge 'on' array elements must be strings, but found ${typeName(field)}`);
  });
}

function checkUnique({ target, on }: MergeSpec, { host }: StageContext): void {
  if ((on.length === 1 && on[0] === "_id") || host.hasUniqueIndex(target, on)) return;
  throw new ServerError(51183, "Cannot find index to verify that join fields will be unique");
}

function mergeOne(doc: Doc, spec: MergeSpec, { host }: StageContext): void {
  const incoming = spec.on.includes("_id") && !doc.has("_id") ? new Map([["_id", host.newId()], ...doc]) : doc;
  const filter: Doc = new Map(spec.on.map((field) => [field, new Map([["$eq", onValue(incoming, field)]])]));
  const [before] = host.documents(spec.target, { filter, vars: new Map(), collation: undefined });
  if (before !== undefined) {
    const after = spec.whenMatched(before, incoming);
    if (after !== undefined && after !== before) host.replace(spec.target, before, withSameId(before, after));
  } else if (spec.whenNotMatched === "insert") host.insert(spec.target, incoming);
  else if (spec.whenNotMatched === "fail") {
    const message =
      "$merge could not find a matching document in the target collection for at least one document in the source collection";
    throw new ServerError(13113, message);
  }
}

function onValue(doc: Doc, field: string): Value {
  const value = readField(doc, splitPath(field));
  if (value === undefined || value === null) {
    const message = "$merge write error: 'on' field cannot be missing, null, undefined or an array";
    throw new ServerError(51132, message);
  }
  if (isArray(value))
    throw new ServerError(51185, "$merge write error: 'on' field cannot be missing, null, undefined or an array");
  return value;
}

/** The target keeps its own `_id`; the kernel refuses another one. */
function withSameId(before: Doc, after: Doc): Doc {
  const id = before.get("_id");
  if (after.has("_id") || id === undefined) return after;
  return new Map([["_id", id], ...after]);
}

function whenNotMatchedOf(value: Value | undefined): MergeSpec["whenNotMatched"] {
  if (value === undefined) return "insert";
  if (value === "insert" || value === "discard" || value === "fail") return value;
  const message = `Enumeration value '${toText(value)}' for field '$merge.whenNotMatched' is not a valid value.`;
  throw new ServerError("BadValue", message);
}

function whenMatchedOf(options: Doc, context: StageContext): WhenMatched {
  const value = options.get("whenMatched") ?? "merge";
  if (isArray(value)) return pipelineMerge(value, options.get("let"), context);
  if (options.has("let")) {
    throw new ServerError(51199, "Cannot use 'let' variables with 'whenMatched' mode other than a pipeline");
  }
  switch (value) {
    case "merge":
      return (before, incoming) => new Map([...before, ...incoming]);
    case "replace":
      return (_before, incoming) => incoming;
    case "keepExisting":
      return () => undefined;
    case "fail":
      return (before) => {
        throw new ServerError(
          "DuplicateKey",
          `E11000 duplicate key error: $merge found a match with whenMatched: fail`,
          new Map<string, Value>([
            ["keyPattern", new Map([["_id", new Int32(1)]])],
            ["keyValue", new Map([["_id", before.get("_id") ?? null]])],
          ]),
        );
      };
    default:
      throw new ServerError(
        "BadValue",
        `Enumeration value '${toText(value)}' for field '$merge.whenMatched' is not a valid value.`,
      );
  }
}

/** A pipeline over the old document, with the new one as `$$new` or in variables of its own. */
function pipelineMerge(stages: readonly Value[], letSpec: Value | undefined, context: StageContext): WhenMatched {
  const bound = mergeVariables(letSpec, context);
  const vars = new Map(context.vars);
  for (const name of bound.keys()) vars.set(name, undefined);
  const pipeline: Pipeline = context.compileInner(stages, { place: "$lookup", vars });
  return (before, incoming) => {
    for (const [name, value] of bound) vars.set(name, value({ root: incoming, vars: context.vars }));
    const [after] = pipeline.run([before]);
    return after;
  };
}

function mergeVariables(letSpec: Value | undefined, { compiler }: StageContext): Map<string, Expression> {
  const spec = letSpec ?? new Map<string, Value>([["new", "$$ROOT"]]);
  if (!isDoc(spec)) throw new ServerError("TypeMismatch", "$merge 'let' must be an object");
  return new Map(
    Array.from(spec, ([name, value]) => {
      checkBindableName(name);
      return [name, compiler.compile(value)];
    }),
  );
}
