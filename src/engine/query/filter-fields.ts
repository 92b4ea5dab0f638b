import { isArray, isDoc, type Doc, type Value } from "../bson/types.js";

/** The top-level fields that tell whether a document is accepted; undefined when all of it may matter. */
export type FieldNames = ReadonlySet<string> | undefined;

/** Finds the fields that a filter looks at, so that the rest of a document need not be decoded for it. */
export function filterFields(filter: Doc): FieldNames {
  const names = new Set<string>();
  return [...filter].every(([name, value]) => addFields(names, name, value)) ? names : undefined;
}

function addFields(names: Set<string>, name: string, value: Value): boolean {
  if (!name.startsWith("$")) return addAll(names, [rootOf(name)]);
  if (name === "$jsonSchema") return isDoc(value) && addAll(names, schemaFields(value));
  if (name !== "$and" && name !== "$or" && name !== "$nor") return false;
  return isArray(value) && value.every((each) => isDoc(each) && addAll(names, filterFields(each)));
}

function addAll(names: Set<string>, more: Iterable<string> | undefined): boolean {
  for (const name of more ?? []) names.add(name);
  return more !== undefined;
}

const simpleKeywords: ReadonlySet<string> = new Set(["bsonType", "description", "properties", "required", "title"]);

function schemaFields(schema: Doc): FieldNames {
  if (![...schema.keys()].every((keyword) => simpleKeywords.has(keyword))) return undefined;
  const [properties, required] = [schema.get("properties"), schema.get("required")];
  const names = isArray(required) ? required.filter((name) => typeof name === "string") : [];
  return new Set([...(isDoc(properties) ? properties.keys() : []), ...names]);
}

/** The field of the document in which a path begins. */
export function rootOf(path: string): string {
  const dot = path.indexOf(".");
  return dot < 0 ? path : path.slice(0, dot);
}
