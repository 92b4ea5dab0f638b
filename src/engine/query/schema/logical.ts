import { typeName } from "../../bson/typename.js";
import { Int32, docOf, isArray, isDoc, type Doc, type Value } from "../../bson/types.js";
import { ServerError } from "../../errors.js";
import {
  annotated,
  broken,
  butFound,
  rule,
  unparsable,
  wrongKeyword,
  type CompileSchema,
  type KeywordFamily,
  type Rule,
  type Schema,
} from "./types.js";
import { equalInAnyOrder } from "./unordered.js";

function readSchemas(keyword: string, given: Value, compile: CompileSchema): readonly Schema[] {
  if (!isArray(given)) throw wrongKeyword(keyword, "an array");
  if (given.length === 0) {
    throw new ServerError("BadValue", `$jsonSchema keyword '${keyword}' must be a non-empty array`);
  }
  return given.map((schema) => {
    if (!isDoc(schema)) throw butFound(keyword, "an array of objects", schema);
    return compile(schema);
  });
}

function explainFailing(keyword: string, schemas: readonly Schema[], value: Value): Doc {
  const schemasNotSatisfied = schemas.flatMap((schema, index) =>
    schema.accepts(value) ? [] : [annotated({ index: new Int32(index) }, schema, { details: schema.explain(value) })],
  );
  return docOf({ operatorName: keyword, schemasNotSatisfied });
}

function allOfRule(given: Value, compile: CompileSchema): Rule {
  const schemas = readSchemas("allOf", given, compile);
  return rule(
    (value) => schemas.every((schema) => schema.accepts(value)),
    (value) => explainFailing("allOf", schemas, value),
  );
}

function anyOfRule(given: Value, compile: CompileSchema): Rule {
  const schemas = readSchemas("anyOf", given, compile);
  return rule(
    (value) => schemas.some((schema) => schema.accepts(value)),
    (value) => explainFailing("anyOf", schemas, value),
  );
}

function oneOfRule(given: Value, compile: CompileSchema): Rule {
  const schemas = readSchemas("oneOf", given, compile);
  const matching = (value: Value): Int32[] =>
    schemas.flatMap((schema, index) => (schema.accepts(value) ? [new Int32(index)] : []));
  return rule(
    (value) => matching(value).length === 1,
    (value) => {
      const matchingSchemaIndexes = matching(value);
      if (matchingSchemaIndexes.length === 0) return explainFailing("oneOf", schemas, value);
      const reason = "more than one subschema matched";
      return docOf({ operatorName: "oneOf", reason, matchingSchemaIndexes });
    },
  );
}

function notRule(given: Value, compile: CompileSchema): Rule {
  if (!isDoc(given)) throw butFound("not", "an object", given);
  const schema = compile(given);
  return rule(
    (value) => !schema.accepts(value),
    () => docOf({ operatorName: "not", reason: "child expression matched" }),
  );
}

function enumRule(given: Value): Rule {
  if (!isArray(given)) throw wrongKeyword("enum", `an array, but found an element of type ${typeName(given)}`);
  if (given.length === 0) throw unparsable("$jsonSchema keyword 'enum' cannot be an empty array");
  if (given.some((item, at) => given.slice(0, at).some((other) => equalInAnyOrder(item, other)))) {
    throw unparsable("$jsonSchema keyword 'enum' array cannot contain duplicate values.");
  }
  return rule(
    (value) => given.some((item) => equalInAnyOrder(item, value)),
    (value) => broken("enum", given, { reason: "value was not found in enum", consideredValue: value }),
  );
}

/** Source: MongoDB manual, "$jsonSchema", allOf to enum */
export const logicalKeywords: KeywordFamily = (schema, compile) => {
  const rules: Rule[] = [];
  const add = (keyword: string, make: (given: Value, compile: CompileSchema) => Rule): void => {
    const given = schema.get(keyword);
    if (given !== undefined) rules.push(make(given, compile));
  };
  add("allOf", allOfRule);
  add("anyOf", anyOfRule);
  add("oneOf", oneOfRule);
  add("not", notRule);
  add("enum", enumRule);
  return rules;
};
