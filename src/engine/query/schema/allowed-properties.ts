import { docOf, isDoc, type Doc, type Value } from "../../bson/types.js";
import { ServerError } from "../../errors.js";
import { compileRegex } from "../regex/compile.js";
import {
  annotated,
  broken,
  rule,
  wrongKeyword,
  type CompileSchema,
  type KeywordFamily,
  type Rule,
  type Schema,
} from "./types.js";

interface PatternSchema {
  readonly pattern: string;
  readonly regex: RegExp;
  readonly schema: Schema;
}

function readPatterns(given: Value | undefined, compile: CompileSchema): readonly PatternSchema[] {
  if (given === undefined) return [];
  if (!isDoc(given)) throw wrongKeyword("patternProperties", "an object");
  return Array.from(given, ([pattern, schema]) => {
    if (isDoc(schema)) return { pattern, regex: compileRegex(pattern, "").regex, schema: compile(schema) };
    const message = `$jsonSchema keyword 'patternProperties' has property '${pattern}' which is not an object`;
    throw new ServerError("TypeMismatch", message);
  });
}

function fieldsOf(value: Value): readonly (readonly [string, Value])[] {
  return isDoc(value) ? [...value] : [];
}

function patternRule(patterns: readonly PatternSchema[]): Rule {
  /** For each pattern the first property that matches it and breaks its schema. */
  const failing = (value: Value): Doc[] =>
    patterns.flatMap(({ pattern, regex, schema }) => {
      const found = fieldsOf(value).find(([name, property]) => regex.test(name) && !schema.accepts(property));
      if (found === undefined) return [];
      const [propertyName, property] = found;
      return [annotated({ propertyName }, schema, { regexMatched: pattern, details: schema.explain(property) })];
    });
  return rule(
    (value) => failing(value).length === 0,
    (value) => docOf({ operatorName: "patternProperties", details: failing(value) }),
  );
}

function noMoreRule(additional: (value: Value) => readonly (readonly [string, Value])[]): Rule {
  return rule(
    (value) => additional(value).length === 0,
    (value) => broken("additionalProperties", false, { additionalProperties: additional(value).map(([name]) => name) }),
  );
}

function moreRule(additional: (value: Value) => readonly (readonly [string, Value])[], schema: Schema): Rule {
  const failing = (value: Value): readonly [string, Value] | undefined =>
    additional(value).find(([, property]) => !schema.accepts(property));
  return rule(
    (value) => failing(value) === undefined,
    (value) => {
      const [failingProperty, property] = failing(value) ?? ["", null];
      return annotated({ operatorName: "additionalProperties" }, schema, {
        reason: "at least one additional property did not match the subschema",
        failingProperty,
        details: schema.explain(property),
      });
    },
  );
}

/** `additionalProperties` and `patternProperties`, which depend on each other and on `properties`. */
export const allowedPropertiesRules: KeywordFamily = (schema, compile) => {
  const properties = schema.get("properties");
  const named = new Set(isDoc(properties) ? properties.keys() : []);
  const patterns = readPatterns(schema.get("patternProperties"), compile);
  const given = schema.get("additionalProperties");
  const additional = (value: Value): readonly (readonly [string, Value])[] =>
    fieldsOf(value).filter(([name]) => !named.has(name) && !patterns.some(({ regex }) => regex.test(name)));
  const rules: Rule[] = [];
  if (given !== undefined && typeof given !== "boolean" && !isDoc(given)) {
    throw wrongKeyword("additionalProperties", "an object or a boolean");
  }
  if (given === false) rules.push(noMoreRule(additional));
  if (isDoc(given)) rules.push(moreRule(additional, compile(given)));
  if (patterns.length > 0) rules.push(patternRule(patterns));
  return rules;
};
