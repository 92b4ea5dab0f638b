import { decodeDoc } from "../../../../src/engine/bson/decode.js";
import type { Doc } from "../../../../src/engine/bson/types.js";
import { BSON } from "mongodb";

export const { Binary, BSONRegExp, BSONSymbol, Double, Int32, Long, MaxKey, MinKey, Timestamp } = BSON;
export const decimal = (text: string): BSON.Decimal128 => BSON.Decimal128.fromString(text);
export const long = (text: string): BSON.Long => BSON.Long.fromString(text);
export const id = (last: string): BSON.ObjectId => new BSON.ObjectId(last.padStart(24, "0"));

/** A document as a driver would send it: whole numbers as ints, others as doubles. */
export function doc(literal: object): Doc {
  return decodeDoc(BSON.serialize(literal, { ignoreUndefined: true }));
}
