import { describe, expect, it } from "vitest";
import { Double } from "../query/literals.js";
import { codeOf, evaluated, expected } from "./evaluate.js";

type Row = [expression: unknown, input: object, result: unknown];

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
