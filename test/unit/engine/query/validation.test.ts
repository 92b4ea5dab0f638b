import { describe, expect, it } from "vitest";
import { toText } from "../../../../src/engine/bson/extended-json.js";
import type { Doc } from "../../../../src/engine/bson/types.js";
import { parseCollation } from "../../../../src/engine/query/collation.js";
import { compileValidator } from "../../../../src/engine/query/validation.js";
import { BSONRegExp, doc } from "./literals.js";

const failed = (name: string, specifiedAs: object, reason: string, rest: object = {}): object => ({
  operatorName: name,
  specifiedAs,
  reason,
  ...rest,
});

const twelve = Array.from({ length: 12 }, (_, index) => index);
const lt = { a: { $lt: 10 } };
const gt = { a: { $gt: 20 } };

describe("compileValidator", () => {
  it.each<[object, object, object]>([
    [{ a: { $eq: 2 } }, { a: 1 }, failed("$eq", { a: { $eq: 2 } }, "comparison failed", { consideredValue: 1 })],
    [{ a: 2 }, { a: 1 }, failed("$eq", { a: 2 }, "comparison failed", { consideredValue: 1 })],
    [{ a: { $eq: 2 } }, { b: 1 }, failed("$eq", { a: { $eq: 2 } }, "field was missing")],
    [
      { a: { $eq: 2 } },
      { a: [3, 4] },
      failed("$eq", { a: { $eq: 2 } }, "comparison failed", { consideredValues: [3, 4] }),
    ],
    [
      { "a.b": { $eq: 2 } },
      { a: [{ b: 3 }] },
      failed("$eq", { "a.b": { $eq: 2 } }, "comparison failed", { consideredValue: 3 }),
    ],
    [
      { "a.b": { $eq: 0 } },
      { a: [{ b: [1, 2] }, { b: [3, 4] }] },
      failed("$eq", { "a.b": { $eq: 0 } }, "comparison failed", { consideredValues: [1, 2, 3, 4] }),
    ],
    [
      { a: { $eq: [1, 2] } },
      { a: [] },
      failed("$eq", { a: { $eq: [1, 2] } }, "comparison failed", { consideredValues: [] }),
    ],
    [
      { a: { $eq: 99 } },
      { a: twelve },
      failed("$eq", { a: { $eq: 99 } }, "comparison failed", {
        consideredValues: twelve.slice(0, 10),
        consideredValuesTruncated: true,
      }),
    ],
    [{ a: { $ne: 2 } }, { a: 2 }, failed("$ne", { a: { $ne: 2 } }, "comparison succeeded", { consideredValue: 2 })],
    [
      { a: { $in: [1, 2] } },
      { a: 4 },
      failed("$in", { a: { $in: [1, 2] } }, "no matching value found in array", { consideredValue: 4 }),
    ],
    [
      { a: { $nin: [1, 2] } },
      { a: 2 },
      failed("$nin", { a: { $nin: [1, 2] } }, "matching value found in array", { consideredValue: 2 }),
    ],
    [{ a: { $exists: true } }, {}, failed("$exists", { a: { $exists: true } }, "path does not exist")],
    [{ a: { $exists: false } }, { a: 1 }, failed("$exists", { a: { $exists: false } }, "path does exist")],
    [
      { a: { $type: "int" } },
      { a: "one" },
      failed("$type", { a: { $type: "int" } }, "type did not match", {
        consideredValue: "one",
        consideredType: "string",
      }),
    ],
    [
      { a: { $type: "int" } },
      { a: ["x", 1.5] },
      failed("$type", { a: { $type: "int" } }, "type did not match", {
        consideredValues: ["x", 1.5],
        consideredTypes: ["double", "string"],
      }),
    ],
    [
      { a: { $type: "int" } },
      { a: [] },
      failed("$type", { a: { $type: "int" } }, "type did not match", { consideredValues: [] }),
    ],
    [
      { a: { $mod: [2, 1] } },
      { a: 2 },
      failed("$mod", { a: { $mod: [2, 1] } }, "$mod did not evaluate to expected remainder", { consideredValue: 2 }),
    ],
    [
      { a: { $mod: [2, 1] } },
      { a: "two" },
      failed("$mod", { a: { $mod: [2, 1] } }, "type did not match", {
        consideredType: "string",
        expectedTypes: ["decimal", "double", "int", "long"],
        consideredValue: "two",
      }),
    ],
    [
      { a: { $regex: "^S", $options: "i" } },
      { a: "x" },
      failed("$regex", { a: { $regex: "^S", $options: "i" } }, "regular expression did not match", {
        consideredValue: "x",
      }),
    ],
    [
      { a: new BSONRegExp("^S") },
      { a: "x" },
      failed("$regex", { a: new BSONRegExp("^S") }, "regular expression did not match", { consideredValue: "x" }),
    ],
    [
      { a: { $regex: "^S" } },
      { a: 1 },
      failed("$regex", { a: { $regex: "^S" } }, "type did not match", {
        consideredType: "int",
        expectedTypes: ["regex", "string", "symbol"],
        consideredValue: 1,
      }),
    ],
    [
      { a: { $size: 1 } },
      { a: [1, 2] },
      failed("$size", { a: { $size: 1 } }, "array length was not equal to given size", { consideredValue: [1, 2] }),
    ],
    [
      { a: { $size: 1 } },
      { a: 1 },
      failed("$size", { a: { $size: 1 } }, "type did not match", {
        consideredType: "int",
        expectedType: "array",
        consideredValue: 1,
      }),
    ],
    [
      { a: { $elemMatch: { $gt: 5 } } },
      { a: [1] },
      failed("$elemMatch", { a: { $elemMatch: { $gt: 5 } } }, "array did not satisfy the child predicate", {
        consideredValue: [1],
      }),
    ],
    [
      { a: { $all: [1, 2] } },
      { a: [1] },
      failed("$all", { a: { $all: [1, 2] } }, "array did not contain all specified values", { consideredValue: [1] }),
    ],
    [
      { a: { $bitsAllSet: 2 } },
      { a: 5 },
      failed("$bitsAllSet", { a: { $bitsAllSet: 2 } }, "bitwise operator failed to match", { consideredValue: 5 }),
    ],
    [
      { $expr: { $eq: ["$a", "$b"] } },
      { a: 1, b: 2 },
      failed("$expr", { $expr: { $eq: ["$a", "$b"] } }, "expression did not match", { expressionResult: false }),
    ],
    [{ $alwaysFalse: 1 }, {}, failed("$alwaysFalse", { $alwaysFalse: 1 }, "expression always evaluates to false")],
    [
      { $nor: [{ $alwaysTrue: 1 }] },
      {},
      {
        operatorName: "$nor",
        clausesSatisfied: [
          { index: 0, details: failed("$alwaysTrue", { $alwaysTrue: 1 }, "expression always evaluates to true") },
        ],
      },
    ],
    [
      { $sampleRate: 0 },
      {},
      failed("$sampleRate", { $sampleRate: 0 }, "expression did not match", { expressionResult: false }),
    ],
    [{ $comment: "x", ...lt }, { a: 11 }, failed("$lt", lt, "comparison failed", { consideredValue: 11 })],
    [
      { a: { $gt: 0, $lt: 10 } },
      { a: 11 },
      {
        operatorName: "$and",
        clausesNotSatisfied: [{ index: 1, details: failed("$lt", lt, "comparison failed", { consideredValue: 11 }) }],
      },
    ],
    [
      { $and: [{ b: 1 }, lt] },
      { a: 11, b: 1 },
      {
        operatorName: "$and",
        clausesNotSatisfied: [{ index: 1, details: failed("$lt", lt, "comparison failed", { consideredValue: 11 }) }],
      },
    ],
    [
      { $or: [lt, gt] },
      { a: 15 },
      {
        operatorName: "$or",
        clausesNotSatisfied: [
          { index: 0, details: failed("$lt", lt, "comparison failed", { consideredValue: 15 }) },
          { index: 1, details: failed("$gt", gt, "comparison failed", { consideredValue: 15 }) },
        ],
      },
    ],
    [
      { $nor: [gt, lt] },
      { a: 9 },
      {
        operatorName: "$nor",
        clausesSatisfied: [{ index: 1, details: failed("$lt", lt, "comparison succeeded", { consideredValue: 9 }) }],
      },
    ],
    [
      { a: { $not: { $lt: 10 } } },
      { a: 9 },
      { operatorName: "$not", details: failed("$lt", lt, "comparison succeeded", { consideredValue: 9 }) },
    ],
    [
      { a: { $not: { $lt: 10, $gt: 5 } } },
      { a: 9 },
      {
        operatorName: "$not",
        details: {
          operatorName: "$and",
          clausesSatisfied: [
            { index: 0, details: failed("$lt", lt, "comparison succeeded", { consideredValue: 9 }) },
            { index: 1, details: failed("$gt", { a: { $gt: 5 } }, "comparison succeeded", { consideredValue: 9 }) },
          ],
        },
      },
    ],
    [
      { a: { $not: { $not: { $lt: 10 } } } },
      { a: 11 },
      {
        operatorName: "$not",
        details: { operatorName: "$not", details: failed("$lt", lt, "comparison failed", { consideredValue: 11 }) },
      },
    ],
    [
      { a: { $not: new BSONRegExp("^S") } },
      { a: "S" },
      {
        operatorName: "$not",
        details: failed("$regex", { a: new BSONRegExp("^S") }, "regular expression did match", {
          consideredValue: "S",
        }),
      },
    ],
    [
      { $nor: [{ $or: [lt, gt] }] },
      { a: 9 },
      {
        operatorName: "$nor",
        clausesSatisfied: [
          {
            index: 0,
            details: {
              operatorName: "$or",
              clausesSatisfied: [
                { index: 0, details: failed("$lt", lt, "comparison succeeded", { consideredValue: 9 }) },
              ],
            },
          },
        ],
      },
    ],
    [
      { $nor: [{ $nor: [lt] }] },
      { a: 11 },
      {
        operatorName: "$nor",
        clausesSatisfied: [
          {
            index: 0,
            details: {
              operatorName: "$nor",
              clausesNotSatisfied: [
                { index: 0, details: failed("$lt", lt, "comparison failed", { consideredValue: 11 }) },
              ],
            },
          },
        ],
      },
    ],
    [
      { $nor: [{ $jsonSchema: { required: ["a"] } }] },
      { a: 1 },
      {
        operatorName: "$nor",
        clausesSatisfied: [{ index: 0, details: { operatorName: "$jsonSchema", reason: "schema matched" } }],
      },
    ],
    [
      { $jsonSchema: { required: ["a"] } },
      {},
      {
        operatorName: "$jsonSchema",
        schemaRulesNotSatisfied: [
          { operatorName: "required", specifiedAs: { required: ["a"] }, missingProperties: ["a"] },
        ],
      },
    ],
    [
      { $nor: [{ $expr: { $eq: ["$a", 1] } }] },
      { a: 1 },
      {
        operatorName: "$nor",
        clausesSatisfied: [
          {
            index: 0,
            details: failed("$expr", { $expr: { $eq: ["$a", 1] } }, "expression did match", { expressionResult: true }),
          },
        ],
      },
    ],
  ])("explains why %j refuses %j", (filter, document, details) => {
    const validator = compileValidator(doc(filter));
    const refused = doc({ _id: 7, ...document });
    expect(validator.accepts(refused)).toBe(false);
    expect(validator.errInfo(refused)).toEqual(doc({ failingDocumentId: 7, details }));
  });

  it.each<[object, string]>([
    [{ $expr: { $divide: ["$a", 0] } }, "$expr"],
    [{ $and: [{ $expr: { $divide: ["$a", 0] } }] }, "$and"],
    [{ $nor: [{ $expr: { $divide: ["$a", 0] } }] }, "$nor"],
  ])("takes an expression that fails as a refusal and says so: %j", (filter, operatorName) => {
    const validator = compileValidator(doc(filter));
    expect(validator.accepts(doc({ a: 1 }))).toBe(false);
    const details = validator.errInfo(doc({ _id: 1, a: 1 })).get("details") as Doc;
    expect(details.get("operatorName")).toBe(operatorName);
    expect(toText(details)).toMatch(/reason: "failed to evaluate aggregation expression", details: \{ code: \d+/);
  });

  it("accepts what matches, also by a collation", () => {
    const collation = parseCollation(doc({ locale: "en", strength: 2 }));
    expect(compileValidator(doc({ a: "x" })).accepts(doc({ a: "X" }))).toBe(false);
    expect(compileValidator(doc({ a: "x" }), collation).accepts(doc({ a: "X" }))).toBe(true);
  });

  it("refuses a malformed validator at once", () => {
    expect(() => compileValidator(doc({ a: { $foo: 1 } }))).toThrow(expect.objectContaining({ code: 2 }));
  });
});
