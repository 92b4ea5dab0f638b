import { toText } from "../../bson/extended-json.js";
import { UtcDate, type Value } from "../../bson/types.js";
import { ServerError } from "../../errors.js";
import { isNullish, namedArguments, nameOfType, type Maybe } from "../arguments.js";
import type { CompileOperator } from "../types.js";
import { parseDate, parseDateWith } from "./parse.js";
import { zoneOf, type Zone } from "./zone.js";

/** `$dateFromString`. */
export const dateFromString: CompileOperator = (argument, compiler, name) => {
  const codes = { notObject: 40540, unknown: 40541, missing: 40542 };
  const optional = ["format", "timezone", "onNull", "onError"];
  const given = namedArguments(argument, name, { required: ["dateString"], optional, codes });
  const part = (field: string) => {
    const value = given.get(field);
    return value === undefined ? undefined : compiler.compile(value);
  };
  const [dateString, format, timezone] = [part("dateString"), part("format"), part("timezone")];
  const [onNull, onError] = [part("onNull"), part("onError")];
  return (scope) => {
    const text = dateString?.(scope);
    const wanted = format?.(scope);
    const zone = timezone === undefined ? undefined : zoneOf(timezone(scope), true);
    if (isNullish(text)) return onNull === undefined ? null : onNull(scope);
    if ((timezone !== undefined && zone === undefined) || (format !== undefined && isNullish(wanted))) return null;
    try {
      return read(text, wanted, zone);
    } catch (error) {
      if (onError !== undefined && error instanceof ServerError && error.codeName === "ConversionFailure")
        return onError(scope);
      throw error;
    }
  };
};

function read(text: Value, format: Maybe, zone: Zone | undefined): UtcDate {
  if (typeof text !== "string") {
    const message = `$dateFromString requires that 'dateString' be a string, found: ${nameOfType(text)} with value ${toText(text)}`;
    throw new ServerError("ConversionFailure", message);
  }
  if (format !== undefined && typeof format !== "string") {
    throw new ServerError(40684, `$dateFromString requires that 'format' be a string, found: ${nameOfType(format)}`);
  }
  const ms = format === undefined ? parseDate(text, zone) : parseDateWith(text, format, zone);
  if (ms !== undefined) return new UtcDate(BigInt(ms));
  throw new ServerError("ConversionFailure", `Error parsing date string '${text}'`);
}
