import type { Doc, Value } from "../bson/types.js";

/** A dotted field path taken apart. */
export interface Path {
  readonly text: string;
  readonly parts: readonly string[];
  /** For each part the array index it names, or -1. */
  readonly indexes: readonly number[];
}

/**
 * What to do with an array at the path's end: `traverse` gives its elements and then the array itself, `whole` the
 * array alone.
 */
export type LeafArrays = "traverse" | "whole";

/**
 * Called for each value at a path; a missing one is `undefined`.
 * @param index the place in the outermost array that was searched for this value
 * @returns true to end the search
 */
export type Visit = (value: Value | undefined, index: number | undefined) => boolean;

export function pathOf(text: string): Path {
  const parts = text.split(".");
  return { text, parts, indexes: parts.map(indexOf) };
}

function indexOf(part: string): number {
  return /^(?:0|[1-9]\d*)$/.test(part) ? Number(part) : -1;
}

/**
 * Gives a document's values at a path as queries see them: arrays on the way are searched element by element, and a
 * numeric part names an array's element as well as a field. An array without a document to go on in gives nothing,
 * not even a missing value.
 * @returns whether `visit` ended the search
 * Source: MongoDB manual, "Query an Array", "Query an Array of Embedded Documents"; the server's matcher
 */
export function visitPath(doc: Doc, path: Path, leaf: LeafArrays, visit: Visit): boolean {
  return visitDoc(doc, path, 0, leaf, visit, undefined);
}

function visitDoc(
  doc: Doc,
  path: Path,
  from: number,
  leaf: LeafArrays,
  visit: Visit,
  index: number | undefined,
): boolean {
  const { parts } = path;
  const last = parts.length - 1;
  let value: Value | undefined = doc.get(parts[from] as string);
  for (let at = from; at < last; at++) {
    if (Array.isArray(value)) return visitItems(value as readonly Value[], path, at + 1, leaf, visit, index);
    if (!(value instanceof Map)) return visit(undefined, index);
    value = value.get(parts[at + 1] as string);
  }
  if (leaf === "traverse" && Array.isArray(value)) return visitLeaf(value as readonly Value[], visit, index);
  return visit(value, index);
}

function visitLeaf(items: readonly Value[], visit: Visit, index: number | undefined): boolean {
  for (let at = 0; at < items.length; at++) if (visit(items[at], index ?? at)) return true;
  return visit(items, index);
}

/** The values below an array that is not the path's end; `at` is the part to look for in its elements. */
function visitItems(
  items: readonly Value[],
  path: Path,
  at: number,
  leaf: LeafArrays,
  visit: Visit,
  index: number | undefined,
): boolean {
  const named = path.indexes[at] as number;
  for (let place = 0; place < items.length; place++) {
    const item = items[place];
    if (item instanceof Map && visitDoc(item, path, at, leaf, visit, index ?? place)) return true;
    if (place === named && visitNamed(item, path, at, leaf, visit, index)) return true;
  }
  return false;
}

/** An element that the path names by its place is taken whole: it is not searched like an array met on the way. */
function visitNamed(
  item: Value | undefined,
  path: Path,
  at: number,
  leaf: LeafArrays,
  visit: Visit,
  index: number | undefined,
): boolean {
  if (at === path.parts.length - 1) return visit(item, index);
  if (item instanceof Map) return visitDoc(item, path, at + 1, leaf, visit, index);
  if (Array.isArray(item)) return visitItems(item as readonly Value[], path, at + 1, leaf, visit, index);
  return false;
}

/** The value at a path through documents alone; undefined when a part is missing or an array is in the way. */
export function valueAt(doc: Doc, path: Path): Value | undefined {
  let value: Value | undefined = doc;
  for (const part of path.parts) {
    if (!(value instanceof Map)) return undefined;
    value = value.get(part);
  }
  return value;
}
