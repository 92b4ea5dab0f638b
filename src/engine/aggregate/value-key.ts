import { encodeKey } from "../bson/keys.js";
import { Int32, ObjectId, type Value } from "../bson/types.js";

/**
 * A text that is the same exactly for values that compare equal; the commonest types without encoding. Null, undefined
 * and missing each have their own.
 */
export function valueKey(value: Value | undefined): string {
  if (typeof value === "string") return `s${value}`;
  if (value instanceof ObjectId) return `o${value.hex}`;
  if (value instanceof Int32) return `n${value.value}`;
  if (typeof value === "number" && Number.isSafeInteger(value)) return `n${value}`;
  if (typeof value === "bigint" && BigInt.asIntN(53, value) === value) return `n${value}`;
  if (value === undefined) return "m";
  return encodedKey(value);
}

function encodedKey(value: Value): string {
  const key = encodeKey([value]).toString("latin1");
  return `k${key}`;
}
