import { typeName, type TypeName } from "../../bson/typename.js";
import { docOf, isArray, type Doc, type Value } from "../../bson/types.js";
import { compileFilter, type FilterOptions } from "../matcher.js";
import { pathOf, visitPath, type Path } from "../paths.js";
import type { Clause } from "./types.js";

interface LeafText {
  /** Why the operator does not hold, and why it does. */
  readonly reasons: readonly [failed: string, matched: string];
  /** The types it works on, when it does not work on all. */
  readonly types?: readonly TypeName[];
  /** Whether it looks at an array as a whole. */
  readonly whole?: boolean;
}

const numbers: readonly TypeName[] = ["decimal", "double", "int", "long"];
const comparison: LeafText = { reasons: ["comparison failed", "comparison succeeded"] };
const bits: LeafText = {
  reasons: ["bitwise operator failed to match", "bitwise operator matched successfully"],
  types: ["binData", ...numbers],
};

const leafTexts: Readonly<Record<string, LeafText>> = {
  $eq: comparison,
  $ne: { reasons: ["comparison succeeded", "comparison failed"] },
  $gt: comparison,
  $gte: comparison,
  $lt: comparison,
  $lte: comparison,
  $in: { reasons: ["no matching value found in array", "matching value found in array"] },
  $nin: { reasons: ["matching value found in array", "no matching value found in array"] },
  $type: { reasons: ["type did not match", "type did match"] },
  $mod: {
    reasons: ["$mod did not evaluate to expected remainder", "$mod did evaluate to expected remainder"],
    types: numbers,
  },
  $regex: {
    reasons: ["regular expression did not match", "regular expression did match"],
    types: ["regex", "string", "symbol"],
  },
  $all: {
    reasons: ["array did not contain all specified values", "array did contain all specified values"],
    whole: true,
  },
  $elemMatch: {
    reasons: ["array did not satisfy the child predicate", "array did satisfy the child predicate"],
    types: ["array"],
    whole: true,
  },
  $size: {
    reasons: ["array length was not equal to given size", "array length was equal to given size"],
    types: ["array"],
    whole: true,
  },
  $bitsAllSet: bits,
  $bitsAllClear: bits,
  $bitsAnySet: bits,
  $bitsAnyClear: bits,
};

/** The server shows no more of the values at a path. */
const MAX_VALUES = 10;

/** One operator on one field. */
export function leafClause(operator: string, path: string, given: Value, options: FilterOptions): Clause {
  const specifiedAs: Doc = new Map([[path, given]]);
  const matcher = compileFilter(specifiedAs, options);
  const text = leafTexts[operator] ?? comparison;
  const compiledPath = pathOf(path);
  const head = { operatorName: operator, specifiedAs };
  return {
    matches: (doc) => matcher.matches(doc),
    explain: (doc, matched) => {
      if (operator === "$exists") return docOf({ ...head, reason: existence(compiledPath, doc) });
      const reason = text.reasons[matched ? 1 : 0];
      const values = valuesAt(doc, compiledPath, text.whole === true);
      return docOf({ ...head, ...explainValues(values, reason, operator, text.types) });
    },
  };
}

function existence(path: Path, doc: Doc): string {
  return valuesAt(doc, path, true) === undefined ? "path does not exist" : "path does exist";
}

type Fields = Readonly<Record<string, Value | undefined>>;

function explainValues(
  values: readonly Value[] | undefined,
  reason: string,
  operator: string,
  types: readonly TypeName[] | undefined,
): Fields {
  if (values === undefined) return { reason: "field was missing" };
  const considered = consideredValues(values);
  if (operator === "$type") return { reason, ...considered, ...consideredTypes(values) };
  if (types === undefined || values.some((value) => types.includes(typeName(value)))) return { reason, ...considered };
  const expected: Fields = types.length === 1 ? { expectedType: types[0] } : { expectedTypes: types };
  return { reason: "type did not match", ...consideredTypes(values), ...expected, ...considered };
}

function consideredValues(values: readonly Value[]): Fields {
  const shown = values.slice(0, MAX_VALUES);
  const fields: Fields = shown.length === 1 ? { consideredValue: shown[0] } : { consideredValues: shown };
  return values.length > MAX_VALUES ? { ...fields, consideredValuesTruncated: true } : fields;
}

function consideredTypes(values: readonly Value[]): Fields {
  if (values.length === 0) return {};
  const types = [...new Set(values.map(typeName))].sort();
  return types.length === 1 ? { consideredType: types[0] } : { consideredTypes: types };
}

/** The values at the path without the arrays they were found in; undefined when the path does not exist. */
function valuesAt(doc: Doc, path: Path, whole: boolean): readonly Value[] | undefined {
  const found: Value[] = [];
  visitPath(doc, path, "whole", (value) => {
    if (value !== undefined) found.push(value);
    return false;
  });
  if (found.length === 0) return undefined;
  return whole ? found : found.flatMap((value) => (isArray(value) ? value : [value]));
}
