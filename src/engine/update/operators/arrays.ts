import { equalValues, type CompareStrings } from "../../bson/compare.js";
import { isNumber, toExactLong } from "../../bson/numbers.js";
import { toText } from "../../bson/extended-json.js";
import { typeName } from "../../bson/typename.js";
import { isArray, isDoc, type Doc, type Value } from "../../bson/types.js";
import { ServerError } from "../../errors.js";
import { showField } from "../text.js";
import type { Operation, ParseOperation } from "../types.js";

/** `$addToSet`, one value or `$each`: adds what no element equals; elements that are there already stay. */
export const parseAddToSet: ParseOperation = (argument, _path, { strings }): Operation => {
  const values = isDoc(argument) && argument.has("$each") ? eachValues(argument) : [argument];
  return {
    whenMissing: "create",
    change(current, run) {
      if (current !== undefined && !isArray(current)) {
        const field = `Field named '${run.path.at(-1) ?? ""}' has non-array type ${typeName(current)}`;
        throw new ServerError("BadValue", `Cannot apply $addToSet to non-array field. ${field}`);
      }
      const added = missingFrom(current ?? [], values, strings);
      return current !== undefined && added.length === 0 ? current : [...(current ?? []), ...added];
    },
  };
};

function missingFrom(array: readonly Value[], values: readonly Value[], strings: CompareStrings): Value[] {
  const added: Value[] = [];
  for (const value of values) {
    const equals = (other: Value) => equalValues(other, value, strings);
    if (!array.some(equals) && !added.some(equals)) added.push(value);
  }
  return added;
}

function eachValues(spec: Doc): readonly Value[] {
  const values = spec.get("$each");
  if (!isArray(values)) {
    const type = typeName(values ?? null);
    const message = `The argument to $each in $addToSet must be an array but it was of type ${type}`;
    throw new ServerError("TypeMismatch", message);
  }
  if (spec.size > 1) {
    throw new ServerError("BadValue", `Found unexpected fields after $each in $addToSet: ${toText(spec)}`);
  }
  return values;
}

/** `$pop`: 1 takes the last element, -1 the first. */
export const parsePop: ParseOperation = (argument, path): Operation => {
  if (!isNumber(argument)) {
    throw new ServerError("FailedToParse", `Expected a number in: ${showField(path, argument)}`);
  }
  const end = toExactLong(argument);
  if (end !== 1n && end !== -1n) {
    throw new ServerError("FailedToParse", `$pop expects 1 or -1, found: ${toText(argument)}`);
  }
  return {
    whenMissing: "strict",
    change(current, run) {
      if (current === undefined) return undefined;
      if (!isArray(current)) {
        const message = `Path '${run.path.join(".")}' contains an element of non-array type '${typeName(current)}'`;
        throw new ServerError("TypeMismatch", message);
      }
      if (current.length === 0) return current;
      return end === 1n ? current.slice(0, -1) : current.slice(1);
    },
  };
};
