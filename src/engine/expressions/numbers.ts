import { isNumber, toExactLong } from "../bson/numbers.js";
import type { Maybe } from "./arguments.js";

/** A number that is whole and fits 32 bits, of any numeric type; undefined for anything else. */
export function int32Of(value: Maybe): number | undefined {
  const whole = isNumber(value) ? toExactLong(value) : undefined;
  return whole !== undefined && BigInt.asIntN(32, whole) === whole ? Number(whole) : undefined;
}
