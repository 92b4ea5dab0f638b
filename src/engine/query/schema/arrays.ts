import { typeName } from "../../bson/typename.js";
import { Int32, docOf, isArray, isDoc, type Doc, type Value } from "../../bson/types.js";
import { ServerError } from "../../errors.js";
import { readCount } from "./scalars.js";
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
import { equalInAnyOrder } from "./unordered.js";

function itemsOf(value: Value): readonly Value[] {
  return isArray(value) ? value : [];
}

function sizeRule(keyword: string, given: Value, holds: (size: number, limit: number) => boolean): Rule {
  const limit = readCount(keyword, given);
  return rule(
    (value) => !isArray(value) || holds(value.length, limit),
    (value) =>
      broken(keyword, given, {
        reason: "array did not match specified length",
        consideredValue: value,
        numberOfItems: new Int32(itemsOf(value).length),
      }),
  );
}

function findDuplicate(value: Value): Value | undefined {
  const items = itemsOf(value);
  return items.find((item, at) => items.slice(0, at).some((other) => equalInAnyOrder(item, other)));
}

function uniqueRule(given: Value): Rule | undefined {
  if (typeof given !== "boolean") throw wrongKeyword("uniqueItems", "a boolean");
  if (!given) return undefined;
  return rule(
    (value) => findDuplicate(value) === undefined,
    (value) => {
      const duplicatedValue = findDuplicate(value) ?? null;
      return broken("uniqueItems", given, {
        reason: "found a duplicate item",
        consideredValue: value,
        duplicatedValue,
      });
    },
  );
}

/** One schema for all items from `start` on. */
function everyItemRule(keyword: string, schema: Schema, start: number, reason: string): Rule {
  const failing = (value: Value): number =>
    itemsOf(value).findIndex((item, index) => index >= start && !schema.accepts(item));
  return rule(
    (value) => failing(value) === -1,
    (value) => {
      const index = failing(value);
      const details = schema.explain(itemsOf(value)[index] ?? null);
      return annotated({ operatorName: keyword }, schema, { reason, itemIndex: new Int32(index), details });
    },
  );
}

/** A schema for each of the first items. */
function itemByItemRule(schemas: readonly Schema[]): Rule {
  const failing = (value: Value): Doc[] =>
    schemas.flatMap((schema, index) => {
      const item = itemsOf(value)[index];
      if (item === undefined || schema.accepts(item)) return [];
      return [docOf({ itemIndex: new Int32(index), details: schema.explain(item) })];
    });
  return rule(
    (value) => failing(value).length === 0,
    (value) => docOf({ operatorName: "items", details: failing(value) }),
  );
}

function itemsRule(given: Value, compile: CompileSchema): Rule {
  if (isDoc(given)) {
    return everyItemRule("items", compile(given), 0, "At least one item did not match the sub-schema");
  }
  if (!isArray(given)) throw wrongKeyword("items", `an array or an object, not ${typeName(given)}`);
  const schemas = given.map((schema) => {
    if (isDoc(schema)) return compile(schema);
    const message = "$jsonSchema keyword 'items' requires that each element of the array is an object, but found a ";
    throw new ServerError("TypeMismatch", message + typeName(schema));
  });
  return itemByItemRule(schemas);
}

function additionalRule(given: Value, items: Value | undefined, compile: CompileSchema): Rule | undefined {
  if (typeof given !== "boolean" && !isDoc(given)) {
    throw wrongKeyword("additionalItems", `either an object or a boolean, but got a ${typeName(given)}`);
  }
  const schema = isDoc(given) ? compile(given) : undefined;
  if (!isArray(items) || given === true) return undefined;
  const start = items.length;
  if (schema !== undefined) {
    const reason = "At least one additional item did not match the sub-schema";
    return everyItemRule("additionalItems", schema, start, reason);
  }
  return rule(
    (value) => itemsOf(value).length <= start,
    (value) =>
      broken("additionalItems", given, {
        reason: "found additional items",
        additionalItems: itemsOf(value).slice(start),
      }),
  );
}

/** Source: MongoDB manual, "$jsonSchema", keywords of arrays */
export const arrayKeywords: KeywordFamily = (schema, compile) => {
  const rules: (Rule | undefined)[] = [];
  const add = (keyword: string, make: (given: Value) => Rule | undefined): void => {
    const given = schema.get(keyword);
    if (given !== undefined) rules.push(make(given));
  };
  add("minItems", (given) => sizeRule("minItems", given, (size, limit) => size >= limit));
  add("maxItems", (given) => sizeRule("maxItems", given, (size, limit) => size <= limit));
  add("uniqueItems", uniqueRule);
  add("items", (given) => itemsRule(given, compile));
  add("additionalItems", (given) => additionalRule(given, schema.get("items"), compile));
  return rules.filter((made) => made !== undefined);
};
