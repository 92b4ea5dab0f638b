import { describe, expect, it } from "vitest";
import type { Doc } from "../../../../src/engine/bson/types.js";
import { doc, long } from "../query/literals.js";
import { compiled, failure, outcome, shownAll } from "./run.js";

type Row = [fact: string, stages: object[], docs: object[], result: object[]];

describe("$match, $sort, $limit, $skip, $count, $sample", () => {
  const docs = [{ _id: 1, a: 3 }, { _id: 2, a: 1 }, { _id: 3, a: 2 }, { _id: 4 }];

  it.each<Row>([
    [
      "$match",
      [{ $match: { a: { $gt: 1 } } }],
      docs,
      [
        { _id: 1, a: 3 },
        { _id: 3, a: 2 },
      ],
    ],
    ["$match by $expr", [{ $match: { $expr: { $eq: ["$a", "$$n"] } } }], docs, [{ _id: 2, a: 1 }]],
    ["$sort", [{ $sort: { a: 1 } }], docs, [{ _id: 4 }, { _id: 2, a: 1 }, { _id: 3, a: 2 }, { _id: 1, a: 3 }]],
    ["$sort and $limit", [{ $sort: { a: -1 } }, { $limit: 1 }], docs, [{ _id: 1, a: 3 }]],
    ["$skip", [{ $skip: 3 }], docs, [{ _id: 4 }]],
    ["$limit", [{ $limit: long("2") }], docs, docs.slice(0, 2)],
    ["$count", [{ $count: "n" }], docs, [{ n: 4 }]],
    ["$count of nothing", [{ $count: "n" }], [], []],
    ["$sample of all", [{ $sample: { size: 9 } }, { $sort: { _id: 1 } }], docs, docs],
  ])("%s", (_fact, stages, input, result) => {
    expect(outcome(stages, input, { vars: { n: 1 } })).toEqual(shownAll(result));
  });

  it("sorts many with a limit as without", () => {
    const many = Array.from({ length: 200 }, (_, index) => ({ _id: index, k: (index * 37) % 101 }));
    const sort = { $sort: { k: 1, _id: -1 } };
    expect(outcome([sort, { $limit: 5 }], many)).toEqual(outcome([sort], many).slice(0, 5));
  });

  it("reads no further than $limit asks", () => {
    let read = 0;
    function* source(): Generator<Doc> {
      for (;;) {
        read++;
        yield doc({ a: read });
      }
    }
    const pipeline = compiled([{ $match: { a: { $gt: 2 } } }, { $limit: 2 }]);
    expect([...pipeline.run(source())]).toHaveLength(2);
    expect(read).toBe(4);
  });

  it("draws a sample of distinct documents", () => {
    const many = Array.from({ length: 50 }, (_, index) => ({ _id: index }));
    const drawn = outcome([{ $sample: { size: 10 } }], many);
    expect(new Set(drawn).size).toBe(10);
  });

  it.each<[number, object]>([
    [15959, { $match: 5 }],
    [2, { $match: { a: { $foo: 1 } } }],
    [15973, { $sort: 5 }],
    [15976, { $sort: {} }],
    [15975, { $sort: { a: 2 } }],
    [15958, { $limit: 0 }],
    [5107201, { $limit: -1 }],
    [5107201, { $limit: "x" }],
    [5107200, { $skip: -1 }],
    [5107200, { $skip: 1.5 }],
    [40156, { $count: "" }],
    [40156, { $count: 5 }],
    [40158, { $count: "$n" }],
    [40159, { $count: "a\0" }],
    [40160, { $count: "a.b" }],
    [28745, { $sample: 5 }],
    [28748, { $sample: { size: 1, x: 1 } }],
    [28749, { $sample: {} }],
    [28746, { $sample: { size: "x" } }],
    [28747, { $sample: { size: 0 } }],
    [40324, { $foo: 1 }],
    [40324, { $changeStreams: {} }],
    [115, { $geoNear: {} }],
    [40323, { $match: {}, $sort: {} }],
    [40323, {}],
  ])("answers %i for %j", (code, stage) => {
    expect(failure([stage])).toBe(code);
  });

  it("names an unknown stage and wants documents", () => {
    expect(() => compiled([{ $foo: 1 }])).toThrow("Unrecognized pipeline stage name: '$foo'");
    expect(failure([5])).toBe(14);
  });
});

describe("$unwind (manual: $unwind)", () => {
  it.each<Row>([
    [
      "elements",
      [{ $unwind: "$a" }],
      [{ _id: 1, a: [1, 2], b: 1 }],
      [
        { _id: 1, a: 1, b: 1 },
        { _id: 1, a: 2, b: 1 },
      ],
    ],
    ["no array is one element", [{ $unwind: "$a" }], [{ a: 5 }], [{ a: 5 }]],
    ["nothing drops the document", [{ $unwind: "$a" }], [{ a: [] }, { a: null }, { b: 1 }], []],
    [
      "unless it is preserved",
      [{ $unwind: { path: "$a", preserveNullAndEmptyArrays: true } }],
      [{ _id: 1, a: [] }, { a: null }, { b: 1 }],
      [{ _id: 1 }, { a: null }, { b: 1 }],
    ],
    [
      "with the index",
      [{ $unwind: { path: "$a", includeArrayIndex: "i" } }],
      [{ a: [7, 8] }, { a: 9 }],
      [
        { a: 7, i: long("0") },
        { a: 8, i: long("1") },
        { a: 9, i: null },
      ],
    ],
    [
      "an inner array",
      [{ $unwind: "$a.b" }],
      [{ a: { b: [1, 2], c: 1 } }],
      [{ a: { b: 1, c: 1 } }, { a: { b: 2, c: 1 } }],
    ],
    [
      "an inner one that is not there",
      [{ $unwind: { path: "$a.b", preserveNullAndEmptyArrays: true } }],
      [{ a: [{ b: [1] }] }, { a: { b: [] } }],
      [{ a: [{ b: [1] }] }, { a: {} }],
    ],
  ])("%s", (_fact, stages, docs, result) => {
    expect(outcome(stages, docs)).toEqual(shownAll(result));
  });

  it.each<[number, unknown]>([
    [15981, 5],
    [28808, { path: 5 }],
    [28809, { path: "$a", preserveNullAndEmptyArrays: 1 }],
    [28810, { path: "$a", includeArrayIndex: "" }],
    [28811, { path: "$a", x: 1 }],
    [28812, {}],
    [28818, "a"],
    [28822, { path: "$a", includeArrayIndex: "$i" }],
  ])("answers %i for %j", (code, spec) => {
    expect(failure([{ $unwind: spec }])).toBe(code);
  });
});
