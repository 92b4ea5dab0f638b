import { describe, expect, it } from "vitest";
import { Double, decimal } from "../query/literals.js";
import { failure, outcome, shownAll } from "./run.js";

const cakes = [
  { s: "CA", d: 1, q: 10 },
  { s: "WA", d: 1, q: 5 },
  { s: "CA", d: 3, q: 20 },
  { s: "CA", d: 2, q: 20 },
  { s: "WA", d: 2, q: null },
];

/** One value for each document after `$setWindowFields` over `d` in partitions of `s`. */
function windowed(
  spec: object,
  docs: object[] = cakes,
  extra: object = { partitionBy: "$s", sortBy: { d: 1 } },
): string[] {
  const stage = { $setWindowFields: { ...extra, output: { r: spec } } };
  return outcome([stage, { $project: { _id: 0, r: 1 } }], docs);
}

const values = (list: unknown[]) => shownAll(list.map((r) => ({ r })));

describe("$setWindowFields (manual: $setWindowFields)", () => {
  it("puts out partitions in order", () => {
    const stage = { $setWindowFields: { partitionBy: "$s", sortBy: { d: 1 }, output: { "t.sum": { $sum: "$q" } } } };
    expect(outcome([stage], cakes)).toEqual(
      shownAll([
        { s: "CA", d: 1, q: 10, t: { sum: 50 } },
        { s: "CA", d: 2, q: 20, t: { sum: 50 } },
        { s: "CA", d: 3, q: 20, t: { sum: 50 } },
        { s: "WA", d: 1, q: 5, t: { sum: 5 } },
        { s: "WA", d: 2, q: null, t: { sum: 5 } },
      ]),
    );
  });

  it.each<[object, unknown[]]>([
    [{ $sum: "$q", window: { documents: ["unbounded", "current"] } }, [10, 30, 50, 5, 5]],
    [{ $sum: "$q", window: { documents: [-1, 0] } }, [10, 30, 40, 5, 5]],
    [{ $sum: "$q", window: { documents: ["current", "unbounded"] } }, [50, 40, 20, 5, 0]],
    [{ $sum: "$q", window: { documents: ["unbounded", "unbounded"] } }, [50, 50, 50, 5, 5]],
    [{ $sum: "$q", window: {} }, [50, 50, 50, 5, 5]],
    [{ $push: "$d", window: { documents: ["unbounded", 0] } }, [[1], [1, 2], [1, 2, 3], [1], [1, 2]]],
    [{ $push: "$d", window: { documents: [1, 5] } }, [[2, 3], [3], [], [2], []]],
    [{ $sum: "$q", window: { range: [-1, 0] } }, [10, 30, 40, 5, 5]],
    [{ $sum: "$q", window: { range: ["unbounded", "current"] } }, [10, 30, 50, 5, 5]],
    [{ $sum: "$q", window: { range: ["unbounded", "unbounded"] } }, [50, 50, 50, 5, 5]],
    [{ $sum: "$q", window: { range: [5, 9] } }, [0, 0, 0, 0, 0]],
    [{ $avg: "$q", window: { documents: [-1, 1] } }, [15, 50 / 3, 20, 5, 5].map((n) => new Double(n))],
    [{ $max: "$q" }, [20, 20, 20, 5, 5]],
    [{ $first: "$d" }, [1, 1, 1, 1, 1]],
    [{ $count: {} }, [3, 3, 3, 2, 2]],
    [{ $topN: { n: 1, sortBy: { q: -1 }, output: "$q" } }, [[20], [20], [20], [5], [5]]],
    [{ $documentNumber: {} }, [1, 2, 3, 1, 2]],
    [{ $shift: { output: "$d", by: 1, default: "end" } }, [2, 3, "end", 2, "end"]],
    [{ $shift: { output: "$d", by: -1 } }, [null, 1, 2, null, 1]],
    [{ $locf: "$q" }, [10, 20, 20, 5, 5]],
    [{ $expMovingAvg: { input: "$q", N: 3 } }, [10, new Double(15), new Double(17.5), 5, 5]],
    [{ $expMovingAvg: { input: "$q", alpha: 0.5 } }, [10, new Double(15), new Double(17.5), 5, 5]],
  ])("%j", (spec, result) => {
    expect(windowed(spec)).toEqual(values(result));
  });

  it("ranks with ties", () => {
    const extra = { sortBy: { q: -1 } };
    expect(windowed({ $rank: {} }, cakes, extra)).toEqual(values([1, 1, 3, 4, 5]));
    expect(windowed({ $denseRank: {} }, cakes, extra)).toEqual(values([1, 1, 2, 3, 4]));
  });

  it("ranges over dates by unit", () => {
    const docs = [1, 2, 20].map((d) => ({ d: new Date(Date.UTC(2024, 0, d)), n: d }));
    const spec = { $sum: "$n", window: { range: [-7, 0], unit: "day" } };
    expect(windowed(spec, docs, { sortBy: { d: 1 } })).toEqual(values([1, 3, 20]));
  });

  it("writes into documents and elements on the way", () => {
    const stage = { $setWindowFields: { output: { "a.b": { $sum: 1 } } } };
    expect(outcome([stage], [{ a: [{ c: 1 }, 5] }, { a: 5 }])).toEqual(
      shownAll([{ a: [{ c: 1, b: 2 }, { b: 2 }] }, { a: { b: 2 } }]),
    );
  });

  it("keeps the order without a sort", () => {
    expect(windowed({ $sum: "$q" }, cakes, {})).toEqual(values([55, 55, 55, 55, 55]));
  });

  it("fills lines between values", () => {
    const docs = [{ d: 1, q: null }, { d: 2, q: 10 }, { d: 4 }, { d: 6, q: decimal("20") }, { d: 7 }];
    expect(windowed({ $linearFill: "$q" }, docs, { sortBy: { d: 1 } })).toEqual(
      values([null, 10, decimal("15.0"), decimal("20"), null]),
    );
    const dates = [1, 2, 3].map((d) => ({ d: new Date(d), q: d === 2 ? null : d }));
    expect(windowed({ $linearFill: "$q" }, dates, { sortBy: { d: 1 } })).toEqual(values([1, new Double(2), 3]));
  });

  const sorted = { sortBy: { d: 1 } };

  it.each<[number, object, object]>([
    [9, { x: 1 }, sorted],
    [9, { $sum: 1, $avg: 1 }, sorted],
    [9, { $foo: 1 }, sorted],
    [9, { $mergeObjects: "$a" }, sorted],
    [115, { $derivative: {} }, sorted],
    [9, { $sum: 1, window: 5 }, sorted],
    [9, { $sum: 1, window: { x: 1 } }, sorted],
    [9, { $sum: 1, window: { unit: "day" } }, sorted],
    [9, { $sum: 1, window: { documents: [0, 1], range: [0, 1] } }, sorted],
    [9, { $sum: 1, window: { documents: 5 } }, sorted],
    [9, { $sum: 1, window: { documents: [0, 1], unit: "day" } }, sorted],
    [9, { $sum: 1, window: { documents: [0.5, 1] } }, sorted],
    [9, { $sum: 1, window: { range: ["x", 1] } }, sorted],
    [5339900, { $sum: 1, window: { documents: [2, 1] } }, sorted],
    [5339901, { $sum: 1, window: { documents: [0, 1] } }, {}],
    [5339902, { $sum: 1, window: { range: [0, 1] } }, {}],
    [8947401, { $sum: 1, window: { range: [0, 1] } }, { sortBy: { d: -1 } }],
    [5429414, { $sum: 1, window: { range: [0, 1] } }, { sortBy: { s: 1 } }],
    [5429513, { $sum: 1, window: { range: [0, 1], unit: "day" } }, sorted],
    [5371601, { $rank: {}, window: {} }, sorted],
    [5371602, { $rank: {} }, {}],
    [5371602, { $rank: {} }, { sortBy: { a: 1, b: 1 } }],
    [5371603, { $rank: 5 }, sorted],
    [9, { $shift: { output: 1, by: 1 } }, {}],
    [9, { $shift: { output: 1, by: 1.5 } }, sorted],
    [9, { $shift: { output: 1, by: 1, default: "$a" } }, sorted],
    [9, { $locf: "$a", window: {} }, sorted],
    [605001, { $linearFill: "$q" }, {}],
    [14, { $linearFill: "$s" }, sorted],
    [14, { $linearFill: "$q" }, { sortBy: { s: 1 } }],
    [6050106, { $linearFill: "$q" }, sorted],
    [9, { $expMovingAvg: { input: "$q", N: 3 } }, {}],
    [9, { $expMovingAvg: { input: "$q" } }, sorted],
    [9, { $expMovingAvg: { input: "$q", N: 0 } }, sorted],
    [9, { $expMovingAvg: { input: "$q", alpha: 2 } }, sorted],
  ])("answers %i for %j with %j", (code, spec, extra) => {
    expect(failure([{ $setWindowFields: { ...extra, output: { r: spec } } }], cakes)).toBe(code);
  });

  it.each<[number, unknown]>([
    [9, 5],
    [40414, {}],
    [40415, { output: {}, x: 1 }],
    [14, { output: 5 }],
    [9, { output: { a: 5 } }],
    [14, { output: {}, sortBy: 5 }],
    [14, { output: {}, partitionBy: "$l" }],
  ])("answers %i for %j", (code, spec) => {
    expect(failure([{ $setWindowFields: spec }], [{ l: [1] }])).toBe(code);
  });
});
