import { isNumber, toExactLong } from "../../bson/numbers.js";
import { typeName } from "../../bson/typename.js";
import { isArray, isDoc, type Doc, type Value } from "../../bson/types.js";
import { ServerError } from "../../errors.js";
import { elementOrder } from "../../expressions/element-order.js";
import { identicalValues } from "../identical.js";
import { showId } from "../text.js";
import type { Operation, ParseContext, ParseOperation } from "../types.js";

type Compare = (left: Value, right: Value) => number;

interface PushSpec {
  readonly values: readonly Value[];
  readonly position: number;
  readonly slice: number | undefined;
  readonly compare: Compare | undefined;
}

/** `$push`, with `$each`, `$position`, `$sort` and `$slice` applied in that order. Source: MongoDB manual, "$push" */
export const parsePush: ParseOperation = (argument, _path, context): Operation => {
  const spec = parseSpec(argument, context);
  return {
    whenMissing: "create",
    ...(isModified(argument) ? {} : { raw: { kind: "push", value: argument } }),
    change(current, run) {
      if (current !== undefined && !isArray(current)) {
        const field = `The field '${run.path.join(".")}' must be an array but is of type ${typeName(current)}`;
        throw new ServerError("BadValue", `${field} in document ${showId(run.doc)}`);
      }
      const next = pushed(current ?? [], spec);
      return current !== undefined && identicalValues(current, next) ? current : next;
    },
  };
};

/** Whether it is more than a value to be added at the end. */
function isModified(argument: Value): argument is Doc {
  return isDoc(argument) && argument.has("$each");
}

function pushed(array: readonly Value[], { values, position, slice, compare }: PushSpec): readonly Value[] {
  const at = position < 0 ? Math.max(0, array.length + position) : Math.min(position, array.length);
  const grown = [...array.slice(0, at), ...values, ...array.slice(at)];
  if (compare !== undefined) grown.sort(compare);
  if (slice === undefined) return grown;
  return slice < 0 ? grown.slice(slice) : grown.slice(0, slice);
}

function parseSpec(argument: Value, context: ParseContext): PushSpec {
  if (!isModified(argument)) {
    return { values: [argument], position: Infinity, slice: undefined, compare: undefined };
  }
  const unknown = [...argument.keys()].find((name) => !["$each", "$slice", "$sort", "$position"].includes(name));
  if (unknown !== undefined) throw new ServerError("BadValue", `Unrecognized clause in $push: ${unknown}`);
  const values = argument.get("$each");
  if (!isArray(values)) {
    const message = `The argument to $each in $push must be an array but it was of type: ${typeName(values ?? null)}`;
    throw new ServerError("BadValue", message);
  }
  const sort = argument.get("$sort");
  return {
    values,
    position: wholeNumber(argument, "$position", "an integer value, not of type") ?? Infinity,
    slice: wholeNumber(argument, "$slice", "an integer value but was given type"),
    compare: sort === undefined ? undefined : elementOrder(sort, context.strings, "$push"),
  };
}

function wholeNumber(spec: Doc, name: string, what: string): number | undefined {
  const value = spec.get(name);
  if (value === undefined) return undefined;
  const whole = isNumber(value) ? toExactLong(value) : undefined;
  if (whole !== undefined) return Number(whole);
  throw new ServerError("BadValue", `The value for ${name} must be ${what}: ${typeName(value)}`);
}
