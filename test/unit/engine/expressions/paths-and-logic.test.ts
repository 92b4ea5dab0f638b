import { describe, expect, it } from "vitest";
import { Double, MaxKey, MinKey, decimal, long } from "../query/literals.js";
import { compileExpression } from "../../../../src/engine/expressions/compile.js";
import { codeOf, evaluated, expected, valueOf } from "./evaluate.js";

type Row = [expression: unknown, input: object, result: unknown];

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
