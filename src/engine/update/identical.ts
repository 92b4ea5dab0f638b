import { compareValues } from "../bson/compare.js";
import { typeName } from "../bson/typename.js";
import { Decimal128, isArray, isDoc, type Doc, type Value } from "../bson/types.js";

/**
 * Whether two values are the same in type and content, so that storing one for the other changes nothing: 1 and 1.0
 * are not, nor are 1.1 and 1.10.
 */
export function identicalValues(left: Value, right: Value): boolean {
  if (left === right) return left !== 0 || Object.is(left, right);
  if (isDoc(left)) return isDoc(right) && identicalDocs(left, right);
  if (isArray(left)) return isArray(right) && identicalArrays(left, right);
  if (left instanceof Decimal128) return right instanceof Decimal128 && Buffer.compare(left.bytes, right.bytes) === 0;
  return typeName(left) === typeName(right) && compareValues(left, right) === 0;
}

function identicalDocs(left: Doc, right: Doc): boolean {
  if (left.size !== right.size) return false;
  const others = right.entries();
  for (const [name, value] of left) {
    const other = others.next().value;
    if (other?.[0] !== name || !identicalValues(value, other[1])) return false;
  }
  return true;
}

function identicalArrays(left: readonly Value[], right: readonly Value[]): boolean {
  return left.length === right.length && left.every((value, index) => identicalValues(value, right[index] ?? null));
}
