import { isDoc, type Doc, type Value } from "../bson/types.js";

/** Whether a value is a document of operators, `{ $gt: 1 }`, and not a value to compare with or a DBRef. */
export function isOperatorDoc(value: Value | undefined, incompleteDbRefs = false): value is Doc {
  if (!isDoc(value)) return false;
  const [first] = value.keys();
  return first?.startsWith("$") === true && !isDbRef(value, incompleteDbRefs);
}

function isDbRef(doc: Doc, incomplete: boolean): boolean {
  if (incomplete) return doc.has("$ref") || doc.has("$id") || doc.has("$db");
  return doc.has("$ref") && doc.has("$id");
}
