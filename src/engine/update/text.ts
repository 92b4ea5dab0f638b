import { toText } from "../bson/extended-json.js";
import type { Doc, Value } from "../bson/types.js";

/** `name: value`, as error messages show one field. */
export function showField(name: string, value: Value | undefined): string {
  return `${name}: ${toText(value)}`;
}

/** `{_id: 1}` of the document that an operator cannot be applied to. */
export function showId(doc: Doc): string {
  return doc.has("_id") ? `{${showField("_id", doc.get("_id"))}}` : "{no id}";
}
