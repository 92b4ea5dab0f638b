import { Undefined, type Doc, type Value } from "../bson/types.js";
import { ServerError } from "../errors.js";
import type { Path } from "./paths.js";

/** One compound key: a value for each path; missing ones are `undefined`. */
export type KeyValues = readonly (Value | undefined)[];

/** How far one path has been followed. */
interface Position {
  readonly path: Path;
  /** The part to look for next. */
  readonly at: number;
  readonly value: Value | undefined;
  /** Nothing is left to look for, not even inside an array. */
  readonly done: boolean;
}

/**
 * The keys that a document has in an index or a sort over these paths: several when an array is on the way, one for
 * each element. An empty array at a path's end counts as `undefined`, which sorts before null.
 * @throws ServerError CannotIndexParallelArrays when two paths meet different arrays
 * Source: MongoDB manual, "Multikey Indexes", "Sort by array fields"
 */
export function keyValues(doc: Doc, paths: readonly Path[]): readonly KeyValues[] {
  return expand(paths.map((path) => ({ path, at: 0, value: doc, done: false })));
}

function expand(positions: readonly Position[]): KeyValues[] {
  const reached = positions.map(advance);
  const items = sharedArray(reached);
  if (items === undefined) return [reached.map((position) => position.value)];
  if (items.length === 0) return expand(reached.map((position) => enter(position, items, undefined)));
  return items.flatMap((item) => expand(reached.map((position) => enter(position, items, item))));
}

/** Goes through documents, and to elements that the path names, until the end or an array to be searched. */
function advance(position: Position): Position {
  if (position.done) return position;
  const { path } = position;
  let { at, value } = position;
  while (at < path.parts.length) {
    if (value instanceof Map) value = value.get(path.parts[at] as string);
    else if (Array.isArray(value)) {
      const items = value as readonly Value[];
      const index = path.indexes[at] as number;
      if (index === -1 || items.some((item) => item instanceof Map && item.has(path.parts[at] as string))) break;
      value = items[index];
    } else value = undefined;
    at++;
  }
  return { path, at, value, done: !Array.isArray(value) };
}

/** The one array that paths stopped at. */
function sharedArray(positions: readonly Position[]): readonly Value[] | undefined {
  let shared: Position | undefined;
  for (const position of positions) {
    if (position.done) continue;
    if (shared !== undefined && shared.value !== position.value) throw parallelArrays(shared, position);
    shared ??= position;
  }
  return shared?.value as readonly Value[] | undefined;
}

function parallelArrays(left: Position, right: Position): ServerError {
  const names = [left, right].map(({ path, at }) => `[${path.parts[Math.max(at, 1) - 1] ?? ""}]`);
  return new ServerError("CannotIndexParallelArrays", `cannot index parallel arrays ${names.join(" ")}`);
}

function enter(position: Position, items: readonly Value[], item: Value | undefined): Position {
  const { path, at } = position;
  if (position.done || position.value !== items) return position;
  if (at < path.parts.length)
    return { path, at, value: item instanceof Map ? item : undefined, done: !(item instanceof Map) };
  return { path, at, value: item ?? (items.length === 0 ? Undefined.instance : null), done: true };
}
