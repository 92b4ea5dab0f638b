import { compareStrings } from "../../bson/compare.js";
import { typeName } from "../../bson/typename.js";
import { Int32, docOf, isArray, isDoc, type Doc, type Value } from "../../bson/types.js";
import { ServerError } from "../../errors.js";
import { allowedPropertiesRules } from "./allowed-properties.js";
import { readCount } from "./scalars.js";
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
} from "./types.js";

function propertiesRule(given: Value, compile: CompileSchema): Rule {
  if (!isDoc(given)) throw wrongKeyword("properties", "an object");
  const schemas = Array.from(given, ([name, schema]) => {
    if (isDoc(schema)) return { name, schema: compile(schema) };
    throw new ServerError("TypeMismatch", `Nested schema for $jsonSchema property '${name}' must be an object`);
  });
  const failing = (doc: Doc): Doc[] =>
    schemas.flatMap(({ name, schema }) => {
      const value = doc.get(name);
      if (value === undefined || schema.accepts(value)) return [];
      return [annotated({ propertyName: name }, schema, { details: schema.explain(value) })];
    });
  return rule(
    (value) => {
      if (!isDoc(value)) return true;
      return schemas.every(({ name, schema }) => {
        const property = value.get(name);
        return property === undefined || schema.accepts(property);
      });
    },
    (value) => docOf({ operatorName: "properties", propertiesNotSatisfied: isDoc(value) ? failing(value) : [] }),
  );
}

function readNames(keyword: string, given: Value): readonly string[] {
  if (!isArray(given)) throw butFound(keyword, "an array", given);
  const names = given.map((name) => {
    if (typeof name === "string") return name;
    throw wrongKeyword(keyword, `an array of strings, but found an element of type: ${typeName(name)}`);
  });
  if (names.length === 0) throw unparsable(`$jsonSchema keyword '${keyword}' cannot be an empty array`);
  if (new Set(names).size !== names.length) {
    throw unparsable(`$jsonSchema keyword '${keyword}' array cannot contain duplicate values`);
  }
  return names;
}

function requiredRule(given: Value): Rule {
  const names = readNames("required", given).toSorted(compareStrings);
  const missing = (value: Value): string[] => (isDoc(value) ? names.filter((name) => !value.has(name)) : []);
  return rule(
    (value) => missing(value).length === 0,
    (value) => broken("required", given, { missingProperties: missing(value) }),
  );
}

function countRule(keyword: string, given: Value, holds: (count: number, limit: number) => boolean): Rule {
  const limit = readCount(keyword, given);
  return rule(
    (value) => !isDoc(value) || holds(value.size, limit),
    (value) =>
      broken(keyword, given, {
        reason: "specified number of properties was not satisfied",
        numberOfProperties: new Int32(isDoc(value) ? value.size : 0),
      }),
  );
}

/** What a document lacks because it has a certain property; undefined when it lacks nothing. */
type Dependency = (doc: Doc) => Doc | undefined;

function compileDependency(name: string, given: Value, compile: CompileSchema): Dependency {
  if (isDoc(given)) {
    const schema = compile(given);
    return (doc) => {
      if (!doc.has(name) || schema.accepts(doc)) return undefined;
      return docOf({ conditionalProperty: name, details: schema.explain(doc) });
    };
  }
  const names = readDependencyNames(name, given);
  return (doc) => {
    const missingProperties = doc.has(name) ? names.filter((other) => !doc.has(other)) : [];
    return missingProperties.length === 0 ? undefined : docOf({ conditionalProperty: name, missingProperties });
  };
}

function readDependencyNames(name: string, given: Value): readonly string[] {
  const keyword = "in $jsonSchema keyword 'dependencies'";
  if (!isArray(given)) {
    throw new ServerError("TypeMismatch", `property '${name}' ${keyword} must be either an object or an array`);
  }
  if (given.length === 0) throw unparsable(`property '${name}' ${keyword} cannot be an empty array`);
  const names = new Set<string>();
  for (const other of given) {
    if (typeof other !== "string") {
      const message = `array '${name}' ${keyword} can only contain strings, but found element of type: ${typeName(other)}`;
      throw new ServerError("TypeMismatch", message);
    }
    if (names.has(other)) throw unparsable(`array '${name}' ${keyword} contains duplicate element: ${other}`);
    names.add(other);
  }
  return [...names];
}

function dependenciesRule(given: Value, compile: CompileSchema): Rule {
  if (!isDoc(given)) throw wrongKeyword("dependencies", "an object");
  const dependencies = Array.from(given, ([name, dependency]) => compileDependency(name, dependency, compile));
  const failing = (value: Value): Doc[] =>
    isDoc(value) ? dependencies.map((lacks) => lacks(value)).filter((lack) => lack !== undefined) : [];
  return rule(
    (value) => failing(value).length === 0,
    (value) => docOf({ operatorName: "dependencies", failingDependencies: failing(value) }),
  );
}

/** Source: MongoDB manual, "$jsonSchema", keywords of objects */
export const objectKeywords: KeywordFamily = (schema, compile) => {
  const rules: Rule[] = [];
  const add = (keyword: string, make: (given: Value) => Rule): void => {
    const given = schema.get(keyword);
    if (given !== undefined) rules.push(make(given));
  };
  add("properties", (given) => propertiesRule(given, compile));
  rules.push(...allowedPropertiesRules(schema, compile));
  add("required", requiredRule);
  add("minProperties", (given) => countRule("minProperties", given, (count, limit) => count >= limit));
  add("maxProperties", (given) => countRule("maxProperties", given, (count, limit) => count <= limit));
  add("dependencies", (given) => dependenciesRule(given, compile));
  return rules;
};
