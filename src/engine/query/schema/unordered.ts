import { compareStrings, compareValues } from "../../bson/compare.js";
import { isArray, isDoc, type Value } from "../../bson/types.js";

/** Equality as schemas have it: the order of a document's fields does not matter, at any depth. */
export function equalInAnyOrder(left: Value, right: Value): boolean {
  return compareValues(inOrder(left), inOrder(right)) === 0;
}

function inOrder(value: Value): Value {
  if (isArray(value)) return value.map(inOrder);
  if (!isDoc(value)) return value;
  const fields = [...value].map(([name, field]): [string, Value] => [name, inOrder(field)]);
  return new Map(fields.sort(([left], [right]) => compareStrings(left, right)));
}
