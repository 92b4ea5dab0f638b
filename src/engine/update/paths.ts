import { compareStrings } from "../bson/compare.js";
import { ServerError } from "../errors.js";

const indexPattern = /^(?:0|[1-9]\d*)$/;

/** Whether a path's part can name an array element: digits without a leading zero. */
export function isIndex(part: string): boolean {
  return indexPattern.test(part);
}

/** The identifier in `$[identifier]` (empty for `$[]`); undefined for any other part. */
export function arrayIdentifier(part: string): string | undefined {
  return part.startsWith("$[") && part.endsWith("]") ? part.slice(2, -1) : undefined;
}

export function isPositional(part: string): boolean {
  return part === "$" || arrayIdentifier(part) !== undefined;
}

/** The order in which MongoDB visits sibling fields: numbers by value, other names by text. */
export function compareNames(left: string, right: string): number {
  if (isIndex(left) && isIndex(right)) return left.length - right.length || compareStrings(left, right);
  return compareStrings(left, right);
}

/**
 * Splits an update's dotted path and refuses the malformed ones.
 * @throws ServerError EmptyFieldName, DollarPrefixedFieldName or BadValue
 */
export function parsePath(path: string): string[] {
  if (path === "") throw new ServerError("EmptyFieldName", "An empty update path is not valid.");
  const parts = path.split(".");
  for (const part of parts) checkPart(part, path);
  if (isPositional(parts[0] ?? "")) {
    throw new ServerError(
      "BadValue",
      `Cannot have positional (i.e. '$') element in the first position in path '${path}'`,
    );
  }
  if (parts.filter((part) => part === "$").length > 1) {
    throw new ServerError("BadValue", `Too many positional (i.e. '$') elements found in path '${path}'`);
  }
  return parts;
}

function checkPart(part: string, path: string): void {
  if (part === "") {
    throw new ServerError(
      "EmptyFieldName",
      `The update path '${path}' contains an empty field name, which is not allowed.`,
    );
  }
  if (part.startsWith("$") && !isPositional(part) && !["$id", "$ref", "$db"].includes(part)) {
    throw dollarPrefixed(part, path);
  }
}

/** The error for a field name that begins with a dollar where MongoDB does not store one. */
export function dollarPrefixed(name: string, path: string): ServerError {
  return new ServerError(
    "DollarPrefixedFieldName",
    `The dollar ($) prefixed field '${name}' in '${path}' is not allowed in the context of an update's replacement document. Consider using an aggregation pipeline with $replaceWith.`,
  );
}
