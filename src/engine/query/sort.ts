import { compareValues } from "../bson/compare.js";
import { toText } from "../bson/extended-json.js";
import { isNumber, toDouble } from "../bson/numbers.js";
import { isDoc, type Doc, type Value } from "../bson/types.js";
import { ServerError } from "../errors.js";
import type { Collation } from "./collation.js";
import { checkFieldPath } from "./field-paths.js";
import { keyValues, type KeyValues } from "./key-values.js";
import { pathOf, type Path } from "./paths.js";

export type CompareDocs = (left: Doc, right: Doc) => number;

/** One part of a sort: a path and 1 for ascending, -1 for descending. */
export interface SortPart {
  readonly path: Path;
  readonly direction: 1 | -1;
}

/**
 * Reads a sort specification.
 * @throws ServerError 15974, 15975 and others for a malformed one, 40218 for text scores, which there are none of
 */
export function parseSort(spec: Doc): readonly SortPart[] {
  return Array.from(spec, ([name, value]) => {
    if (isDoc(value)) throw metaSort(value);
    if (!isNumber(value)) {
      throw new ServerError(15974, `Illegal key in $sort specification: ${name}: ${toText(value)}`);
    }
    const direction = Math.trunc(toDouble(value));
    if (direction !== 1 && direction !== -1) {
      throw new ServerError(15975, "$sort key ordering must be 1 (for ascending) or -1 (for descending)");
    }
    checkFieldPath(name);
    return { path: pathOf(name), direction };
  });
}

function metaSort(value: Doc): ServerError {
  if (value.get("$meta") === "textScore") {
    return new ServerError(40218, "query requires text score metadata, but it is not available");
  }
  return new ServerError(17312, "$meta is the only expression supported by $sort right now");
}

/**
 * Compiles a sort specification. Values of different types sort by type, a missing value as null, an array by its
 * least element going up and its greatest going down.
 * @throws ServerError BadValue, while sorting, for a document with two arrays among the paths
 * Source: MongoDB manual, "cursor.sort()"
 */
export function compileSort(spec: Doc, collation?: Collation): CompareDocs {
  const parts = parseSort(spec);
  const compareKeys = keyComparator(parts, collation);
  const keyOf = keyReader(parts, compareKeys);
  return (left, right) => compareKeys(keyOf(left), keyOf(right));
}

function keyComparator(
  parts: readonly SortPart[],
  collation: Collation | undefined,
): (left: KeyValues, right: KeyValues) => number {
  const strings = collation?.compare;
  const directions = parts.map((part) => part.direction);
  return (left, right) => {
    for (let index = 0; index < directions.length; index++) {
      const order = compareValues(left[index], right[index], strings);
      if (order !== 0) return order * (directions[index] as number);
    }
    return 0;
  };
}

/** Reads a document's sort key. One that arrays had to be searched for is kept, since sorting asks again and again. */
function keyReader(
  parts: readonly SortPart[],
  compareKeys: (left: KeyValues, right: KeyValues) => number,
): (doc: Doc) => KeyValues {
  const paths = parts.map((part) => part.path);
  const known = new WeakMap<Doc, KeyValues>();
  return (doc) => {
    const simple = simpleKey(doc, paths);
    if (simple !== undefined) return simple;
    const kept = known.get(doc);
    if (kept !== undefined) return kept;
    const key = keysOf(doc, paths).reduce((least, each) => (compareKeys(each, least) < 0 ? each : least));
    known.set(doc, key);
    return key;
  };
}

/** The key of a document without arrays on the paths. */
function simpleKey(doc: Doc, paths: readonly Path[]): KeyValues | undefined {
  const key: (Value | undefined)[] = [];
  for (const path of paths) {
    let value: Value | undefined = doc;
    for (const part of path.parts) {
      if (Array.isArray(value)) return undefined;
      value = value instanceof Map ? value.get(part) : undefined;
    }
    if (Array.isArray(value)) return undefined;
    key.push(value);
  }
  return key;
}

function keysOf(doc: Doc, paths: readonly Path[]): readonly KeyValues[] {
  try {
    return keyValues(doc, paths);
  } catch (error) {
    if (error instanceof ServerError && error.codeName === "CannotIndexParallelArrays") {
      throw new ServerError("BadValue", "cannot sort with keys that are parallel arrays");
    }
    throw error;
  }
}
