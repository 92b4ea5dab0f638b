import { isNumber, toExactLong, toDouble } from "../../bson/numbers.js";
import { typeByName, typeByNumber, typeName, type TypeName } from "../../bson/typename.js";
import { isArray, type Value } from "../../bson/types.js";
import { ServerError } from "../../errors.js";
import { badValue, type FieldOperator } from "../context.js";
import { leaf, notField } from "../nodes.js";
import { isTruthy } from "../truth.js";

const numberTypes: readonly TypeName[] = ["int", "long", "double", "decimal"];

/**
 * Reads what `$type` and `bsonType` take: a name, a number, or several of them; `number` stands for all four.
 * @throws ServerError BadValue for an unknown type, TypeMismatch for something else
 */
export function parseTypes(operand: Value): ReadonlySet<TypeName> {
  return new Set((isArray(operand) ? operand : [operand]).flatMap(parseType));
}

function parseType(operand: Value): readonly TypeName[] {
  if (typeof operand === "string") {
    if (operand === "number") return numberTypes;
    const type = typeByName(operand);
    if (type === undefined) throw badValue(`Unknown type name alias: ${operand}`);
    return [type];
  }
  if (!isNumber(operand)) throw new ServerError("TypeMismatch", "type must be represented as a number or a string");
  const code = toExactLong(operand);
  if (code === 0n) throw badValue("Instead of {$type:0} use {$exists:false}.");
  const type = code === undefined ? undefined : typeByNumber(Number(code));
  if (type === undefined) throw badValue(`Invalid numerical type code: ${toDouble(operand)}`);
  return [type];
}

/** Source: MongoDB manual, "Element Query Operators" */
export const elementOperators: Readonly<Record<string, FieldOperator>> = {
  $exists: (operand) => {
    const exists = leaf((value) => value !== undefined);
    return isTruthy(operand) ? exists : notField(exists);
  },
  $type: (operand, { name }) => {
    const types = parseTypes(operand);
    if (types.size === 0) throw new ServerError("FailedToParse", `${name} must match at least one type`);
    return leaf((value) => value !== undefined && types.has(typeName(value)));
  },
};
