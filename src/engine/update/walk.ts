import { isArray, isDoc, type Doc, type Value } from "../bson/types.js";
import { showField } from "./text.js";
import { ServerError } from "../errors.js";
import type { ArrayFilters } from "./array-filters.js";
import { arrayIdentifier, isIndex } from "./paths.js";
import { mergeNodes, type Branch, type Node } from "./tree.js";
import type { Run } from "./types.js";

/** MongoDB's bound on the nulls that a write beyond an array's end may add. */
const maxPadding = 1_500_000;

/** A run with the array filters its `$[id]` parts need. */
export interface Walk extends Run {
  readonly arrayFilters: ArrayFilters;
}

/**
 * Applies a tree of operations to a value, copying only what changes.
 * @returns `current` itself when nothing changes, undefined when there is no value
 */
function applyNode(node: Node, current: Value | undefined, walk: Walk): Value | undefined {
  if (node.kind === "leaf") return node.operation.change(current, walk);
  if (node.overArray) return applyToElements(node, current, walk);
  if (current === undefined) return buildDoc(node, walk);
  if (isDoc(current)) return applyToDoc(node, current, walk);
  return isArray(current) ? applyToIndexes(node, current, walk) : blockAll(node, current, walk);
}

/** Applies a branch to a document: fields keep their places, new ones are added at the end. */
export function applyToDoc(branch: Branch, doc: Doc, walk: Walk): Doc {
  let next: Doc | undefined;
  for (const [name, child] of resolvedChildren(branch, walk)) {
    const before = doc.get(name);
    const after = step(child, name, before, walk);
    if (Object.is(after, before)) continue;
    next ??= new Map(doc);
    if (after === undefined) next.delete(name);
    else next.set(name, after);
  }
  return next ?? doc;
}

function step(child: Node, name: string, before: Value | undefined, walk: Walk): Value | undefined {
  walk.path.push(name);
  const after = applyNode(child, before, walk);
  walk.path.pop();
  return after;
}

function buildDoc(branch: Branch, walk: Walk): Doc | undefined {
  let made: Doc | undefined;
  for (const [name, child] of resolvedChildren(branch, walk)) {
    const value = step(child, name, undefined, walk);
    if (value !== undefined) (made ??= new Map<string, Value>()).set(name, value);
  }
  return made;
}

function applyToIndexes(branch: Branch, array: readonly Value[], walk: Walk): readonly Value[] {
  let next: Value[] | undefined;
  for (const [name, child] of resolvedChildren(branch, walk)) {
    if (!isIndex(name)) {
      refuseBlocked(child, name, array, walk);
      continue;
    }
    const index = Number(name);
    const before = (next ?? array)[index];
    const after = step(child, name, before, walk);
    if (Object.is(after, before)) continue;
    next ??= [...array];
    if (index > next.length) pad(next, index);
    // Removing an element would move the others, so MongoDB leaves a null in its place.
    next[index] = after ?? null;
  }
  return next ?? array;
}

function pad(array: Value[], length: number): void {
  if (length - array.length > maxPadding) {
    throw new ServerError("CannotBackfillArray", `can't backfill more than ${maxPadding} elements`);
  }
  while (array.length < length) array.push(null);
}

/** The children with `$` replaced by the index that the query matched. */
function resolvedChildren(branch: Branch, walk: Walk): ReadonlyMap<string, Node> {
  const positional = branch.children.get("$");
  if (positional === undefined) return branch.children;
  if (walk.positional === undefined) {
    throw new ServerError("BadValue", "The positional operator did not find the match needed from the query.");
  }
  const name = String(walk.positional);
  const children = new Map(branch.children);
  children.delete("$");
  const same = children.get(name);
  children.set(name, same === undefined ? positional : mergeNodes(same, positional, [...walk.path, name]));
  return children;
}

function applyToElements(branch: Branch, current: Value | undefined, walk: Walk): readonly Value[] {
  const path = walk.path.join(".");
  if (current === undefined) {
    throw new ServerError("BadValue", `The path '${path}' must exist in the document in order to apply array updates.`);
  }
  if (!isArray(current)) {
    const element = showField(walk.path.at(-1) ?? "", current);
    throw new ServerError("BadValue", `Cannot apply array updates to non-array element ${element}`);
  }
  let next: Value[] | undefined;
  current.forEach((before, index) => {
    const child = matchingChild(branch, before, index, walk);
    const after = child === undefined ? before : (step(child, String(index), before, walk) ?? null);
    if (Object.is(after, before)) return;
    next ??= [...current];
    next[index] = after;
  });
  return next ?? current;
}

function matchingChild(branch: Branch, element: Value, index: number, walk: Walk): Node | undefined {
  let merged: Node | undefined;
  for (const [part, node] of branch.children) {
    if (!walk.arrayFilters.matches(arrayIdentifier(part) ?? "", element)) continue;
    merged = merged === undefined ? node : mergeNodes(merged, node, [...walk.path, String(index)]);
  }
  return merged;
}

function blockAll(branch: Branch, scalar: Value, walk: Walk): Value {
  for (const [name, child] of resolvedChildren(branch, walk)) refuseBlocked(child, name, scalar, walk);
  return scalar;
}

/** Refuses what would have to create or find a field inside a value that cannot have it. */
function refuseBlocked(node: Node, name: string, holder: Value, walk: Walk): void {
  if (node.kind === "branch") {
    for (const child of node.children.values()) refuseBlocked(child, name, holder, walk);
    return;
  }
  const { operation } = node;
  if (operation.whenMissing === "skip") return;
  const element = `{${showField(walk.path.at(-1) ?? "", holder)}}`;
  const path = walk.path.join(".");
  if (operation.whenMissing === "strict") {
    const message = `Cannot use the part (${name}) of (${path}.${name}) to traverse the element (${element})`;
    throw new ServerError("PathNotViable", message);
  }
  if (operation.change(undefined, walk) === undefined) return;
  throw new ServerError("PathNotViable", `Cannot create field '${name}' in element ${element}`);
}
