import { isArray, isDoc, type Doc, type Value } from "../bson/types.js";

/** The value at a path of documents alone; an array on the way hides what is below. */
export function plainValue(doc: Doc, path: readonly string[]): Value | undefined {
  let value: Value | undefined = doc;
  for (const part of path) value = isDoc(value) ? value.get(part) : undefined;
  return value;
}

/** The document with a value at a path, `undefined` to remove it; documents on the way are made where missing. */
export function withField(doc: Doc, path: readonly string[], value: Value | undefined): Doc {
  const [name = "", ...rest] = path;
  const next: Doc = new Map(doc);
  if (rest.length > 0) {
    const inner = doc.get(name);
    if (value === undefined && !isDoc(inner)) return doc;
    next.set(name, isArray(inner) ? inner.map((item) => below(item, rest, value)) : below(inner, rest, value));
  } else if (value === undefined) next.delete(name);
  else next.set(name, value);
  return next;
}

function below(value: Value | undefined, path: readonly string[], written: Value | undefined): Value {
  return withField(isDoc(value) ? value : new Map<string, Value>(), path, written);
}
