import { describe, expect, it } from "vitest";
import { BSON } from "mongodb";
import { Double, MaxKey, MinKey, decimal, id, long } from "../query/literals.js";
import { compileExpression } from "../../../../src/engine/expressions/compile.js";
import { codeOf, evaluated, expected, valueOf } from "./evaluate.js";

type Row = [expression: unknown, input: object, result: unknown];

const undef = { toBSON: () => undefined };

describe("field paths (manual: Expressions, Field Paths)", () => {
  it.each<Row>([
    ["$a", { a: 1 }, 1],
    ["$a.b", { a: { b: 1 } }, 1],
    ["$a.b", { a: 5 }, undefined],
    ["$a.b", { a: [{ b: 1 }, { c: 2 }, 5, { b: [3] }] }, [1, [3]]],
    ["$a.b.c", { a: [{ b: [{ c: 1 }, { c: 2 }] }, { b: { c: 3 } }] }, [[1, 2], 3]],
    ["$a.0", { a: [1, 2] }, []],
    ["$missing", { a: 1 }, undefined],
    ["$$ROOT", { a: 1 }, { a: 1 }],
    ["$$ROOT.a", { a: 1 }, 1],
    ["$$CURRENT", { a: 1 }, { a: 1 }],
    ["$$CURRENT.a", { a: 1 }, 1],
    ["$$REMOVE", {}, undefined],
    ["$$NOW", {}, new Date(Date.UTC(2024, 1, 29, 12))],
    ["text", {}, "text"],
    [["$a", "$missing", 1], { a: 2 }, [2, null, 1]],
    [{ x: "$a", y: "$missing", z: { w: 1 } }, { a: 2 }, { x: 2, z: { w: 1 } }],
    [[1, { a: [2] }], {}, [1, { a: [2] }]],
    [null, {}, null],
    [{ $literal: { $add: [1, "$a"] } }, {}, { $add: [1, "$a"] }],
    [{ $const: "$a" }, {}, "$a"],
    [{ $let: { vars: { a: 1, b: "$x" }, in: { $add: ["$$a", "$$b"] } } }, { x: 2 }, 3],
    [{ $let: { vars: { a: 1 }, in: { $let: { vars: { a: 2, b: "$$a" }, in: ["$$a", "$$b"] } } } }, {}, [2, 1]],
    [
      { $let: { vars: { CURRENT: "$a" }, in: ["$b", "$$ROOT.c", "$$CURRENT"] } },
      { a: { b: 1 }, c: 2 },
      [1, 2, { b: 1 }],
    ],
    [{ $let: { vars: { d: "$$ROOT" }, in: "$$d.a.b" } }, { a: [{ b: 1 }] }, [1]],
  ])("%j", (expression, input, result) => {
    expect(evaluated(expression, input)).toBe(expected(result));
  });

  it("gives the variables it was given", () => {
    expect(evaluated({ $add: ["$$n", 1] }, {}, { n: 4 })).toBe(expected(5));
  });

  it.each<[number, unknown]>([
    [168, { $foo: 1 }],
    [15983, { $add: [1], $subtract: [1, 2] }],
    [16410, { a: 1, $add: [1] }],
    [16410, "$a.$b"],
    [16412, { "a.b": 1 }],
    [16872, "$"],
    [15998, "$a..b"],
    [40353, "$a."],
    [17276, "$$x"],
    [9, "$$"],
    [16874, { $let: 1 }],
    [16875, { $let: { vars: {}, in: 1, x: 1 } }],
    [16876, { $let: { in: 1 } }],
    [16877, { $let: { vars: {} } }],
    [9, { $let: { vars: 5, in: 1 } }],
    [9, { $let: { vars: { A: 1 }, in: 1 } }],
    [9, { $let: { vars: { "": 1 }, in: 1 } }],
    [9, { $let: { vars: { "a-b": 1 }, in: 1 } }],
    [115, { $function: {} }],
    [115, { $meta: "textScore" }],
    [51144, "$$CLUSTER_TIME"],
  ])("answers %i for %j", (code, expression) => {
    expect(codeOf(() => evaluated(expression))).toBe(code);
  });

  it("names an unknown operator and variable", () => {
    expect(() => compileExpression(valueOf({ $foo: 1 }))).toThrow("Unrecognized expression '$foo'");
    expect(() => compileExpression(valueOf("$$x"))).toThrow("Use of undefined variable: x");
  });
});

describe("comparison (manual: Comparison Expression Operators)", () => {
  it.each<Row>([
    [{ $eq: ["$a", 1] }, { a: new Double(1) }, true],
    [{ $eq: ["$a", 1] }, { a: decimal("1.00") }, true],
    [{ $eq: ["$a", null] }, {}, false],
    [{ $eq: ["$a", "$b"] }, {}, true],
    [{ $eq: ["$a", null] }, { a: null }, true],
    [{ $lt: ["$a", null] }, {}, true],
    [{ $gt: [null, "$a"] }, {}, true],
    [{ $ne: [1, 2] }, {}, true],
    [{ $gt: ["x", 5] }, {}, true],
    [{ $gte: [5, 5] }, {}, true],
    [{ $lt: [long("9007199254740993"), new Double(9007199254740992)] }, {}, false],
    [{ $lte: [1, 2] }, {}, true],
    [{ $cmp: [1, 2] }, {}, -1],
    [
      {
        $cmp: [
          { a: 1, b: 2 },
          { b: 2, a: 1 },
        ],
      },
      {},
      -1,
    ],
    [{ $cmp: [new MaxKey(), new MinKey()] }, {}, 1],
    [{ $cmp: [2, 2] }, {}, 0],
  ])("%j on %j is %j", (expression, input, result) => {
    expect(evaluated(expression, input)).toBe(expected(result));
  });

  it("wants two arguments", () => {
    expect(codeOf(() => evaluated({ $eq: [1] }))).toBe(16020);
    expect(() => evaluated({ $eq: [1] })).toThrow("Expression $eq takes exactly 2 arguments. 1 were passed in.");
  });
});

describe("boolean and conditional (manual: Boolean, Conditional Expression Operators)", () => {
  it.each<Row>([
    [{ $and: [] }, {}, true],
    [{ $and: [1, "x", [], {}, new Date(0), NaN] }, {}, true],
    [{ $and: [true, 0] }, {}, false],
    [{ $and: [{ $gt: ["$a", 1] }, { $divide: [1, 0] }] }, { a: 1 }, false],
    [{ $or: [] }, {}, false],
    [{ $or: [null, "$missing", false, 0, new Double(0), decimal("0.00"), long("0")] }, {}, false],
    [{ $or: [false, decimal("NaN")] }, {}, true],
    [{ $not: [true] }, {}, false],
    [{ $not: "$missing" }, {}, true],
    [{ $cond: [{ $gte: ["$q", 250] }, "high", "low"] }, { q: 300 }, "high"],
    [{ $cond: { if: "$q", then: "$x", else: 2 } }, { q: 0 }, 2],
    [{ $cond: [true, "$missing", 1] }, {}, undefined],
    [{ $ifNull: ["$a", "none"] }, {}, "none"],
    [{ $ifNull: ["$a", "$b", 3] }, { a: null, b: 2 }, 2],
    [{ $ifNull: ["$a", "$b"] }, {}, undefined],
    [
      {
        $switch: {
          branches: [
            { case: false, then: 1 },
            { case: "$a", then: 2 },
          ],
          default: 3,
        },
      },
      { a: 1 },
      2,
    ],
    [{ $switch: { branches: [{ case: false, then: 1 }], default: "$d" } }, { d: 3 }, 3],
  ])("%j on %j is %j", (expression, input, result) => {
    expect(evaluated(expression, input)).toBe(expected(result));
  });

  it.each<[number, unknown]>([
    [16020, { $cond: [1, 2] }],
    [17080, { $cond: { then: 1, else: 1 } }],
    [17081, { $cond: { if: 1, else: 1 } }],
    [17082, { $cond: { if: 1, then: 1 } }],
    [17083, { $cond: { if: 1, then: 1, else: 1, x: 1 } }],
    [1257300, { $ifNull: ["$a"] }],
    [40060, { $switch: 1 }],
    [40067, { $switch: { x: 1 } }],
    [40068, { $switch: {} }],
    [40068, { $switch: { branches: [] } }],
    [40061, { $switch: { branches: 1 } }],
    [40062, { $switch: { branches: [1] } }],
    [40063, { $switch: { branches: [{ x: 1 }] } }],
    [40064, { $switch: { branches: [{ then: 1 }] } }],
    [40065, { $switch: { branches: [{ case: 1 }] } }],
    [40066, { $switch: { branches: [{ case: false, then: 1 }] } }],
  ])("answers %i for %j", (code, expression) => {
    expect(codeOf(() => evaluated(expression))).toBe(code);
  });
});

describe("sets (manual: Set Expression Operators)", () => {
  it.each<Row>([
    [
      {
        $setUnion: [
          [2, 1],
          [1, 3],
        ],
      },
      {},
      [1, 2, 3],
    ],
    [{ $setUnion: [] }, {}, []],
    [{ $setUnion: [[1], null] }, {}, null],
    [
      {
        $setIntersection: [
          [3, 1, 2],
          [2, 3, new Double(3)],
        ],
      },
      {},
      [2, 3],
    ],
    [{ $setIntersection: [] }, {}, []],
    [{ $setIntersection: ["$m", [1]] }, {}, null],
    [{ $setDifference: [[3, 1, 3, 2], [1]] }, {}, [3, 2]],
    [{ $setDifference: [null, [1]] }, {}, null],
    [
      {
        $setEquals: [
          [1, 2, 1],
          [2, 1],
          [1, 2],
        ],
      },
      {},
      true,
    ],
    [{ $setEquals: [[1], [2]] }, {}, false],
    [
      {
        $setIsSubset: [
          [1, 1],
          [1, 2],
        ],
      },
      {},
      true,
    ],
    [
      {
        $setIsSubset: [
          [1, 3],
          [1, 2],
        ],
      },
      {},
      false,
    ],
    [{ $anyElementTrue: [[0, null, 1]] }, {}, true],
    [{ $anyElementTrue: "$a" }, { a: [] }, false],
    [{ $allElementsTrue: [[1, "x"]] }, {}, true],
    [{ $allElementsTrue: [[1, 0]] }, {}, false],
  ])("%j on %j is %j", (expression, input, result) => {
    expect(evaluated(expression, input)).toBe(expected(result));
  });

  it.each<[number, unknown]>([
    [17043, { $setUnion: [[1], 1] }],
    [17047, { $setIntersection: [[1], 1] }],
    [17048, { $setDifference: [1, [1]] }],
    [17049, { $setDifference: [[1], 1] }],
    [17044, { $setEquals: [[1], null] }],
    [28667, { $setEquals: [[1]] }],
    [17046, { $setIsSubset: [1, [1]] }],
    [17042, { $setIsSubset: [[1], 1] }],
    [17041, { $anyElementTrue: [1] }],
    [17040, { $allElementsTrue: [null] }],
  ])("answers %i for %j", (code, expression) => {
    expect(codeOf(() => evaluated(expression))).toBe(code);
  });
});

describe("objects (manual: Object Expression Operators)", () => {
  it.each<Row>([
    [{ $mergeObjects: [{ a: 1, b: 1 }, null, { b: 2, c: 3 }] }, {}, { a: 1, b: 2, c: 3 }],
    [{ $mergeObjects: "$l" }, { l: [{ a: 1 }, { b: 2 }] }, { a: 1, b: 2 }],
    [{ $mergeObjects: "$missing" }, {}, {}],
    [
      { $objectToArray: { b: 1, a: [2] } },
      {},
      [
        { k: "b", v: 1 },
        { k: "a", v: [2] },
      ],
    ],
    [{ $objectToArray: null }, {}, null],
    [
      {
        $arrayToObject: [
          [
            ["x", 1],
            ["y", 2],
          ],
        ],
      },
      {},
      { x: 1, y: 2 },
    ],
    [
      { $arrayToObject: "$a" },
      {
        a: [
          { k: "x", v: 1 },
          { v: 2, k: "x" },
        ],
      },
      { x: 2 },
    ],
    [{ $arrayToObject: "$a" }, { a: [] }, {}],
    [{ $arrayToObject: "$a" }, {}, null],
    [{ $getField: "a.b" }, { "a.b": 1 }, 1],
    [{ $getField: { field: { $literal: "$x" }, input: "$d" } }, { d: { $x: 2 } }, 2],
    [{ $getField: { field: "x", input: null } }, {}, null],
    [{ $getField: { field: "x", input: "$missing" } }, {}, undefined],
    [{ $getField: { field: "x", input: 5 } }, {}, undefined],
    [{ $setField: { field: "a.b", input: "$$ROOT", value: 1 } }, { c: 1 }, { c: 1, "a.b": 1 }],
    [{ $setField: { field: "c", input: "$$ROOT", value: "$$REMOVE" } }, { c: 1, d: 2 }, { d: 2 }],
    [{ $setField: { field: "c", input: null, value: 1 } }, {}, null],
    [{ $unsetField: { field: "c", input: "$$ROOT" } }, { c: 1, d: 2 }, { d: 2 }],
  ])("%j on %j is %j", (expression, input, result) => {
    expect(evaluated(expression, input)).toBe(expected(result));
  });

  it.each<[number, unknown]>([
    [40400, { $mergeObjects: [1] }],
    [40390, { $objectToArray: [1] }],
    [40386, { $arrayToObject: { $literal: 1 } }],
    [40398, { $arrayToObject: { $literal: [1] } }],
    [40396, { $arrayToObject: { $literal: [["a", 1], { k: "a", v: 1 }] } }],
    [40391, { $arrayToObject: { $literal: [{ k: "a", v: 1 }, ["a", 1]] } }],
    [40397, { $arrayToObject: { $literal: [["a"]] } }],
    [40395, { $arrayToObject: { $literal: [[1, 1]] } }],
    [40392, { $arrayToObject: { $literal: [{ k: 1 }] } }],
    [40393, { $arrayToObject: { $literal: [{ k: "a", w: 1 }] } }],
    [40394, { $arrayToObject: { $literal: [{ k: 1, v: 1 }] } }],
    [4940400, { $arrayToObject: { $literal: [["a\0", 1]] } }],
    [3041701, { $getField: { field: "a", input: 1, x: 1 } }],
    [3041702, { $getField: { field: "a" } }],
    [5654600, { $getField: "$a" }],
    [5654602, { $getField: 5 }],
    [4161100, { $setField: 5 }],
    [4161101, { $setField: { field: "a", input: {}, value: 1, x: 1 } }],
    [4161102, { $setField: { field: "a", input: {} } }],
    [4161105, { $setField: { field: "a", input: 5, value: 1 } }],
  ])("answers %i for %j", (code, expression) => {
    expect(codeOf(() => evaluated(expression))).toBe(code);
  });
});

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
