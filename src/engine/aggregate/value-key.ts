import { encodeKey } from "../bson/keys.js";
import { toExactLong } from "../bson/numbers.js";
import { Decimal128, Int32, ObjectId, Symbol_, type Value } from "../bson/types.js";

/**
 * A text that is the same exactly for values that compare equal; the commonest types without encoding. A missing value
 * has its own.
 */
export function valueKey(value: Value | undefined): string {
  if (typeof value === "string") return `s${value}`;
  if (value === null) return "null";
  if (value instanceof ObjectId) return `o${value.hex}`;
  if (value instanceof Int32) return `n${value.value}`;
  if (typeof value === "number" && Number.isSafeInteger(value)) return `n${value}`;
  if (typeof value === "bigint" && Number.isSafeInteger(Number(value))) return `n${value}`;
  return value === undefined ? "m" : rareKey(value);
}

function rareKey(value: Value): string {
  if (value instanceof Symbol_) return `s${value.value}`;
  const whole = value instanceof Decimal128 ? toExactLong(value) : undefined;
  if (whole !== undefined && Number.isSafeInteger(Number(whole))) return `n${whole}`;
  return `k${encodeKey([value]).toString("latin1")}`;
}
