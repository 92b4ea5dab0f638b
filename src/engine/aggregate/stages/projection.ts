import { isArray, isDoc, type Doc, type Value } from "../../bson/types.js";
import type { Expression, Scope } from "../../expressions/types.js";

/** What a projection says of one document's fields; `children` are the projections of embedded documents. */
export interface ProjectionNode {
  readonly included: Set<string>;
  readonly excluded: Set<string>;
  readonly computed: Map<string, Expression>;
  readonly children: Map<string, ProjectionNode>;
  /** The names of computed fields and of children that compute, in the order of the specification. */
  readonly additions: Set<string>;
}

/** `include` keeps what is named, `exclude` all but what is named, `add` all. */
export type ProjectionMode = "include" | "exclude" | "add";

export function newProjectionNode(): ProjectionNode {
  return {
    included: new Set(),
    excluded: new Set(),
    computed: new Map(),
    children: new Map(),
    additions: new Set(),
  };
}

/**
 * Applies a projection: kept fields in the document's order, then computed ones in the specification's.
 * Source: MongoDB manual, "$project (aggregation)", "$addFields"
 */
export function applyProjection(node: ProjectionNode, mode: ProjectionMode, scope: Scope): Doc {
  const kept = mode === "add" ? scope.root : keepFields(node, mode, scope.root);
  return node.additions.size > 0 ? computeFields(node, kept, scope) : kept;
}

function keepFields(node: ProjectionNode, mode: ProjectionMode, doc: Doc): Doc {
  const kept: Doc = new Map();
  for (const [name, value] of doc) {
    const child = node.children.get(name);
    const next = child === undefined ? keepField(node, mode, name, value) : keepBelow(child, mode, value);
    if (next !== undefined) kept.set(name, next);
  }
  return kept;
}

function keepField(node: ProjectionNode, mode: ProjectionMode, name: string, value: Value): Value | undefined {
  if (mode === "include") return node.included.has(name) ? value : undefined;
  return node.excluded.has(name) ? undefined : value;
}

/** Arrays are projected element by element; an inclusion drops scalars, an exclusion leaves them. */
function keepBelow(node: ProjectionNode, mode: ProjectionMode, value: Value): Value | undefined {
  if (isDoc(value)) return keepFields(node, mode, value);
  if (isArray(value)) {
    return value.map((item) => keepBelow(node, mode, item)).filter((item) => item !== undefined);
  }
  return mode === "exclude" ? value : undefined;
}

function computeFields(node: ProjectionNode, doc: Doc, scope: Scope): Doc {
  const result: Doc = new Map(doc);
  for (const name of node.additions) {
    const child = node.children.get(name);
    const value = child === undefined ? node.computed.get(name)?.(scope) : computeBelow(child, result.get(name), scope);
    if (value === undefined) result.delete(name);
    else result.set(name, value);
  }
  return result;
}

/** Anything but a document or an array gives way to a document of the computed fields. */
function computeBelow(node: ProjectionNode, value: Value | undefined, scope: Scope): Value {
  if (isArray(value)) return value.map((item) => computeBelow(node, item, scope));
  return computeFields(node, isDoc(value) ? value : new Map<string, Value>(), scope);
}
