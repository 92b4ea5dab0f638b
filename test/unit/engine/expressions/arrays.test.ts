import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareValues } from "../../../../src/engine/bson/compare.js";
import type { Value } from "../../../../src/engine/bson/types.js";
import { compileExpression, expressionCompiler } from "../../../../src/engine/expressions/compile.js";
import { parseCollation } from "../../../../src/engine/query/collation.js";
import { anyValue } from "../bson/arbitraries.js";
import { Double, decimal, doc, long } from "../query/literals.js";
import { codeOf, evaluated, expected, valueOf } from "./evaluate.js";

type Row = [expression: unknown, input: object, result: unknown];

describe("arrays (manual: Array Expression Operators)", () => {
  it.each<Row>([
    [{ $arrayElemAt: ["$a", 1] }, { a: [1, 2] }, 2],
    [{ $arrayElemAt: ["$a", -1] }, { a: [1, 2] }, 2],
    [{ $arrayElemAt: ["$a", 9] }, { a: [1] }, undefined],
    [{ $arrayElemAt: ["$a", new Double(0)] }, { a: [1] }, 1],
    [{ $arrayElemAt: ["$a", 0] }, {}, null],
    [{ $first: "$a" }, { a: [1, 2] }, 1],
    [{ $last: "$a" }, { a: [1, 2] }, 2],
    [{ $first: "$a" }, { a: [] }, undefined],
    [{ $last: "$a" }, {}, null],
    [{ $firstN: { n: 2, input: "$a" } }, { a: [1, 2, 3] }, [1, 2]],
    [{ $lastN: { n: 2, input: "$a" } }, { a: [1, 2, 3] }, [2, 3]],
    [{ $maxN: { n: 2, input: "$a" } }, { a: [1, null, 3, 2] }, [3, 2]],
    [{ $minN: { n: 2, input: "$a" } }, { a: [3, null, 1, 2] }, [1, 2]],
    [{ $slice: ["$a", 2] }, { a: [1, 2, 3] }, [1, 2]],
    [{ $slice: ["$a", -2] }, { a: [1, 2, 3] }, [2, 3]],
    [{ $slice: ["$a", 1, 1] }, { a: [1, 2, 3] }, [2]],
    [{ $slice: ["$a", -9, 2] }, { a: [1, 2, 3] }, [1, 2]],
    [{ $slice: ["$a", 1, null] }, { a: [1] }, null],
    [{ $slice: [null, 1] }, {}, null],
    [{ $indexOfArray: ["$a", 2] }, { a: [1, new Double(2)] }, 1],
    [{ $indexOfArray: ["$a", 1, 1, 3] }, { a: [1, 2, 1] }, 2],
    [{ $indexOfArray: ["$a", 9] }, { a: [1] }, -1],
    [{ $indexOfArray: ["$a", "$missing"] }, { a: [1] }, -1],
    [{ $indexOfArray: ["$missing", 1] }, {}, null],
    [{ $isArray: "$a" }, { a: [] }, true],
    [{ $isArray: ["$a"] }, { a: 1 }, false],
    [{ $size: "$a" }, { a: [1, 2] }, 2],
    [{ $in: [2, "$a"] }, { a: [1, 2] }, true],
    [{ $in: ["$missing", [null]] }, {}, false],
    [{ $in: [decimal("2.0"), [1, 2]] }, {}, true],
    [{ $concatArrays: [[1], [2, 3], []] }, {}, [1, 2, 3]],
    [{ $concatArrays: [[1], null] }, {}, null],
    [{ $range: [0, 10, 3] }, {}, [0, 3, 6, 9]],
    [{ $range: [3, 0, -1] }, {}, [3, 2, 1]],
    [{ $range: [0, 2] }, {}, [0, 1]],
    [{ $range: [5, 2] }, {}, []],
    [{ $reverseArray: "$a" }, { a: [1, 2] }, [2, 1]],
    [{ $reverseArray: null }, {}, null],
    [{ $sortArray: { input: "$a", sortBy: 1 } }, { a: [3, "x", 1, null] }, [null, 1, 3, "x"]],
    [
      { $sortArray: { input: "$a", sortBy: { p: -1, q: 1 } } },
      { a: [{ p: 1 }, { p: 2, q: 2 }, { p: 2, q: 1 }] },
      [{ p: 2, q: 1 }, { p: 2, q: 2 }, { p: 1 }],
    ],
    [{ $sortArray: { input: "$a", sortBy: { "p.q": 1 } } }, { a: [{ p: { q: 2 } }, 5] }, [5, { p: { q: 2 } }]],
    [{ $sortArray: { input: null, sortBy: 1 } }, {}, null],
    [{ $zip: { inputs: ["$a", "$b"] } }, { a: [1, 2], b: ["x"] }, [[1, "x"]]],
    [
      { $zip: { inputs: ["$a", "$b"], useLongestLength: true } },
      { a: [1, 2], b: ["x"] },
      [
        [1, "x"],
        [2, null],
      ],
    ],
    [
      { $zip: { inputs: ["$a", "$b"], useLongestLength: true, defaults: [0, "-"] } },
      { a: [1, 2], b: ["x"] },
      [
        [1, "x"],
        [2, "-"],
      ],
    ],
    [{ $zip: { inputs: ["$a", null] } }, { a: [1] }, null],
    [{ $map: { input: "$a", as: "x", in: { $multiply: ["$$x", "$k"] } } }, { a: [1, 2], k: 3 }, [3, 6]],
    [{ $map: { input: "$a", in: "$$this.b" } }, { a: [{ b: 1 }, {}] }, [1, null]],
    [
      { $map: { input: [1, 2], as: "x", in: { $map: { input: [10], as: "y", in: { $add: ["$$x", "$$y"] } } } } },
      {},
      [[11], [12]],
    ],
    [{ $map: { input: null, in: 1 } }, {}, null],
    [{ $filter: { input: "$a", as: "x", cond: { $gt: ["$$x", 1] } } }, { a: [1, 2, 3] }, [2, 3]],
    [{ $filter: { input: "$a", cond: "$$this", limit: 1 } }, { a: [0, 5, 6] }, [5]],
    [{ $filter: { input: null, cond: 1 } }, {}, null],
    [{ $reduce: { input: "$a", initialValue: 0, in: { $add: ["$$value", "$$this"] } } }, { a: [1, 2, 3] }, 6],
    [{ $reduce: { input: ["a", "b"], initialValue: "", in: { $concat: ["$$value", "$$this"] } } }, {}, "ab"],
    [{ $reduce: { input: null, initialValue: 0, in: 1 } }, {}, null],
  ])("%j on %j is %j", (expression, input, result) => {
    expect(evaluated(expression, input)).toBe(expected(result));
  });

  it.each<[number, unknown]>([
    [28689, { $arrayElemAt: [1, 0] }],
    [28690, { $arrayElemAt: [[1], "x"] }],
    [28691, { $arrayElemAt: [[1], 1.5] }],
    [28689, { $first: 5 }],
    [5787900, { $firstN: 5 }],
    [5787901, { $firstN: { n: 1, input: [], x: 1 } }],
    [5787906, { $firstN: { n: 1 } }],
    [5788200, { $firstN: { n: 1, input: 5 } }],
    [5787902, { $firstN: { n: "x", input: [] } }],
    [5787903, { $firstN: { n: 1.5, input: [] } }],
    [5787908, { $firstN: { n: 0, input: [] } }],
    [28724, { $slice: [1, 1] }],
    [28725, { $slice: [[1], "x"] }],
    [28726, { $slice: [[1], 1.5] }],
    [28727, { $slice: [[1], 1, "x"] }],
    [28728, { $slice: [[1], 1, long("4294967296")] }],
    [28729, { $slice: [[1], 1, 0] }],
    [40090, { $indexOfArray: [1, 1] }],
    [17124, { $size: 5 }],
    [17124, { $size: "$missing" }],
    [40081, { $in: [1, 1] }],
    [28664, { $concatArrays: [[1], 1] }],
    [34443, { $range: ["x", 1] }],
    [34444, { $range: [1.5, 1] }],
    [34445, { $range: [1, null] }],
    [34446, { $range: [1, 1.5] }],
    [34447, { $range: [1, 2, "x"] }],
    [34448, { $range: [1, 2, 1.5] }],
    [34449, { $range: [1, 2, 0] }],
    [146, { $range: [0, 2147483647] }],
    [34435, { $reverseArray: 5 }],
    [2942500, { $sortArray: 5 }],
    [2942501, { $sortArray: { input: [], sortBy: 1, x: 1 } }],
    [2942502, { $sortArray: { input: [] } }],
    [2942504, { $sortArray: { input: 5, sortBy: 1 } }],
    [2, { $sortArray: { input: [], sortBy: 5 } }],
    [34460, { $zip: 5 }],
    [34461, { $zip: { inputs: 5 } }],
    [34462, { $zip: { inputs: [[1]], defaults: 5, useLongestLength: true } }],
    [34463, { $zip: { inputs: [[1]], useLongestLength: 1 } }],
    [34464, { $zip: { inputs: [[1]], x: 1 } }],
    [34465, { $zip: { inputs: [] } }],
    [34466, { $zip: { inputs: [[1]], defaults: [1] } }],
    [34467, { $zip: { inputs: [[1]], defaults: [1, 2], useLongestLength: true } }],
    [34468, { $zip: { inputs: [5] } }],
    [16878, { $map: 5 }],
    [16879, { $map: { input: [], in: 1, x: 1 } }],
    [16880, { $map: { in: 1 } }],
    [16883, { $map: { input: 5, in: 1 } }],
    [9, { $map: { input: [], as: 5, in: 1 } }],
    [9, { $map: { input: [], as: "X", in: 1 } }],
    [17276, { $map: { input: [], in: "$$x" } }],
    [28646, { $filter: 5 }],
    [28648, { $filter: { cond: 1 } }],
    [28651, { $filter: { input: 5, cond: 1 } }],
    [327391, { $filter: { input: [], cond: 1, limit: 1.5 } }],
    [327392, { $filter: { input: [], cond: 1, limit: 0 } }],
    [40075, { $reduce: 5 }],
    [40076, { $reduce: { input: [], initialValue: 0, in: 1, x: 1 } }],
    [40077, { $reduce: { initialValue: 0, in: 1 } }],
    [40080, { $reduce: { input: 5, initialValue: 0, in: 1 } }],
  ])("answers %i for %j", (code, expression) => {
    expect(codeOf(() => evaluated(expression))).toBe(code);
  });

  it("compares texts by the collation", () => {
    const collation = parseCollation(doc({ locale: "en", strength: 2 }));
    const compiler = expressionCompiler([], collation?.compare);
    const run = (expression: unknown) => compiler.compile(valueOf(expression))({ root: new Map(), vars: new Map() });
    expect(run({ $eq: ["a", "A"] })).toBe(true);
    expect(run({ $in: ["a", ["A"]] })).toBe(true);
    expect(run({ $setEquals: [["a"], ["A"]] })).toBe(true);
    expect(run({ $max: ["b", "A"] })).toBe("b");
  });
});

describe("properties of arrays", () => {
  const run = (expression: Map<string, Value>, input: Map<string, Value>) =>
    compileExpression(expression)({ root: input, vars: new Map() });

  it("$reverseArray twice, $concatArrays of $slices and $filter of all give the array back", () => {
    fc.assert(
      fc.property(fc.array(anyValue, { minLength: 1, maxLength: 5 }), (array) => {
        const input = new Map<string, Value>([["a", array]]);
        const back = run(new Map([["$reverseArray", new Map([["$reverseArray", "$a"]])]]), input);
        expect(back).toEqual(array);
        const filter = new Map<string, Value>([
          ["input", "$a"],
          ["cond", true],
        ]);
        expect(run(new Map([["$filter", filter]]), input)).toEqual(array);
      }),
      { numRuns: 100 },
    );
  });

  it("$sortArray is in order, and $minN its beginning", () => {
    fc.assert(
      fc.property(fc.array(anyValue, { maxLength: 6 }), (array) => {
        const input = new Map<string, Value>([["a", array]]);
        const spec = valueOf({ input: "$a", sortBy: 1 });
        const sorted = run(new Map([["$sortArray", spec]]), input) as Value[];
        for (const [index, value] of sorted.entries()) {
          if (index > 0) expect(compareValues(sorted[index - 1], value)).toBeLessThanOrEqual(0);
        }
      }),
      { numRuns: 100 },
    );
  });

  it("$setUnion of a set with itself is its distinct values", () => {
    fc.assert(
      fc.property(fc.array(anyValue, { maxLength: 5 }), (array) => {
        const input = new Map<string, Value>([["a", array]]);
        const equal = run(new Map([["$setEquals", ["$a", new Map([["$setUnion", ["$a", "$a"]]])]]]), input);
        expect(equal).toBe(true);
        const none = run(new Map([["$setDifference", ["$a", "$a"]]]), input);
        expect(none).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });
});
