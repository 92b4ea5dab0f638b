import { bsonType } from "./layout.js";
import {
  Binary,
  Code,
  DbPointer,
  Decimal128,
  Int32,
  MaxKey,
  MinKey,
  ObjectId,
  Regex,
  Symbol_,
  Timestamp,
  UtcDate,
  type Value,
} from "./types.js";

/** The names that `$type` and error messages use for BSON's types. Source: MongoDB manual, "BSON Types" */
export type TypeName = keyof typeof bsonType;

const names = Object.keys(bsonType) as TypeName[];
const byNumber = new Map<number, TypeName>(names.map((name) => [bsonType[name], name]));
byNumber.set(-1, "minKey");

/** The value's type name: `int`, `objectId`, `decimal`, … */
export function typeName(value: Value): TypeName {
  switch (typeof value) {
    case "number":
      return "double";
    case "bigint":
      return "long";
    case "string":
      return "string";
    case "boolean":
      return "bool";
    default:
      return value === null ? "null" : objectTypeName(value);
  }
}

function objectTypeName(value: object): TypeName {
  if (value instanceof Int32) return "int";
  if (value instanceof ObjectId) return "objectId";
  if (value instanceof Map) return "object";
  if (Array.isArray(value)) return "array";
  if (value instanceof UtcDate) return "date";
  if (value instanceof Decimal128) return "decimal";
  if (value instanceof Binary) return "binData";
  if (value instanceof Timestamp) return "timestamp";
  if (value instanceof Regex) return "regex";
  if (value instanceof Symbol_) return "symbol";
  if (value instanceof MinKey) return "minKey";
  if (value instanceof MaxKey) return "maxKey";
  if (value instanceof DbPointer) return "dbPointer";
  if (value instanceof Code) return value.scope === undefined ? "javascript" : "javascriptWithScope";
  return "undefined";
}

/** The type of a name such as `string`; undefined for a name that MongoDB does not know. */
export function typeByName(name: string): TypeName | undefined {
  return names.find((known) => known === name);
}

/** The type of a number such as 2, or -1 for minKey. */
export function typeByNumber(type: number): TypeName | undefined {
  return byNumber.get(type);
}

/** BSON's number of a type as `$type` takes it: minKey is -1. */
export function typeNumber(name: TypeName): number {
  return name === "minKey" ? -1 : bsonType[name];
}
