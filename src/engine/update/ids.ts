import { equalValues } from "../bson/compare.js";
import type { Doc } from "../bson/types.js";
import { ServerError } from "../errors.js";
import { showField } from "./text.js";

/**
 * Refuses an update that gives a document another `_id` or none.
 * @param by whether a path or the whole document was written, for the message
 * @throws ServerError ImmutableField
 */
export function checkSameId(before: Doc, after: Doc, by: "path" | "document"): void {
  const old = before.get("_id");
  if (old === undefined) return;
  const id = after.get("_id");
  if (id === old || (id !== undefined && equalValues(id, old))) return;
  const message =
    by === "path"
      ? "Performing an update on the path '_id' would modify the immutable field '_id'"
      : `After applying the update, the (immutable) field '_id' was found to have been altered to ${showField("_id", id)}`;
  throw new ServerError("ImmutableField", message);
}

/** The document with its `_id` first: its own, else that of the document it replaces. */
export function withIdFirst(doc: Doc, before: Doc): Doc {
  const id = doc.get("_id") ?? before.get("_id");
  if (id === undefined || doc.keys().next().value === "_id") return doc;
  const next: Doc = new Map([["_id", id]]);
  for (const [name, value] of doc) if (name !== "_id") next.set(name, value);
  return next;
}
