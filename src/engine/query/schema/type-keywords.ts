import { typeByName, typeName, type TypeName } from "../../bson/typename.js";
import { isArray, type Doc, type Value } from "../../bson/types.js";
import { ServerError } from "../../errors.js";
import { parseTypes } from "../operators/element.js";
import { broken, rule, unparsable, wrongKeyword, type Rule } from "./types.js";

/** JSON Schema's own type names. */
const jsonTypes: Readonly<Record<string, Value>> = {
  array: "array",
  boolean: "bool",
  null: "null",
  number: "number",
  object: "object",
  string: "string",
};

/** The types that a schema states, by `type` or `bsonType`. */
export interface StatedType {
  readonly types: ReadonlySet<TypeName>;
  readonly rule: Rule;
}

export function readStatedType(schema: Doc): StatedType | undefined {
  const type = schema.get("type");
  const bsonType = schema.get("bsonType");
  if (type !== undefined && bsonType !== undefined) {
    throw unparsable("Cannot specify both $jsonSchema keywords 'type' and 'bsonType'");
  }
  if (type !== undefined) return statedType("type", type, jsonType);
  return bsonType === undefined ? undefined : statedType("bsonType", bsonType, (name) => name);
}

function statedType(keyword: string, given: Value, resolve: (name: string) => Value): StatedType {
  const names = (isArray(given) ? given : [given]).map((name) => {
    if (typeof name === "string") return name;
    throw wrongKeyword(keyword, "either a string or an array of strings");
  });
  if (names.length === 0) throw unparsable(`$jsonSchema keyword '${keyword}' must name at least one type`);
  const repeated = names.find((name, at) => names.indexOf(name) !== at);
  if (repeated !== undefined) throw unparsable(`$jsonSchema keyword '${keyword}' has duplicate value: ${repeated}`);
  const types = parseTypes(names.map(resolve));
  return {
    types,
    rule: rule(
      (value) => types.has(typeName(value)),
      (value) =>
        broken(keyword, given, {
          reason: "type did not match",
          consideredValue: value,
          consideredType: typeName(value),
        }),
    ),
  };
}

function jsonType(name: string): Value {
  const type = Object.hasOwn(jsonTypes, name) ? jsonTypes[name] : undefined;
  if (type !== undefined) return type;
  if (name === "integer") throw unparsable("$jsonSchema type 'integer' is not currently supported.");
  const hint = typeByName(name) === undefined ? "" : " (a BSON type: use 'bsonType')";
  throw new ServerError("BadValue", `Unknown type name alias: ${name}${hint}`);
}
