import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { equalValues } from "../../../../src/engine/bson/compare.js";
import type { Doc, Value } from "../../../../src/engine/bson/types.js";
import { valueKey } from "../../../../src/engine/aggregate/value-key.js";
import { countingPipeline } from "../../../../src/engine/aggregate/counting.js";
import { neededFields } from "../../../../src/engine/aggregate/needed-fields.js";
import { splitPipeline } from "../../../../src/engine/aggregate/split.js";
import { anyValue } from "../bson/arbitraries.js";
import { shown, valueOf } from "../expressions/evaluate.js";
import { Double, Long, decimal, doc, id, long } from "../query/literals.js";
import { compiled, failure, outcome, shownAll } from "./run.js";

const scores = [
  { g: "a", n: 3, t: "x" },
  { g: "b", n: 10, t: "y" },
  { g: "a", n: 1, t: "z" },
  { g: "a", n: null },
];

describe("accumulators (manual: $group, Accumulator Operator)", () => {
  it.each<[spec: object, docs: object[], result: unknown]>([
    [{ $sum: "$n" }, scores, 14],
    [{ $sum: 1 }, scores, 4],
    [{ $sum: "$z" }, scores, 0],
    [{ $sum: "$n" }, [{ n: 2147483647 }, { n: 1 }], long("2147483648")],
    [{ $sum: "$n" }, [{ n: Long.MAX_VALUE }, { n: 1 }], new Double(9223372036854775808)],
    [{ $sum: "$n" }, [{ n: Long.MAX_VALUE }, { n: 1 }, { n: -1 }], Long.MAX_VALUE],
    [{ $sum: "$n" }, [{ n: 0.1 }, { n: 0.2 }, { n: 0.3 }], 0.6],
    [{ $sum: "$n" }, [{ n: 1e100 }, { n: 1.5 }, { n: -1e100 }], 1.5],
    [{ $sum: "$n" }, [{ n: 1 }, { n: 0.5 }], 1.5],
    [{ $sum: "$n" }, [{ n: Infinity }, { n: 1.5 }], Infinity],
    [{ $sum: "$n" }, [{ n: Infinity }, { n: -Infinity }], NaN],
    [{ $sum: "$n" }, [{ n: decimal("1.10") }, { n: decimal("2.20") }, { n: 1 }], decimal("4.30")],
    [{ $sum: "$n" }, [{ n: decimal("1.10") }, { n: 0.5 }], decimal("1.60")],
    [{ $sum: "$n" }, [{ n: decimal("1") }, { n: Infinity }], decimal("Infinity")],
    [{ $avg: "$n" }, scores, 14 / 3],
    [{ $avg: "$n" }, [{ n: decimal("1.10") }, { n: decimal("2.20") }], decimal("1.65")],
    [{ $avg: "$t" }, scores, null],
    [{ $min: "$n" }, scores, 1],
    [{ $max: "$n" }, scores, 10],
    [{ $max: "$z" }, scores, null],
    [{ $first: "$n" }, scores, 3],
    [{ $last: "$t" }, scores, null],
    [{ $first: "$z" }, scores, null],
    [{ $push: "$t" }, scores, ["x", "y", "z"]],
    [{ $push: { g: "$g", n: "$n" } }, scores.slice(0, 1), [{ g: "a", n: 3 }]],
    [{ $addToSet: "$g" }, scores, ["a", "b"]],
    [{ $addToSet: "$n" }, [{ n: 1 }, { n: new Double(1) }, { n: null }, {}], [1, null]],
    [{ $mergeObjects: "$d" }, [{ d: { a: 1, b: 1 } }, { d: null }, { d: { b: 2 } }], { a: 1, b: 2 }],
    [{ $stdDevPop: "$n" }, [{ n: 1 }, { n: 3 }], new Double(1)],
    [{ $stdDevSamp: "$n" }, [{ n: 1 }], null],
    [{ $count: {} }, scores, 4],
    [{ $firstN: { n: 2, input: "$n" } }, scores, [3, 10]],
    [{ $lastN: { n: 2, input: "$n" } }, scores, [1, null]],
    [{ $minN: { n: 2, input: "$n" } }, scores, [1, 3]],
    [{ $maxN: { n: 2, input: "$n" } }, scores, [10, 3]],
    [{ $top: { sortBy: { n: -1 }, output: "$t" } }, scores, "y"],
    [
      { $topN: { n: 2, sortBy: { n: -1 }, output: ["$t", "$n"] } },
      scores,
      [
        ["y", 10],
        ["x", 3],
      ],
    ],
    [{ $bottom: { sortBy: { n: -1 }, output: "$t" } }, scores, null],
    [{ $bottomN: { n: 2, sortBy: { n: 1 }, output: "$n" } }, scores, [3, 10]],
    [{ $median: { input: "$n", method: "approximate" } }, scores, new Double(3)],
    [{ $percentile: { input: "$n", p: [0.9], method: "approximate" } }, scores, [new Double(10)]],
  ])("%j", (spec, docs, result) => {
    expect(outcome([{ $group: { _id: null, r: spec } }], docs)).toEqual(shownAll([{ _id: null, r: result }]));
  });

  it("groups by a field, null and missing together", () => {
    const docs = [{ k: 1 }, { k: null }, {}, { k: new Double(1) }, { k: long("1") }, { k: decimal("1.0") }];
    const result = [
      { _id: 1, n: 4 },
      { _id: null, n: 2 },
    ];
    expect(outcome([{ $group: { _id: "$k", n: { $sum: 1 } } }], docs)).toEqual(shownAll(result));
  });

  it("groups by a document and keeps types apart", () => {
    const docs = [{ a: 1, b: "x" }, { a: 1 }, { a: 1, b: "x" }, { a: "1", b: "x" }];
    const stage = { $group: { _id: { a: "$a", b: "$b" }, n: { $count: {} } } };
    expect(outcome([stage], docs)).toEqual(
      shownAll([
        { _id: { a: 1, b: "x" }, n: 2 },
        { _id: { a: 1 }, n: 1 },
        { _id: { a: "1", b: "x" }, n: 1 },
      ]),
    );
  });

  it("lets n depend on the group", () => {
    const stage = {
      $group: { _id: { k: "$g" }, r: { $firstN: { n: { $cond: [{ $eq: ["$k", "a"] }, 2, 1] }, input: "$n" } } },
    };
    expect(outcome([stage], scores)).toEqual(
      shownAll([
        { _id: { k: "a" }, r: [3, 1] },
        { _id: { k: "b" }, r: [10] },
      ]),
    );
  });

  it("groups texts by the collation", () => {
    const docs = [{ k: "a" }, { k: "B" }, { k: "A" }, { k: "b" }, { k: "c" }];
    const stage = { $group: { _id: "$k", all: { $addToSet: "$k" }, n: { $sum: 1 } } };
    expect(outcome([stage], docs, { collation: { locale: "en", strength: 2 } })).toEqual(
      shownAll([
        { _id: "a", all: ["a"], n: 2 },
        { _id: "B", all: ["B"], n: 2 },
        { _id: "c", all: ["c"], n: 1 },
      ]),
    );
  });

  it.each<[number, unknown]>([
    [15947, 5],
    [15955, { n: { $sum: 1 } }],
    [40234, { _id: 1, n: 5 }],
    [40234, { _id: 1, n: { a: 1 } }],
    [40235, { _id: 1, "a.b": { $sum: 1 } }],
    [40236, { _id: 1, $n: { $sum: 1 } }],
    [40238, { _id: 1, n: { $sum: 1, $avg: 1 } }],
    [15952, { _id: 1, n: { $foo: 1 } }],
    [40237, { _id: 1, n: { $sum: [1, 2] } }],
    [14, { _id: 1, n: { $count: 5 } }],
    [115, { _id: 1, n: { $accumulator: {} } }],
    [40400, { _id: 1, n: { $mergeObjects: "$g" } }],
    [5787900, { _id: 1, n: { $firstN: 5 } }],
    [5787900, { _id: 1, n: { $minN: 5 } }],
    [5787908, { _id: 1, n: { $maxN: { n: 0, input: 1 } } }],
    [5788001, { _id: 1, n: { $top: 5 } }],
    [5788005, { _id: 1, n: { $topN: { sortBy: { a: 1 }, output: 1 } } }],
    [10065, { _id: 1, n: { $top: { sortBy: 5, output: 1 } } }],
    [2, { _id: 1, n: { $median: { input: 1, method: "x" } } }],
  ])("answers %i for %j", (code, spec) => {
    expect(failure([{ $group: spec }], scores)).toBe(code);
  });

  it("keys values the same exactly when they are equal", () => {
    fc.assert(
      fc.property(anyValue, anyValue, (left, right) => {
        expect(valueKey(left) === valueKey(right)).toBe(equalValues(left, right));
      }),
      { numRuns: 2000 },
    );
    expect(valueKey(undefined)).not.toBe(valueKey(null));
  });

  it("sums in any order alike", () => {
    const amount = fc.integer({ min: -1_000_000, max: 1_000_000 });
    fc.assert(
      fc.property(fc.array(amount, { maxLength: 20 }), (cents) => {
        const total = cents.reduce((sum, each) => sum + each, 0);
        const docs = cents.map((each) => ({ v: decimal((each / 100).toFixed(2)) }));
        const [result] = compiled([{ $group: { _id: null, s: { $sum: "$v" } } }]).run(docs.map(doc));
        if (docs.length === 0) return;
        expect(shown(new Map([["s", result?.get("s") ?? null]]))).toBe(
          shown(doc({ s: decimal((total / 100).toFixed(2)) })),
        );
      }),
    );
  });
});

describe("neededFields", () => {
  const fields = (stages: object[]) => {
    const names = neededFields(valueOf(stages) as Value[]);
    return names && [...names];
  };

  it.each([
    [[], [{ $count: "n" }]],
    [[], [{ $group: { _id: null, n: { $sum: 1 } } }, { $project: { x: "$y" } }]],
    [["a", "b", "c"], [{ $group: { _id: { x: "$a.x" }, n: { $sum: { $multiply: ["$b", { $size: "$c" }] } } } }]],
    [["a"], [{ $group: { _id: "$$NOW", n: { $max: { $let: { vars: { v: "$a" }, in: "$$v.x" } } } } }]],
  ])("finds %j for %j", (names, stages) => {
    expect(fields(stages)).toEqual(names);
  });

  it.each([
    [[]],
    [[{ $project: { a: 1 } }]],
    [[{ $group: 5 }]],
    [[{ $group: { _id: null, all: { $push: "$$ROOT" } } }]],
    [[{ $group: { _id: "$$CURRENT.a" } }]],
    [[{ $group: { _id: { $getField: "a" } } }]],
    [[{ $group: { _id: null, best: { $top: { sortBy: { a: 1 }, output: "$b" } } } }]],
    [[{ $group: { _id: null }, $count: "n" }]],
  ])("cannot tell for %j", (stages) => {
    expect(fields(stages)).toBeUndefined();
  });
});

describe("splitPipeline", () => {
  const split = (stages: object[]) => splitPipeline(valueOf(stages) as Value[]);
  const text = (part: Doc | undefined) => (part === undefined ? undefined : shown(part));

  it("takes matches, a sort, a skip and a limit from the beginning", () => {
    const { leading, rest } = split([
      { $match: { a: 1 } },
      { $match: { b: 1 } },
      { $sort: { c: 1 } },
      { $skip: 2 },
      { $limit: 5 },
      { $count: "n" },
    ]);
    expect(text(leading.filter)).toBe(shown(doc({ $and: [{ a: 1 }, { b: 1 }] })));
    expect(text(leading.sort)).toBe(shown(doc({ c: 1 })));
    expect([leading.skip, leading.limit, rest.length]).toEqual([2, 5, 1]);
  });

  it.each<[object[], object, number]>([
    [[], {}, 0],
    [[{ $match: { a: 1 } }], { filter: { a: 1 } }, 0],
    [[{ $limit: 5 }, { $skip: 1 }], { limit: 5 }, 1],
    [[{ $limit: 5 }, { $match: { a: 1 } }], { limit: 5 }, 1],
    [[{ $sort: {} }], {}, 1],
    [[{ $match: 5 }], {}, 1],
    [[{ $limit: 0 }], {}, 1],
    [[{ $skip: "x" }], {}, 1],
    [[{ $match: {}, x: 1 }], {}, 1],
    [[{ $group: { _id: 1 } }, { $match: { a: 1 } }], {}, 2],
  ])("of %j leaves the rest", (stages, leading, rest) => {
    const result = split(stages);
    expect(Object.keys(result.leading).sort()).toEqual(Object.keys(leading).sort());
    expect(result.rest).toHaveLength(rest);
  });

  it("keeps strange stages for the compiler", () => {
    expect(splitPipeline([5, "x"]).rest).toEqual([5, "x"]);
  });
});

describe("countingPipeline", () => {
  const counting = (stages: object[]) => countingPipeline(valueOf(stages) as Value[]);

  it.each<[object[]]>([
    [[{ $count: "n" }]],
    [[{ $group: { _id: 1, n: { $sum: 1 } } }]],
    [[{ $group: { _id: null, n: { $sum: 2.5 }, m: { $sum: long("3") } } }]],
  ])("gives what %j gives", (stages) => {
    const docs = [{}, {}, {}];
    expect(counting(stages)?.(3).map(shown)).toEqual(outcome(stages, docs));
    expect(counting(stages)?.(0)).toEqual([]);
  });

  it.each<[object[]]>([
    [[]],
    [[{ $count: "n" }, { $limit: 1 }]],
    [[{ $limit: 1 }]],
    [[{ $group: { _id: "$a", n: { $sum: 1 } } }]],
    [[{ $group: { _id: { a: 1 }, n: { $sum: 1 } } }]],
    [[{ $group: { _id: 1, n: { $sum: "$a" } } }]],
    [[{ $group: { _id: 1, "a.b": { $sum: 1 } } }]],
    [[{ $group: { n: { $sum: 1 } } }]],
    [[{ $group: { _id: id("1"), n: 5 } }]],
  ])("leaves %j alone", (stages) => {
    expect(counting(stages)).toBeUndefined();
  });
});
