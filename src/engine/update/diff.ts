import { Int32, isArray, isDoc, type Doc, type Value } from "../bson/types.js";
import { identicalValues } from "./identical.js";

/** What changed between two documents, in the shape of a change stream's `updateDescription`. */
export interface DocumentDiff {
  readonly updatedFields: Doc;
  readonly removedFields: string[];
  /** `{ field, newSize }` of arrays that only lost elements at their end. */
  readonly truncatedArrays: Doc[];
}

/**
 * Tells the changed paths, as deep as documents and arrays of the same length or longer go.
 * Source: MongoDB manual, "update Event", "updateDescription"
 */
export function diffDocuments(before: Doc, after: Doc): DocumentDiff {
  const diff: DocumentDiff = { updatedFields: new Map(), removedFields: [], truncatedArrays: [] };
  diffFields(before, after, "", diff);
  return diff;
}

function diffFields(before: Doc, after: Doc, prefix: string, diff: DocumentDiff): void {
  for (const name of before.keys()) if (!after.has(name)) diff.removedFields.push(prefix + name);
  for (const [name, value] of after) diffValue(before.get(name), value, prefix + name, diff);
}

function diffValue(before: Value | undefined, after: Value, path: string, diff: DocumentDiff): void {
  if (before === after) return;
  if (isDoc(before) && isDoc(after) && sameOrder(before, after)) diffFields(before, after, `${path}.`, diff);
  else if (isArray(before) && isArray(after) && after.length > 0) diffArrays(before, after, path, diff);
  else if (before === undefined || !identicalValues(before, after)) diff.updatedFields.set(path, after);
}

/** Whether the fields that stay do so in their order; else the document can only be told as a whole. */
function sameOrder(before: Doc, after: Doc): boolean {
  const kept = [...before.keys()].filter((name) => after.has(name));
  const names = after.keys();
  return kept.every((name) => names.next().value === name);
}

function diffArrays(before: readonly Value[], after: readonly Value[], path: string, diff: DocumentDiff): void {
  if (identicalValues(before, after)) return;
  if (after.length < before.length) {
    if (!after.every((value, index) => identicalValues(before[index] ?? null, value))) {
      diff.updatedFields.set(path, after);
    } else
      diff.truncatedArrays.push(
        new Map<string, Value>([
          ["field", path],
          ["newSize", new Int32(after.length)],
        ]),
      );
    return;
  }
  after.forEach((value, index) => diffValue(before[index], value, `${path}.${index}`, diff));
}
