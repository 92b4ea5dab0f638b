import { encodeDoc } from "../bson/encode.js";
import { toText } from "../bson/extended-json.js";
import { isNumber, toExactLong } from "../bson/numbers.js";
import { typeByName, typeByNumber, type TypeName } from "../bson/typename.js";
import { Binary, Int32, isDoc, type Value } from "../bson/types.js";
import { ServerError } from "../errors.js";
import { isNullish, namedArguments, nameOfType, unary, type Maybe } from "./arguments.js";
import { converters, unsupported, type Target } from "./converters.js";
import type { CompileOperator, Expression, OperatorTable } from "./types.js";

const targets: readonly TypeName[] = ["double", "string", "objectId", "bool", "date", "int", "long", "decimal"];

function isTarget(name: TypeName): name is Target {
  return targets.includes(name);
}

/** The type that `to` names, by its name or number. */
function targetOf(value: Value, from: Value): Target {
  const name = typeof value === "string" ? typeByName(value) : numberedType(value);
  if (name === undefined) throw new ServerError("BadValue", `Unknown type name: ${toText(value)}`);
  if (isTarget(name)) return name;
  throw unsupported(from, name);
}

function numberedType(value: Value): TypeName | undefined {
  if (!isNumber(value))
    throw new ServerError(
      "FailedToParse",
      `$convert's 'to' argument must be a string or number, but is ${nameOfType(value)}`,
    );
  const number = toExactLong(value);
  if (number === undefined)
    throw new ServerError("FailedToParse", "In $convert, numeric 'to' argument is not an integer");
  return typeByNumber(Number(number));
}

function convertTo(value: Value, target: Target): Value {
  return converters[target](value);
}

const convert: CompileOperator = (argument, compiler, name) => {
  const codes = { notObject: 9, unknown: 9, missing: 9 };
  const given = namedArguments(argument, name, { required: ["input", "to"], optional: ["onError", "onNull"], codes });
  const part = (field: string): Expression | undefined => {
    const value = given.get(field);
    return value === undefined ? undefined : compiler.compile(value);
  };
  const [input, to, onError, onNull] = [part("input"), part("to"), part("onError"), part("onNull")];
  return (scope) => {
    const value = input?.(scope);
    if (isNullish(value)) return onNull === undefined ? null : onNull(scope);
    const wanted = to?.(scope);
    const type = isDoc(wanted) ? wanted.get("type") : wanted;
    if (isNullish(type)) return null;
    try {
      return convertTo(value, targetOf(type, value));
    } catch (error) {
      if (onError !== undefined && error instanceof ServerError && error.code === 241) return onError(scope);
      throw error;
    }
  };
};

function converter(target: Target): CompileOperator {
  return unary((value) => (isNullish(value) ? null : convertTo(value, target)));
}

function binarySize(value: Maybe): Value {
  if (isNullish(value)) return null;
  if (typeof value === "string") return new Int32(Buffer.byteLength(value));
  if (value instanceof Binary) return new Int32(value.bytes.length);
  throw new ServerError(51276, `$binarySize requires a string or BinData argument, found: ${nameOfType(value)}`);
}

function bsonSize(value: Maybe): Value {
  if (isNullish(value)) return null;
  if (isDoc(value)) return new Int32(encodeDoc(value).length);
  throw new ServerError(31393, `$bsonSize requires a document input, found: ${nameOfType(value)}`);
}

/** Source: MongoDB manual, "Type Expression Operators" and "Data Size Operators" */
export const conversionOperators: OperatorTable = {
  $convert: convert,
  $toBool: converter("bool"),
  $toDate: converter("date"),
  $toDecimal: converter("decimal"),
  $toDouble: converter("double"),
  $toInt: converter("int"),
  $toLong: converter("long"),
  $toObjectId: converter("objectId"),
  $toString: converter("string"),
  $type: unary((value) => nameOfType(value)),
  $isNumber: unary((value) => isNumber(value)),
  $binarySize: unary(binarySize),
  $bsonSize: unary(bsonSize),
};
