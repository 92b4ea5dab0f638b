import { isArray, isDoc, type Doc, type Value } from "../bson/types.js";
import { toText } from "../bson/extended-json.js";
import { ServerError } from "../errors.js";
import { isNullish, namedArguments, nameOfType, unary, variadic, type Maybe } from "./arguments.js";
import { foldConstant } from "./constants.js";
import type { CompileOperator, Compiler, OperatorTable } from "./types.js";

function mergeObjects(values: readonly Maybe[]): Value {
  // One argument that is an array gives the documents to merge.
  const [only] = values;
  const inputs = values.length === 1 && isArray(only) ? only : values;
  const merged: Doc = new Map();
  for (const input of inputs) {
    if (isNullish(input)) continue;
    if (!isDoc(input)) {
      const message = `$mergeObjects requires object inputs, but input ${toText(input)} is of type ${nameOfType(input)}`;
      throw new ServerError(40400, message);
    }
    for (const [name, value] of input) merged.set(name, value);
  }
  return merged;
}

function objectToArray(value: Maybe): Value {
  if (isNullish(value)) return null;
  if (!isDoc(value)) {
    throw new ServerError(40390, `$objectToArray requires a document input, found: ${nameOfType(value)}`);
  }
  return Array.from(
    value,
    ([k, v]) =>
      new Map<string, Value>([
        ["k", k],
        ["v", v],
      ]),
  );
}

function arrayToObject(value: Maybe): Value {
  if (isNullish(value)) return null;
  if (!isArray(value)) {
    throw new ServerError(40386, `$arrayToObject requires an array input, found: ${nameOfType(value)}`);
  }
  const [first] = value;
  if (first === undefined) return new Map();
  if (isArray(first)) return new Map(value.map(pairOfArray));
  if (isDoc(first)) return new Map(value.map(pairOfDoc));
  throw new ServerError(40398, `Unrecognised input type format for $arrayToObject: ${nameOfType(first)}`);
}

function pairOfArray(pair: Value): [string, Value] {
  if (!isArray(pair)) throw inconsistent(40396, "Array", pair);
  if (pair.length !== 2) {
    const message = `$arrayToObject requires an array of size 2 arrays,found array of size: ${pair.length}`;
    throw new ServerError(40397, message);
  }
  const [key, value] = pair as readonly [Value, Value];
  return [keyOf(key, 40395), value];
}

function pairOfDoc(pair: Value): [string, Value] {
  if (!isDoc(pair)) throw inconsistent(40391, "Object", pair);
  if (pair.size !== 2) {
    const message = `$arrayToObject requires an object keys of 'k' and 'v'. Found incorrect number of keys:${pair.size}`;
    throw new ServerError(40392, message);
  }
  const key = pair.get("k");
  const value = pair.get("v");
  if (key === undefined || value === undefined) {
    const message = `$arrayToObject requires an object with keys 'k' and 'v'. Missing either or both keys from: ${toText(pair)}`;
    throw new ServerError(40393, message);
  }
  return [keyOf(key, 40394), value];
}

function keyOf(key: Value, code: number): string {
  if (typeof key === "string") {
    if (key.includes("\0")) throw new ServerError(4940400, "Key field cannot contain an embedded null byte");
    return key;
  }
  const message = `$arrayToObject requires an object with keys 'k' and 'v', where the value of 'k' must be of type string. Found type: ${nameOfType(key)}`;
  throw new ServerError(code, message);
}

function inconsistent(code: number, before: string, now: Value): ServerError {
  const rule = "$arrayToObject requires a consistent input format. Elements must all be arrays or all be objects.";
  return new ServerError(code, `${rule} ${before} was detected, now found: ${nameOfType(now)}`);
}

const getField: CompileOperator = (argument, compiler, name) => {
  const isNamed = isDoc(argument) && (argument.has("field") || argument.has("input"));
  const codes = { notObject: 3041701, unknown: 3041701, missing: 3041702 };
  const given = isNamed
    ? namedArguments(argument, name, { required: ["field", "input"], codes })
    : new Map<string, Value>([["field", argument]]);
  const field = fieldName(given.get("field") ?? null, compiler, name);
  const input = compiler.compile(given.has("input") ? (given.get("input") ?? null) : "$$CURRENT");
  return (scope) => {
    const doc = input(scope);
    if (isDoc(doc)) return doc.get(field);
    return isNullish(doc) && doc !== undefined ? null : undefined;
  };
};

/** The field's name: a constant text; dots and dollars in it mean nothing. */
function fieldName(field: Value, compiler: Compiler, name: string): string {
  const constant = foldConstant(field, compiler);
  if (constant === undefined) {
    throw new ServerError(
      5654600,
      `${name} requires 'field' to evaluate to a constant, but got a non-constant argument`,
    );
  }
  const { value } = constant;
  if (typeof value === "string") return value;
  throw new ServerError(5654602, `${name} requires 'field' to evaluate to type String, but got ${nameOfType(value)}`);
}

const setFieldCodes = { notObject: 4161100, unknown: 4161101, missing: 4161102 };

const setField: CompileOperator = (argument, compiler, name) => {
  const required = ["field", "input", "value"];
  const given = namedArguments(argument, name, { required, codes: setFieldCodes });
  const value = compiler.compile(given.get("value") ?? null);
  return writeField(given, compiler, { name, value });
};

const unsetField: CompileOperator = (argument, compiler, name) => {
  const given = namedArguments(argument, name, { required: ["field", "input"], codes: setFieldCodes });
  return writeField(given, compiler, { name, value: () => undefined });
};

function writeField(
  given: ReadonlyMap<string, Value>,
  compiler: Compiler,
  { name, value }: { name: string; value: ReturnType<Compiler["compile"]> },
): ReturnType<Compiler["compile"]> {
  const field = fieldName(given.get("field") ?? null, compiler, name);
  const input = compiler.compile(given.get("input") ?? null);
  return (scope) => {
    const doc = input(scope);
    if (isNullish(doc)) return null;
    if (!isDoc(doc)) throw new ServerError(4161105, `${name} requires 'input' to evaluate to type Object`);
    const next: Doc = new Map(doc);
    const written = value(scope);
    if (written === undefined) next.delete(field);
    else next.set(field, written);
    return next;
  };
}

/** Source: MongoDB manual, "Object Expression Operators" */
export const objectOperators: OperatorTable = {
  $mergeObjects: variadic(mergeObjects),
  $objectToArray: unary(objectToArray),
  $arrayToObject: unary(arrayToObject),
  $getField: getField,
  $setField: setField,
  $unsetField: unsetField,
};
