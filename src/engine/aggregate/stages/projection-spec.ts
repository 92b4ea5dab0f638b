import { isNumber, toDouble } from "../../bson/numbers.js";
import { isDoc, type Doc, type Value } from "../../bson/types.js";
import { ServerError } from "../../errors.js";
import { splitPath } from "../../expressions/paths.js";
import type { Compiler } from "../../expressions/types.js";
import { newProjectionNode, type ProjectionMode, type ProjectionNode } from "./projection.js";

/** One leaf of a specification: a path to keep, to drop, or to compute. */
interface Entry {
  readonly path: readonly string[];
  readonly value: Value;
  readonly kind: "include" | "exclude" | "compute";
}

interface ProjectionSpec {
  readonly mode: ProjectionMode;
  readonly node: ProjectionNode;
}

/**
 * Reads a `$project` specification.
 * @throws ServerError 51272 when it is empty, 31253 and 31254 when it mixes inclusion and exclusion, 31249 and 31250
 *   when paths collide
 */
export function parseProject(spec: Doc, compiler: Compiler): ProjectionSpec {
  if (spec.size === 0) throw new ServerError(51272, "projection specification must have at least one field");
  const entries = [...entriesOf(spec, [], "project")];
  const mode = modeOf(entries);
  const node = newProjectionNode();
  const idAsked = entries.some(({ path }) => path[0] === "_id");
  if (mode === "include" && !idAsked) node.included.add("_id");
  for (const entry of entries) {
    checkMode(entry, mode);
    addEntry(node, entry, compiler);
  }
  return { mode, node };
}

/** Reads an `$addFields` specification, where every leaf is an expression. */
export function parseAddFields(spec: Doc, compiler: Compiler): ProjectionNode {
  const node = newProjectionNode();
  for (const entry of entriesOf(spec, [], "add")) addEntry(node, entry, compiler);
  return node;
}

/** Reads the paths that `$unset` drops. */
export function parseUnsetPaths(paths: readonly string[], compiler: Compiler): ProjectionNode {
  const node = newProjectionNode();
  for (const path of paths) addEntry(node, { path: splitPath(path), value: false, kind: "exclude" }, compiler);
  return node;
}

function* entriesOf(spec: Doc, prefix: readonly string[], stage: "project" | "add"): Generator<Entry> {
  for (const [name, value] of spec) {
    const path = [...prefix, ...splitPath(name)];
    if (isSubSpecification(value)) {
      if (value.size === 0) {
        const message = `An empty sub-projection is not a valid value. Found empty object at path '${path.join(".")}'`;
        throw new ServerError(51270, message);
      }
      yield* entriesOf(value, path, stage);
    } else yield { path, value, kind: stage === "add" ? "compute" : kindOf(value) };
  }
}

/** A document without an operator names fields below. */
function isSubSpecification(value: Value): value is Doc {
  if (!isDoc(value)) return false;
  const [first] = value.keys();
  return first?.startsWith("$") !== true;
}

function kindOf(value: Value): Entry["kind"] {
  if (typeof value === "boolean") return value ? "include" : "exclude";
  if (isNumber(value)) return toDouble(value) === 0 ? "exclude" : "include";
  return "compute";
}

/** The first entry that is not the `_id` decides; `_id: 0` alone is an exclusion. */
function modeOf(entries: readonly Entry[]): ProjectionMode {
  const isId = ({ path }: Entry) => path.length === 1 && path[0] === "_id";
  const deciding = entries.find((entry) => !isId(entry)) ?? entries[0];
  return deciding?.kind === "exclude" ? "exclude" : "include";
}

function checkMode({ path, kind }: Entry, mode: ProjectionMode): void {
  const name = path.join(".");
  if (mode === "include" && kind === "exclude" && name !== "_id") {
    throw new ServerError(31254, `Cannot do exclusion on field ${name} in inclusion projection`);
  }
  if (mode === "exclude" && kind === "include" && name !== "_id") {
    throw new ServerError(31253, `Cannot do inclusion on field ${name} in exclusion projection`);
  }
  if (mode === "exclude" && kind === "compute") {
    throw new ServerError(31252, `Cannot use an expression in an exclusion projection: ${name}`);
  }
}

function addEntry(root: ProjectionNode, { path, value, kind }: Entry, compiler: Compiler): void {
  const last = path.at(-1) ?? "";
  const visited: ProjectionNode[] = [root];
  let node = root;
  for (const [depth, name] of path.slice(0, -1).entries()) {
    if (isLeaf(node, name)) {
      const rest = path.slice(depth + 1).join(".");
      throw new ServerError(31249, `Path collision at ${path.join(".")} remaining portion ${rest}`);
    }
    const child = node.children.get(name) ?? newProjectionNode();
    node.children.set(name, child);
    visited.push(child);
    node = child;
  }
  if (isLeaf(node, last) || node.children.has(last)) {
    throw new ServerError(31250, `Path collision at ${path.join(".")}`);
  }
  if (kind === "include") node.included.add(last);
  else if (kind === "exclude") node.excluded.add(last);
  else {
    node.computed.set(last, compiler.compile(value));
    for (const [depth, above] of visited.entries()) above.additions.add(path[depth] ?? "");
  }
}

function isLeaf(node: ProjectionNode, name: string): boolean {
  return node.included.has(name) || node.excluded.has(name) || node.computed.has(name);
}
