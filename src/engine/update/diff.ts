import { Int32, isArray, isDoc, type Doc, type Value } from "../bson/types.js";
import { identicalValues } from "./identical.js";

/** What changed between two documents, in the shape of a change stream's `updateDescription`. */
export interface DocumentDiff {
  readonly updatedFields: Doc;
  readonly removedFields: string[];
  /** `{ field, newSize }` of arrays that only lost elements at their end. */
  readonly truncatedArrays: Doc[];
  /** The parts of paths that could be read otherwise, because a field's name is a number or has a dot. */
  readonly disambiguatedPaths: Doc;
}

/** Names of fields, and places in arrays. */
type Path = readonly (string | Int32)[];

/**
 * Tells the changed paths, as deep as documents and arrays of the same length or longer go.
 * Source: MongoDB manual, "update Event", "updateDescription"
 */
export function diffDocuments(before: Doc, after: Doc): DocumentDiff {
  const diff: DocumentDiff = {
    updatedFields: new Map(),
    removedFields: [],
    truncatedArrays: [],
    disambiguatedPaths: new Map(),
  };
  diffFields(before, after, [], diff);
  return diff;
}

/** The path as the event names it. */
function named(path: Path, { disambiguatedPaths }: DocumentDiff): string {
  const name = path.map((part) => (typeof part === "string" ? part : part.value)).join(".");
  if (path.some(isAmbiguous)) disambiguatedPaths.set(name, path);
  return name;
}

function isAmbiguous(part: string | Int32): boolean {
  return typeof part === "string" && /^\d+$|\./.test(part);
}

function diffFields(before: Doc, after: Doc, path: Path, diff: DocumentDiff): void {
  for (const name of before.keys()) if (!after.has(name)) diff.removedFields.push(named([...path, name], diff));
  for (const [name, value] of after) diffValue(before.get(name), value, [...path, name], diff);
}

function diffValue(before: Value | undefined, after: Value, path: Path, diff: DocumentDiff): void {
  if (before === after) return;
  if (isDoc(before) && isDoc(after) && sameOrder(before, after)) diffFields(before, after, path, diff);
  else if (isArray(before) && isArray(after) && after.length > 0) diffArrays(before, after, path, diff);
  else if (before === undefined || !identicalValues(before, after)) diff.updatedFields.set(named(path, diff), after);
}

/** Whether the fields that stay do so in their order; else the document can only be told as a whole. */
function sameOrder(before: Doc, after: Doc): boolean {
  const kept = [...before.keys()].filter((name) => after.has(name));
  const names = after.keys();
  return kept.every((name) => names.next().value === name);
}

function diffArrays(before: readonly Value[], after: readonly Value[], path: Path, diff: DocumentDiff): void {
  if (identicalValues(before, after)) return;
  if (after.length < before.length) {
    if (!after.every((value, index) => identicalValues(before[index] ?? null, value))) {
      diff.updatedFields.set(named(path, diff), after);
    } else
      diff.truncatedArrays.push(
        new Map<string, Value>([
          ["field", named(path, diff)],
          ["newSize", new Int32(after.length)],
        ]),
      );
    return;
  }
  after.forEach((value, index) => diffValue(before[index], value, [...path, new Int32(index)], diff));
}
