import { compareValues, type CompareStrings } from "../bson/compare.js";
import { toText } from "../bson/extended-json.js";
import { isNumber, toExactLong } from "../bson/numbers.js";
import { isDoc, type Doc, type Value } from "../bson/types.js";
import { ServerError } from "../errors.js";

type Order = (left: Value, right: Value) => number;

/**
 * How array elements sort: 1 or -1 for the elements themselves, or fields of them.
 * @param name the operator, for messages
 */
export function elementOrder(sortBy: Value, strings: CompareStrings, name: string): Order {
  if (isDoc(sortBy)) return fieldsOrder(sortBy, strings, name);
  const direction = directionOf(sortBy);
  if (direction !== undefined) return (left, right) => direction * compareValues(left, right, strings);
  const rule = "use 1/-1 to sort the whole element, or {field:1/-1} to sort embedded fields";
  throw new ServerError("BadValue", `The ${name === "$push" ? "$sort" : "sortBy"} is invalid: ${rule}`);
}

function directionOf(value: Value): number | undefined {
  const direction = isNumber(value) ? toExactLong(value) : undefined;
  return direction === 1n || direction === -1n ? Number(direction) : undefined;
}

function fieldsOrder(sortBy: Doc, strings: CompareStrings, name: string): Order {
  if (sortBy.size === 0) {
    throw new ServerError("BadValue", "The sort pattern is empty when it should be a set of fields.");
  }
  const keys = Array.from(sortBy, ([path, value]) => ({
    parts: sortPath(path),
    direction: fieldDirection(path, value, name),
  }));
  return (left, right) => {
    for (const { parts, direction } of keys) {
      const order = direction * compareValues(readField(left, parts), readField(right, parts), strings);
      if (order !== 0) return order;
    }
    return 0;
  };
}

function sortPath(path: string): string[] {
  const parts = path.split(".");
  if (path === "") throw new ServerError("BadValue", "The $sort field cannot be empty");
  if (!parts.includes("")) return parts;
  throw new ServerError("BadValue", `The $sort field is a dotted field but has an empty part: ${path}`);
}

function fieldDirection(path: string, value: Value, name: string): number {
  const direction = directionOf(value);
  if (direction !== undefined) return direction;
  const shown = `{${path}: ${toText(value)}}`;
  throw new ServerError("BadValue", `The ${name} sort element value must be either 1 or -1, found ${shown}`);
}

function readField(element: Value, parts: readonly string[]): Value | undefined {
  let value: Value | undefined = element;
  for (const part of parts) value = isDoc(value) ? value.get(part) : undefined;
  return value;
}
