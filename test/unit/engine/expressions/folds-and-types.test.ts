import { describe, expect, it } from "vitest";
import { BSON } from "mongodb";
import { Double, decimal, id } from "../query/literals.js";
import { codeOf, evaluated, expected } from "./evaluate.js";

type Row = [expression: unknown, input: object, result: unknown];

const undef = { toBSON: () => undefined };

describe("accumulators as expressions (manual: $sum, $avg, … in Other Stages)", () => {
  it.each<Row>([
    [{ $sum: "$a" }, { a: [1, 2.5, "x", null] }, 3.5],
    [{ $sum: ["$a", "$b", "$missing"] }, { a: 1, b: [5] }, 1],
    [{ $sum: "$missing" }, {}, 0],
    [{ $sum: [[0.1, 0.2, 0.3]] }, {}, 0.6],
    [{ $sum: [decimal("0.1"), decimal("0.2")] }, {}, decimal("0.3")],
    [{ $avg: "$a" }, { a: [1, 2] }, 1.5],
    [{ $avg: "$a" }, { a: ["x"] }, null],
    [{ $avg: [decimal("1"), 2] }, {}, decimal("1.5")],
    [{ $min: ["$a", 5, null] }, { a: 3 }, 3],
    [{ $max: "$a" }, { a: [1, "x", null] }, "x"],
    [{ $max: "$a" }, {}, null],
    [{ $stdDevPop: [1, 3] }, {}, new Double(1)],
    [{ $stdDevSamp: "$a" }, { a: [1] }, null],
    [{ $stdDevSamp: "$a" }, { a: [1, 3, 5, "x"] }, new Double(2)],
    [{ $median: { input: "$a", method: "approximate" } }, { a: [5, 1, 3] }, new Double(3)],
    [{ $median: { input: "$a", method: "approximate" } }, {}, null],
    [
      { $percentile: { input: "$a", p: [0.5, 0.95], method: "approximate" } },
      { a: [1, 2, 3, 4] },
      [new Double(2), new Double(4)],
    ],
  ])("%j on %j is %j", (expression, input, result) => {
    expect(evaluated(expression, input)).toBe(expected(result));
  });

  it.each<[number, unknown]>([
    [2, { $median: { input: 1, method: "exact" } }],
    [40414, { $median: { input: 1 } }],
    [7750300, { $percentile: { input: 1, p: [], method: "approximate" } }],
    [7750303, { $percentile: { input: 1, p: [2], method: "approximate" } }],
  ])("answers %i for %j", (code, expression) => {
    expect(codeOf(() => evaluated(expression))).toBe(code);
  });
});

describe("types and sizes (manual: Type, Data Size Expression Operators)", () => {
  it.each<Row>([
    [{ $type: "$a" }, { a: 1 }, "int"],
    [{ $type: "$a" }, { a: id("1") }, "objectId"],
    [{ $type: "$a" }, {}, "missing"],
    [{ $type: "$a" }, { a: [] }, "array"],
    [{ $isNumber: "$a" }, { a: decimal("1") }, true],
    [{ $isNumber: "$a" }, {}, false],
    [{ $binarySize: "é" }, {}, 2],
    [{ $binarySize: new BSON.Binary(new Uint8Array(3)) }, {}, 3],
    [{ $binarySize: null }, {}, null],
    [{ $bsonSize: "$$ROOT" }, {}, 5],
    [{ $bsonSize: null }, {}, null],
  ])("%j on %j is %j", (expression, input, result) => {
    expect(evaluated(expression, input)).toBe(expected(result));
  });

  it("refuses other types", () => {
    expect(codeOf(() => evaluated({ $binarySize: 5 }))).toBe(51276);
    expect(codeOf(() => evaluated({ $bsonSize: 5 }))).toBe(31393);
    expect(codeOf(() => evaluated({ $rand: 5 }))).toBe(3040501);
  });

  it("draws from 0 to below 1", () => {
    expect(evaluated({ $and: [{ $gte: [{ $rand: {} }, 0] }, { $lt: [{ $rand: [] }, 1] }] })).toBe(expected(true));
  });

  it("leaves out what has no value", () => {
    expect(evaluated("$a", { a: undef })).toBe(expected(undefined));
  });
});
