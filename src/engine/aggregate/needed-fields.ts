import { isArray, isDoc, type Value } from "../bson/types.js";
import { type FieldNames, rootOf } from "../query/filter-fields.js";

/** What looks at the document without naming a field of it. */
const wholeReaders: ReadonlySet<string> = new Set(["$getField", "$top", "$topN", "$bottom", "$bottomN"]);

/**
 * Finds the fields of the documents that a pipeline looks at, when its first stage passes on nothing else of them, so that
 * the rest need not be decoded.
 */
export function neededFields([stage]: readonly Value[]): FieldNames {
  if (!isDoc(stage) || stage.size !== 1) return undefined;
  if (stage.has("$count")) return new Set();
  const group = stage.get("$group");
  const names = new Set<string>();
  return isDoc(group) && addFields(names, group) ? names : undefined;
}

function addFields(names: Set<string>, value: Value): boolean {
  if (typeof value === "string") return addPath(names, value);
  if (isArray(value)) return value.every((each) => addFields(names, each));
  if (!isDoc(value)) return true;
  return [...value].every(([name, each]) => !wholeReaders.has(name) && addFields(names, each));
}

function addPath(names: Set<string>, text: string): boolean {
  if (text.startsWith("$$")) return !["$$ROOT", "$$CURRENT"].includes(rootOf(text));
  if (text.startsWith("$")) names.add(rootOf(text.slice(1)));
  return true;
}
