import { isArray, isDoc, type Doc, type Value } from "../../bson/types.js";
import type { Application, Branch, ProjectionNode } from "./nodes.js";

/**
 * Applies an inclusion: kept fields in the document's order, then computed ones in the projection's.
 */
export function includeFields(doc: Doc, branch: Branch, use: Application): Doc {
  const result: Doc = new Map();
  for (const [name, value] of doc) {
    const node = branch.children.get(name);
    const kept = node && includeValue(value, node, use);
    if (kept !== undefined) result.set(name, kept);
  }
  addComputed(result, doc, branch, use);
  return result;
}

function includeValue(value: Value, node: ProjectionNode, use: Application): Value | undefined {
  switch (node.kind) {
    case "include":
      return value;
    case "trim":
      return isArray(value) ? node.trim(value, use.positional) : value;
    case "branch":
      return includeInside(value, node, use);
    case "exclude":
    case "compute":
    case "elemMatch":
      return undefined;
  }
}

function includeInside(value: Value, branch: Branch, use: Application): Value | undefined {
  if (isDoc(value)) return includeFields(value, branch, use);
  if (isArray(value)) {
    return value.map((item) => includeInside(item, branch, use)).filter((item) => item !== undefined);
  }
  return hasComputed(branch) ? includeFields(new Map(), branch, use) : undefined;
}

/** Adds fields that are computed, also below documents that are not there. */
function addComputed(result: Doc, doc: Doc, branch: Branch, use: Application): void {
  for (const [name, node] of branch.children) {
    if (node.kind === "branch") {
      if (!doc.has(name) && hasComputed(node)) result.set(name, includeFields(new Map(), node, use));
      continue;
    }
    const value = computedValue(doc.get(name), node, use);
    if (value !== undefined) result.set(name, value);
  }
}

function computedValue(value: Value | undefined, node: ProjectionNode, use: Application): Value | undefined {
  if (node.kind === "compute") return node.compute({ root: use.root, vars: use.vars });
  if (node.kind !== "elemMatch" || !isArray(value)) return undefined;
  const found = value.find(node.accepts);
  return found === undefined ? undefined : [found];
}

function hasComputed(branch: Branch): boolean {
  for (const node of branch.children.values()) {
    if (node.kind === "compute" || (node.kind === "branch" && hasComputed(node))) return true;
  }
  return false;
}

/** Applies an exclusion: every field but the named ones, in the document's order. */
export function excludeFields(doc: Doc, branch: Branch, use: Application): Doc {
  const result: Doc = new Map();
  for (const [name, value] of doc) {
    const node = branch.children.get(name);
    const kept = node === undefined ? value : excludeValue(value, node, use);
    if (kept !== undefined) result.set(name, kept);
  }
  return result;
}

function excludeValue(value: Value, node: ProjectionNode, use: Application): Value | undefined {
  switch (node.kind) {
    case "exclude":
      return undefined;
    case "trim":
      return isArray(value) ? node.trim(value, use.positional) : value;
    case "branch":
      return excludeInside(value, node, use);
    case "include":
    case "compute":
    case "elemMatch":
      return value;
  }
}

function excludeInside(value: Value, branch: Branch, use: Application): Value {
  if (isDoc(value)) return excludeFields(value, branch, use);
  return isArray(value) ? value.map((item) => excludeInside(item, branch, use)) : value;
}
