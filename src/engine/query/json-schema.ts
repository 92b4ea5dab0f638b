import { docOf, type Doc, type Value } from "../bson/types.js";
import { arrayKeywords } from "./schema/arrays.js";
import { logicalKeywords } from "./schema/logical.js";
import { objectKeywords } from "./schema/objects.js";
import { scalarKeywords } from "./schema/scalars.js";
import { readStatedType } from "./schema/type-keywords.js";
import { unparsable, wrongKeyword, type KeywordFamily, type Rule, type Schema } from "./schema/types.js";

/** A compiled `$jsonSchema`. */
export interface DocumentSchema {
  accepts(doc: Doc): boolean;
  /** Why a document is not accepted, in the form of `errInfo.details`. */
  explain(doc: Doc): Doc;
}

const keywords: ReadonlySet<string> = new Set([
  "additionalItems",
  "additionalProperties",
  "allOf",
  "anyOf",
  "bsonType",
  "dependencies",
  "description",
  "enum",
  "exclusiveMaximum",
  "exclusiveMinimum",
  "items",
  "maxItems",
  "maxLength",
  "maxProperties",
  "maximum",
  "minItems",
  "minLength",
  "minProperties",
  "minimum",
  "multipleOf",
  "not",
  "oneOf",
  "pattern",
  "patternProperties",
  "properties",
  "required",
  "title",
  "type",
  "uniqueItems",
]);

const refusedKeywords: ReadonlySet<string> = new Set([
  "$ref",
  "$schema",
  "default",
  "definitions",
  "encrypt",
  "encryptMetadata",
  "format",
  "id",
]);

const families: readonly KeywordFamily[] = [scalarKeywords, arrayKeywords, objectKeywords, logicalKeywords];

/**
 * Compiles the operand of `$jsonSchema`.
 * @throws ServerError FailedToParse, TypeMismatch or BadValue for a malformed schema, as the server answers
 * Source: MongoDB manual, "$jsonSchema"; JSON Schema draft 4
 */
export function compileSchema(given: Doc): DocumentSchema {
  const schema = compileNested(given);
  if (readStatedType(given)?.types.has("object") === false) return neverAccepted(given);
  return {
    accepts: (doc) => schema.accepts(doc),
    explain: (doc) => {
      const head: [string, Value] = ["operatorName", "$jsonSchema"];
      return new Map([head, ...schema.annotations, ["schemaRulesNotSatisfied", schema.explain(doc)]]);
    },
  };
}

/** A schema for something else than documents. */
function neverAccepted(given: Doc): DocumentSchema {
  return {
    accepts: () => false,
    explain: () =>
      docOf({
        operatorName: "$jsonSchema",
        specifiedAs: docOf({ $jsonSchema: given }),
        reason: "expression always evaluates to false",
      }),
  };
}

function compileNested(given: Doc): Schema {
  for (const keyword of given.keys()) {
    if (refusedKeywords.has(keyword)) throw unparsable(`$jsonSchema keyword '${keyword}' is not currently supported`);
    if (!keywords.has(keyword)) throw unparsable(`Unknown $jsonSchema keyword: ${keyword}`);
  }
  const annotations = readAnnotations(given);
  const stated = readStatedType(given);
  const rules: Rule[] = families.flatMap((family) => family(given, compileNested));
  if (stated !== undefined) rules.push(stated.rule);
  return {
    annotations,
    accepts: (value) => rules.every((rule) => rule.accepts(value)),
    explain: (value) => rules.filter((rule) => !rule.accepts(value)).flatMap((rule) => rule.explain(value)),
  };
}

function readAnnotations(given: Doc): Doc {
  for (const keyword of ["description", "title"]) {
    const text = given.get(keyword);
    if (text !== undefined && typeof text !== "string") throw wrongKeyword(keyword, "of type string");
  }
  return docOf({ title: given.get("title"), description: given.get("description") });
}
