import { describe, expect, it } from "vitest";
import { compileSchema } from "../../../../src/engine/query/json-schema.js";
import { Double, Int32, Long, decimal, doc, id } from "./literals.js";

const details = (schema: object, document: object): unknown => {
  const compiled = compileSchema(doc(schema));
  expect(compiled.accepts(doc(document))).toBe(false);
  return compiled.explain(doc(document)).get("schemaRulesNotSatisfied");
};

/** The explanation that a property's rules give. */
function property(name: string, ...rules: object[]): object {
  return { operatorName: "properties", propertiesNotSatisfied: [{ propertyName: name, details: rules }] };
}

/** A schema, documents it accepts, one it refuses, and why. */
type Row = readonly [schema: object, accepted: readonly object[], refused: object, reasons: readonly object[]];

const a = (schema: object): object => ({ properties: { a: schema } });
const broken = (keyword: string, given: unknown, rest: object): object => ({
  operatorName: keyword,
  specifiedAs: { [keyword]: given },
  ...rest,
});

const rows: readonly Row[] = [
  [
    a({ minimum: 1 }),
    [{ a: 1 }, { a: 2.5 }, {}, { a: "x" }],
    { a: 0 },
    [property("a", broken("minimum", 1, { reason: "comparison failed", consideredValue: 0 }))],
  ],
  [
    a({ minimum: 1, exclusiveMinimum: true }),
    [{ a: 1.1 }],
    { a: 1 },
    [
      property("a", {
        operatorName: "minimum",
        specifiedAs: { minimum: 1, exclusiveMinimum: true },
        reason: "comparison failed",
        consideredValue: 1,
      }),
    ],
  ],
  [
    a({ maximum: decimal("1.10") }),
    [{ a: decimal("1.1") }],
    { a: 2 },
    [property("a", broken("maximum", decimal("1.10"), { reason: "comparison failed", consideredValue: 2 }))],
  ],
  [
    a({ maximum: 1, exclusiveMaximum: true }),
    [{ a: 0 }],
    { a: 1 },
    [
      property("a", {
        operatorName: "maximum",
        specifiedAs: { maximum: 1, exclusiveMaximum: true },
        reason: "comparison failed",
        consideredValue: 1,
      }),
    ],
  ],
  [
    a({ maximum: 1 }),
    [{ a: 1 }],
    { a: new Double(NaN) },
    [property("a", broken("maximum", 1, { reason: "comparison failed", consideredValue: new Double(NaN) }))],
  ],
  [
    a({ bsonType: "int", minimum: 10, maximum: 5 }),
    [],
    { a: 7 },
    [
      property(
        "a",
        broken("maximum", 5, { reason: "comparison failed", consideredValue: 7 }),
        broken("minimum", 10, { reason: "comparison failed", consideredValue: 7 }),
      ),
    ],
  ],
  [
    a({ multipleOf: 2.1 }),
    [{ a: 4.2 }, { a: 0 }, { a: "x" }],
    { a: 1.1 },
    [
      property(
        "a",
        broken("multipleOf", 2.1, {
          reason: "considered value is not a multiple of the specified value",
          consideredValue: 1.1,
        }),
      ),
    ],
  ],
  [
    a({ minLength: 2 }),
    [{ a: "äb" }, { a: 1 }],
    { a: "😀" },
    [
      property(
        "a",
        broken("minLength", 2, { reason: "specified string length was not satisfied", consideredValue: "😀" }),
      ),
    ],
  ],
  [
    a({ maxLength: new Long(1) }),
    [{ a: "😀" }],
    { a: "ab" },
    [
      property(
        "a",
        broken("maxLength", new Long(1), {
          reason: "specified string length was not satisfied",
          consideredValue: "ab",
        }),
      ),
    ],
  ],
  [
    a({ pattern: "^S" }),
    [{ a: "Sx" }, { a: 1 }],
    { a: "x" },
    [property("a", broken("pattern", "^S", { reason: "regular expression did not match", consideredValue: "x" }))],
  ],
  [
    a({ type: "string" }),
    [{ a: "x" }, {}],
    { a: ["x"] },
    [
      property(
        "a",
        broken("type", "string", { reason: "type did not match", consideredValue: ["x"], consideredType: "array" }),
      ),
    ],
  ],
  [
    a({ type: ["boolean", "null"] }),
    [{ a: true }, { a: null }],
    { a: 1 },
    [
      property(
        "a",
        broken("type", ["boolean", "null"], {
          reason: "type did not match",
          consideredValue: 1,
          consideredType: "int",
        }),
      ),
    ],
  ],
  [
    a({ type: "number" }),
    [{ a: 1 }, { a: 1.5 }, { a: new Long(1) }, { a: decimal("1") }],
    { a: "1" },
    [
      property(
        "a",
        broken("type", "number", { reason: "type did not match", consideredValue: "1", consideredType: "string" }),
      ),
    ],
  ],
  [
    a({ bsonType: ["objectId", "date"] }),
    [{ a: id("1") }, { a: new Date(0) }],
    { a: 1.5 },
    [
      property(
        "a",
        broken("bsonType", ["objectId", "date"], {
          reason: "type did not match",
          consideredValue: 1.5,
          consideredType: "double",
        }),
      ),
    ],
  ],
  [
    a({ type: "string", minLength: 4 }),
    [{ a: "long" }],
    { a: 1 },
    [
      property(
        "a",
        broken("type", "string", { reason: "type did not match", consideredValue: 1, consideredType: "int" }),
      ),
    ],
  ],
  [
    a({ enum: [1, { x: 1, y: 2 }] }),
    [{ a: 1.0 }, { a: { y: 2, x: 1 } }],
    { a: 0 },
    [property("a", broken("enum", [1, { x: 1, y: 2 }], { reason: "value was not found in enum", consideredValue: 0 }))],
  ],
  [
    { enum: [{ a: 1 }, 5] },
    [{ a: 1 }],
    { a: 2 },
    [broken("enum", [{ a: 1 }, 5], { reason: "value was not found in enum", consideredValue: { a: 2 } })],
  ],
  [
    a({ properties: { b: { minimum: 1 } } }),
    [{ a: { b: 1 } }, { a: 1 }, { a: {} }],
    { a: { b: 0 } },
    [property("a", property("b", broken("minimum", 1, { reason: "comparison failed", consideredValue: 0 })))],
  ],
  [
    { properties: { a: { title: "A", description: "the a", minimum: 1 } } },
    [],
    { a: 0 },
    [
      {
        operatorName: "properties",
        propertiesNotSatisfied: [
          {
            propertyName: "a",
            title: "A",
            description: "the a",
            details: [broken("minimum", 1, { reason: "comparison failed", consideredValue: 0 })],
          },
        ],
      },
    ],
  ],
  [
    { required: ["b", "a"] },
    [{ a: 1, b: null }],
    { c: 1 },
    [broken("required", ["b", "a"], { missingProperties: ["a", "b"] })],
  ],
  [
    { required: ["a"], properties: { a: { type: "string" } } },
    [{ a: "x" }],
    {},
    [broken("required", ["a"], { missingProperties: ["a"] })],
  ],
  [
    a({ required: ["b"] }),
    [{ a: { b: 1 } }, { a: 1 }],
    { a: {} },
    [property("a", broken("required", ["b"], { missingProperties: ["b"] }))],
  ],
  [
    { minProperties: 2 },
    [{ a: 1, b: 2 }],
    { a: 1 },
    [broken("minProperties", 2, { reason: "specified number of properties was not satisfied", numberOfProperties: 1 })],
  ],
  [
    { maxProperties: 1 },
    [{ a: 1 }],
    { a: 1, b: 2 },
    [broken("maxProperties", 1, { reason: "specified number of properties was not satisfied", numberOfProperties: 2 })],
  ],
  [
    { properties: { a: {} }, additionalProperties: false },
    [{ a: 1 }, {}],
    { a: 1, b: 2 },
    [broken("additionalProperties", false, { additionalProperties: ["b"] })],
  ],
  [{ properties: { a: {} }, additionalProperties: true }, [{ b: 1 }], {}, []],
  [
    { additionalProperties: { type: "string" } },
    [{ a: "x" }],
    { a: "x", b: 1 },
    [
      {
        operatorName: "additionalProperties",
        reason: "at least one additional property did not match the subschema",
        failingProperty: "b",
        details: [
          broken("type", "string", { reason: "type did not match", consideredValue: 1, consideredType: "int" }),
        ],
      },
    ],
  ],
  [
    { patternProperties: { "^s": { type: "string" } } },
    [{ s: "x", n: 1 }],
    { s1: 1 },
    [
      {
        operatorName: "patternProperties",
        details: [
          {
            propertyName: "s1",
            regexMatched: "^s",
            details: [
              broken("type", "string", { reason: "type did not match", consideredValue: 1, consideredType: "int" }),
            ],
          },
        ],
      },
    ],
  ],
  [
    { patternProperties: { "^s": {} }, additionalProperties: false },
    [{ s1: 1 }],
    { t: 1 },
    [broken("additionalProperties", false, { additionalProperties: ["t"] })],
  ],
  [
    a({ patternProperties: { "^s": { type: "string" } }, additionalProperties: false }),
    [{ a: 1 }, { a: { s: "x" } }],
    { a: { t: 1 } },
    [property("a", broken("additionalProperties", false, { additionalProperties: ["t"] }))],
  ],
  [
    { dependencies: { a: ["b", "c"] } },
    [{ a: 1, b: 1, c: 1 }, {}],
    { a: 1, b: 1 },
    [{ operatorName: "dependencies", failingDependencies: [{ conditionalProperty: "a", missingProperties: ["c"] }] }],
  ],
  [
    { dependencies: { a: { required: ["b"] } } },
    [{ a: 1, b: 1 }, {}],
    { a: 1 },
    [
      {
        operatorName: "dependencies",
        failingDependencies: [
          { conditionalProperty: "a", details: [broken("required", ["b"], { missingProperties: ["b"] })] },
        ],
      },
    ],
  ],
  [
    a({ dependencies: { b: ["c"] } }),
    [{ a: 1 }],
    { a: { b: 1 } },
    [
      property("a", {
        operatorName: "dependencies",
        failingDependencies: [{ conditionalProperty: "b", missingProperties: ["c"] }],
      }),
    ],
  ],
  [
    a({ minItems: 2 }),
    [{ a: [1, 2] }, { a: 1 }],
    { a: [1] },
    [
      property(
        "a",
        broken("minItems", 2, {
          reason: "array did not match specified length",
          consideredValue: [1],
          numberOfItems: 1,
        }),
      ),
    ],
  ],
  [
    a({ maxItems: 1 }),
    [{ a: [1] }],
    { a: [1, 2] },
    [
      property(
        "a",
        broken("maxItems", 1, {
          reason: "array did not match specified length",
          consideredValue: [1, 2],
          numberOfItems: 2,
        }),
      ),
    ],
  ],
  [
    a({ uniqueItems: true }),
    [{ a: [1, 2] }, { a: 1 }],
    {
      a: [
        { x: 1, y: 2 },
        { y: 2, x: 1 },
      ],
    },
    [
      property(
        "a",
        broken("uniqueItems", true, {
          reason: "found a duplicate item",
          consideredValue: [
            { x: 1, y: 2 },
            { y: 2, x: 1 },
          ],
          duplicatedValue: { y: 2, x: 1 },
        }),
      ),
    ],
  ],
  [
    a({ uniqueItems: false, minItems: 1 }),
    [{ a: [1, 1] }],
    { a: [] },
    [
      property(
        "a",
        broken("minItems", 1, {
          reason: "array did not match specified length",
          consideredValue: [],
          numberOfItems: 0,
        }),
      ),
    ],
  ],
  [
    a({ items: { type: "string" } }),
    [{ a: ["x"] }, { a: 1 }],
    { a: ["x", 1] },
    [
      property("a", {
        operatorName: "items",
        reason: "At least one item did not match the sub-schema",
        itemIndex: 1,
        details: [
          broken("type", "string", { reason: "type did not match", consideredValue: 1, consideredType: "int" }),
        ],
      }),
    ],
  ],
  [
    a({ items: [{ type: "string" }, {}] }),
    [{ a: ["x", 1, 2] }, { a: [] }],
    { a: [1] },
    [
      property("a", {
        operatorName: "items",
        details: [
          {
            itemIndex: 0,
            details: [
              broken("type", "string", { reason: "type did not match", consideredValue: 1, consideredType: "int" }),
            ],
          },
        ],
      }),
    ],
  ],
  [
    a({ items: [{}], additionalItems: false }),
    [{ a: [1] }, { a: "x" }],
    { a: [1, 2, 3] },
    [property("a", broken("additionalItems", false, { reason: "found additional items", additionalItems: [2, 3] }))],
  ],
  [
    a({ items: [{}], additionalItems: { type: "string" } }),
    [{ a: [1, "x"] }],
    { a: [1, 2] },
    [
      property("a", {
        operatorName: "additionalItems",
        reason: "At least one additional item did not match the sub-schema",
        itemIndex: 1,
        details: [
          broken("type", "string", { reason: "type did not match", consideredValue: 2, consideredType: "int" }),
        ],
      }),
    ],
  ],
  [
    a({ items: [{}], additionalItems: true, maxItems: 2 }),
    [{ a: [1, 2] }],
    { a: [1, 2, 3] },
    [
      property(
        "a",
        broken("maxItems", 2, {
          reason: "array did not match specified length",
          consideredValue: [1, 2, 3],
          numberOfItems: 3,
        }),
      ),
    ],
  ],
  [
    { allOf: [a({ minimum: 1 }), { properties: { b: { minimum: 2 } } }] },
    [{ a: 1, b: 2 }],
    { a: 1, b: 0 },
    [
      {
        operatorName: "allOf",
        schemasNotSatisfied: [
          {
            index: 1,
            details: [property("b", broken("minimum", 2, { reason: "comparison failed", consideredValue: 0 }))],
          },
        ],
      },
    ],
  ],
  [
    a({ anyOf: [{ type: "string" }, { maximum: 3, title: "small" }] }),
    [{ a: "x" }, { a: 3 }],
    { a: 4 },
    [
      property("a", {
        operatorName: "anyOf",
        schemasNotSatisfied: [
          {
            index: 0,
            details: [
              broken("type", "string", { reason: "type did not match", consideredValue: 4, consideredType: "int" }),
            ],
          },
          {
            index: 1,
            title: "small",
            details: [broken("maximum", 3, { reason: "comparison failed", consideredValue: 4 })],
          },
        ],
      }),
    ],
  ],
  [
    a({ oneOf: [{ minimum: 1 }, { maximum: 3 }] }),
    [{ a: 0 }, { a: 4 }],
    { a: 2 },
    [
      property("a", {
        operatorName: "oneOf",
        reason: "more than one subschema matched",
        matchingSchemaIndexes: [0, 1],
      }),
    ],
  ],
  [
    a({ oneOf: [{ minimum: 4 }, { maximum: 1 }] }),
    [{ a: 0 }],
    { a: 2 },
    [
      property("a", {
        operatorName: "oneOf",
        schemasNotSatisfied: [
          { index: 0, details: [broken("minimum", 4, { reason: "comparison failed", consideredValue: 2 })] },
          { index: 1, details: [broken("maximum", 1, { reason: "comparison failed", consideredValue: 2 })] },
        ],
      }),
    ],
  ],
  [{ not: a({ minimum: 3 }) }, [{ a: 1 }], { a: 6 }, [{ operatorName: "not", reason: "child expression matched" }]],
  [a({ not: {} }), [{}], { a: 1 }, [property("a", { operatorName: "not", reason: "child expression matched" })]],
  [
    { minimum: 5, minLength: 3, minItems: 1, required: ["a"] },
    [{ a: 1 }],
    {},
    [broken("required", ["a"], { missingProperties: ["a"] })],
  ],
];

describe("compileSchema", () => {
  it.each(rows.map((row) => [JSON.stringify(row[0]), ...row] as const))(
    "%s",
    (_text, schema, accepted, refused, reasons) => {
      const compiled = compileSchema(doc(schema));
      for (const each of accepted) expect([each, compiled.accepts(doc(each))]).toEqual([each, true]);
      if (reasons.length > 0) expect(details(schema, refused)).toEqual(doc({ reasons }).get("reasons"));
    },
  );

  it("puts title and description behind the operator", () => {
    const compiled = compileSchema(doc({ title: "T", description: "D", required: ["a"] }));
    expect([...compiled.explain(doc({})).keys()]).toEqual([
      "operatorName",
      "title",
      "description",
      "schemaRulesNotSatisfied",
    ]);
  });

  it("accepts no document for a schema of something else", () => {
    const compiled = compileSchema(doc({ type: "number" }));
    expect(compiled.accepts(doc({}))).toBe(false);
    expect(compiled.explain(doc({}))).toEqual(
      doc({
        operatorName: "$jsonSchema",
        specifiedAs: { $jsonSchema: { type: "number" } },
        reason: "expression always evaluates to false",
      }),
    );
    expect(compileSchema(doc({ bsonType: "object" })).accepts(doc({}))).toBe(true);
  });

  it.each<[object, number, RegExp]>([
    [{ foo: 1 }, 9, /Unknown \$jsonSchema keyword: foo/],
    [{ $ref: "x" }, 9, /'\$ref' is not currently supported/],
    [{ encrypt: {} }, 9, /'encrypt' is not currently supported/],
    [{ title: 1 }, 14, /'title' must be of type string/],
    [{ type: "string", bsonType: "string" }, 9, /Cannot specify both/],
    [{ type: 1 }, 14, /must be either a string or an array of strings/],
    [{ type: [] }, 9, /must name at least one type/],
    [{ type: "integer" }, 9, /'integer' is not currently supported/],
    [{ type: "objectId" }, 2, /Unknown type name alias: objectId/],
    [{ type: "foo" }, 2, /Unknown type name alias: foo$/],
    [{ bsonType: "foo" }, 2, /Unknown type name alias: foo/],
    [{ bsonType: ["int", "int"] }, 9, /has duplicate value: int/],
    [{ minimum: "x" }, 14, /'minimum' must be a number/],
    [{ exclusiveMinimum: true }, 9, /'minimum' must be a present/],
    [{ maximum: 1, exclusiveMaximum: 1 }, 14, /'exclusiveMaximum' must be a boolean/],
    [{ multipleOf: "x" }, 14, /'multipleOf' must be a number/],
    [{ multipleOf: 0 }, 9, /must have a positive value/],
    [{ minLength: -1 }, 9, /Expected a non-negative number/],
    [{ minLength: 1.5 }, 9, /Expected an integer/],
    [{ maxLength: "x" }, 9, /Expected a number/],
    [{ pattern: 1 }, 14, /'pattern' must be a string/],
    [{ pattern: "(" }, 51091, /invalid/],
    [{ uniqueItems: 1 }, 14, /'uniqueItems' must be a boolean/],
    [{ items: 1 }, 14, /'items' must be an array or an object, not int/],
    [{ items: [1] }, 14, /each element of the array is an object, but found a int/],
    [{ additionalItems: 1 }, 14, /must be either an object or a boolean, but got a int/],
    [{ properties: 1 }, 14, /'properties' must be an object/],
    [{ properties: { a: 1 } }, 14, /Nested schema for \$jsonSchema property 'a' must be an object/],
    [{ patternProperties: 1 }, 14, /'patternProperties' must be an object/],
    [{ patternProperties: { a: 1 } }, 14, /has property 'a' which is not an object/],
    [{ additionalProperties: 1 }, 14, /must be an object or a boolean/],
    [{ required: 1 }, 14, /'required' must be an array, but found an element of type int/],
    [{ required: [] }, 9, /cannot be an empty array/],
    [{ required: [1] }, 14, /must be an array of strings/],
    [{ required: ["a", "a"] }, 9, /cannot contain duplicate values/],
    [{ minProperties: "x" }, 9, /Expected a number/],
    [{ dependencies: 1 }, 14, /'dependencies' must be an object/],
    [{ dependencies: { a: 1 } }, 14, /must be either an object or an array/],
    [{ dependencies: { a: [] } }, 9, /cannot be an empty array/],
    [{ dependencies: { a: [1] } }, 14, /can only contain strings/],
    [{ dependencies: { a: ["b", "b"] } }, 9, /contains duplicate element: b/],
    [{ allOf: 1 }, 14, /'allOf' must be an array/],
    [{ anyOf: [] }, 2, /must be a non-empty array/],
    [{ oneOf: [1] }, 14, /must be an array of objects/],
    [{ not: 1 }, 14, /'not' must be an object/],
    [{ enum: 1 }, 14, /'enum' must be an array/],
    [{ enum: [] }, 9, /cannot be an empty array/],
    [{ enum: [1, new Int32(1)] }, 9, /cannot contain duplicate values/],
  ])("refuses %j with code %i", (schema, code, message) => {
    expect(() => compileSchema(doc(schema))).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) as string }),
    );
  });
});
