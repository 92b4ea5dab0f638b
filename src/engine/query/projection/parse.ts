import { isNumber } from "../../bson/numbers.js";
import { typeName } from "../../bson/typename.js";
import { isDoc, type Doc, type Value } from "../../bson/types.js";
import { ServerError } from "../../errors.js";
import { expressionCompiler } from "../../expressions/compile.js";
import type { Collation } from "../collation.js";
import { isOperatorDoc } from "../expression-docs.js";
import { checkFieldPath } from "../field-paths.js";
import { compileFilter } from "../matcher.js";
import { isTruthy } from "../truth.js";
import { newBranch, type Branch, type ProjectionNode } from "./nodes.js";
import { parseSlice, positionalTrim } from "./trims.js";

export interface ProjectionOptions {
  readonly collation?: Collation | undefined;
  readonly vars?: ReadonlyMap<string, Value | undefined>;
}

export interface ParsedProjection {
  readonly root: Branch;
  readonly mode: "inclusion" | "exclusion";
  readonly positional: boolean;
}

interface Parser {
  readonly root: Branch;
  readonly options: ProjectionOptions;
  mode: "inclusion" | "exclusion" | undefined;
  positional: boolean;
  /** `$slice` or `$elemMatch`, which the positional `$` cannot stand beside. */
  picksElements: boolean;
}

/** Reads a projection into a tree of fields. */
export function parseProjection(spec: Doc, options: ProjectionOptions): ParsedProjection {
  const parser: Parser = { root: newBranch(), options, mode: undefined, positional: false, picksElements: false };
  for (const [name, value] of spec) parseField(name, value, parser);
  if (parser.positional && parser.picksElements) {
    throw new ServerError(31256, "Cannot specify positional operator and $elemMatch.");
  }
  const id = parser.root.children.get("_id");
  const mode = parser.mode ?? (id !== undefined && id.kind !== "exclude" ? "inclusion" : "exclusion");
  if (mode === "inclusion" && id === undefined) parser.root.children.set("_id", { kind: "include" });
  return { root: parser.root, mode, positional: parser.positional };
}

function parseField(path: string, value: Value, parser: Parser): void {
  if (path.endsWith(".$") || path.includes(".$.")) {
    parsePositional(path, value, parser);
    return;
  }
  checkFieldPath(path);
  if (isNumber(value) || typeof value === "boolean") {
    parseFlag(path, isTruthy(value), parser);
  } else if (isOperatorDoc(value)) {
    parseOperator(path, value, parser);
  } else if (isDoc(value)) {
    if (value.size === 0) {
      throw new ServerError(51270, `An empty sub-projection is not a valid value. Found empty object at path ${path}`);
    }
    for (const [name, inner] of value) parseField(`${path}.${name}`, inner, parser);
  } else {
    parseExpression(path, value, parser);
  }
}

function parseFlag(path: string, include: boolean, parser: Parser): void {
  // The _id may be left out of an inclusion, and named in an exclusion.
  if (path !== "_id") setMode(include ? "inclusion" : "exclusion", path, parser);
  addNode(path, { kind: include ? "include" : "exclude" }, parser.root);
}

function setMode(mode: "inclusion" | "exclusion", path: string, parser: Parser): void {
  if (parser.mode !== undefined && parser.mode !== mode) {
    const [code, verb] = mode === "exclusion" ? [31254, "exclusion"] : [31253, "inclusion"];
    throw new ServerError(code, `Cannot do ${verb} on field ${path} in ${parser.mode} projection`);
  }
  parser.mode = mode;
}

function parsePositional(path: string, value: Value, parser: Parser): void {
  if (!path.endsWith(".$") || path.slice(0, -2).split(".").includes("$")) {
    const hint = "Positional projection may only be used at the end, for example: a.b.$.";
    throw new ServerError(
      31394,
      `As of 4.4, it's illegal to specify positional operator in the middle of a path. ${hint}`,
    );
  }
  if (parser.positional) throw new ServerError(31276, "Cannot specify more than one positional projection per query.");
  if ((!isNumber(value) && typeof value !== "boolean") || !isTruthy(value) || parser.mode === "exclusion") {
    throw new ServerError(31395, "positional projection cannot be used with exclusion");
  }
  const target = path.slice(0, -2);
  checkFieldPath(target);
  setMode("inclusion", target, parser);
  parser.positional = true;
  addNode(target, { kind: "trim", trim: positionalTrim }, parser.root);
}

function parseOperator(path: string, value: Doc, parser: Parser): void {
  const [first] = value.keys();
  const operand = value.size === 1 ? value.get(first ?? "") : undefined;
  if (operand === undefined) {
    parseExpression(path, value, parser);
  } else if (first === "$elemMatch") {
    parseElemMatch(path, operand, parser);
  } else if (first === "$meta") {
    throw metaError(operand);
  } else {
    const trim = first === "$slice" ? parseSlice(operand) : undefined;
    if (trim === undefined) {
      parseExpression(path, value, parser);
      return;
    }
    parser.picksElements = true;
    addNode(path, { kind: "trim", trim }, parser.root);
  }
}

function metaError(operand: Value): ServerError {
  if (operand === "textScore") {
    return new ServerError(40218, "query requires text score metadata, but it is not available");
  }
  if (typeof operand !== "string") return new ServerError(17307, "$meta only supports string arguments");
  return new ServerError("CommandNotSupported", `$meta: "${operand}" is not supported by this server`);
}

function parseElemMatch(path: string, operand: Value, parser: Parser): void {
  if (path.includes(".")) throw new ServerError(31255, "Cannot use $elemMatch projection on a nested field.");
  if (!isDoc(operand)) {
    throw new ServerError(31274, `elemMatch: Invalid argument, object required, but got ${typeName(operand)}`);
  }
  setMode("inclusion", path, parser);
  parser.picksElements = true;
  const filter: Doc = new Map([["items", new Map([["$elemMatch", operand]])]]);
  const matcher = compileFilter(filter, { collation: parser.options.collation });
  const accepts = (item: Value): boolean => matcher.matches(new Map([["items", [item]]]));
  addNode(path, { kind: "elemMatch", accepts }, parser.root);
}

function parseExpression(path: string, value: Value, parser: Parser): void {
  if (parser.mode === "exclusion") {
    throw new ServerError(31252, "Cannot use expression other than $meta in exclusion projection");
  }
  if (path !== "_id") parser.mode = "inclusion";
  const { vars, collation } = parser.options;
  const compute = expressionCompiler(vars?.keys() ?? [], collation?.compare).compile(value);
  addNode(path, { kind: "compute", compute }, parser.root);
}

function addNode(path: string, node: ProjectionNode, root: Branch): void {
  const parts = path.split(".");
  const last = parts.length - 1;
  let branch = root;
  for (let at = 0; at < last; at++) {
    const name = parts[at] as string;
    const next = branch.children.get(name) ?? newBranch();
    if (next.kind !== "branch") {
      throw new ServerError(31249, `Path collision at ${path} remaining portion ${parts.slice(at + 1).join(".")}`);
    }
    branch.children.set(name, next);
    branch = next;
  }
  const name = parts[last] as string;
  if (branch.children.has(name)) throw new ServerError(31250, `Path collision at ${path}`);
  branch.children.set(name, node);
}
