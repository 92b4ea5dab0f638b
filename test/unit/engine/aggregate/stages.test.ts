import { describe, expect, it } from "vitest";
import type { Doc } from "../../../../src/engine/bson/types.js";
import { decimal, doc, long } from "../query/literals.js";
import { compiled, failure, outcome, shownAll, world } from "./run.js";

type Row = [fact: string, stages: object[], docs: object[], result: object[]];

const sales = [
  { _id: 1, item: "a", q: 2, p: decimal("1.10") },
  { _id: 2, item: "b", q: 1, p: decimal("2.50") },
  { _id: 3, item: "a", q: 3, p: decimal("1.10") },
];

describe("$project (manual: $project)", () => {
  it.each<Row>([
    [
      "keeps named fields in the document's order",
      [{ $project: { b: 1, a: 1 } }],
      [{ _id: 1, a: 1, b: 2, c: 3 }],
      [{ _id: 1, a: 1, b: 2 }],
    ],
    ["drops the _id", [{ $project: { _id: 0, a: true } }], [{ _id: 1, a: 1 }], [{ a: 1 }]],
    ["only drops the _id", [{ $project: { _id: 0 } }], [{ _id: 1, a: 1, b: 1 }], [{ a: 1, b: 1 }]],
    [
      "excludes",
      [{ $project: { a: 0, "b.c": false } }],
      [{ _id: 1, a: 1, b: { c: 1, d: 1 } }],
      [{ _id: 1, b: { d: 1 } }],
    ],
    ["excludes inside arrays", [{ $project: { "a.b": 0 } }], [{ a: [{ b: 1, c: 1 }, 5] }], [{ a: [{ c: 1 }, 5] }]],
    [
      "includes inside arrays",
      [{ $project: { "a.b": 1 } }],
      [{ a: [{ b: 1, c: 1 }, 5, [{ b: 2 }]] }],
      [{ a: [{ b: 1 }, [{ b: 2 }]] }],
    ],
    [
      "includes by documents",
      [{ $project: { a: { b: 1 } } }],
      [{ _id: 1, a: { b: 1, c: 1 } }],
      [{ _id: 1, a: { b: 1 } }],
    ],
    ["drops a scalar where a document is asked", [{ $project: { "a.b": 1 } }], [{ _id: 1, a: 5 }], [{ _id: 1 }]],
    [
      "computes",
      [{ $project: { total: { $multiply: ["$q", "$p"] } } }],
      sales.slice(0, 1),
      [{ _id: 1, total: decimal("2.20") }],
    ],
    [
      "computes after what is kept",
      [{ $project: { t: { $literal: 1 }, q: 1 } }],
      [{ _id: 1, q: 5, x: 1 }],
      [{ _id: 1, q: 5, t: 1 }],
    ],
    ["computes a field inside", [{ $project: { "a.x": "$q" } }], [{ q: 1, a: { b: 1 } }], [{ a: { x: 1 } }]],
    [
      "computes in each element",
      [{ $project: { "a.x": "$q", "a.b": 1 } }],
      [{ q: 1, a: [{ b: 1 }, 2] }],
      [{ a: [{ b: 1, x: 1 }] }],
    ],
    ["computes an array", [{ $project: { l: ["$a", "$z"] } }], [{ a: 1 }], [{ l: [1, null] }]],
    ["leaves out what has no value", [{ $project: { z: "$missing" } }], [{ _id: 1 }], [{ _id: 1 }]],
    ["replaces the _id", [{ $project: { _id: "$a" } }], [{ _id: 1, a: 2 }], [{ _id: 2 }]],
  ])("%s", (_fact, stages, docs, result) => {
    expect(outcome(stages, docs)).toEqual(shownAll(result));
  });

  it.each<[number, unknown]>([
    [15969, 5],
    [51272, {}],
    [31254, { a: 1, b: 0 }],
    [31253, { a: 0, b: 1 }],
    [31252, { a: 0, b: "$c" }],
    [31250, { "a.b": 1, a: 1 }],
    [31249, { a: 1, "a.b": 1 }],
    [51270, { a: {} }],
    [16410, { "a.$b": 1 }],
    [168, { a: { $foo: 1 } }],
  ])("answers %i for %j", (code, spec) => {
    expect(failure([{ $project: spec }])).toBe(code);
  });
});

describe("$addFields, $set, $unset, $replaceRoot, $replaceWith", () => {
  it.each<Row>([
    [
      "$addFields adds and overwrites in place",
      [{ $addFields: { b: 2, a: "$c" } }],
      [{ a: 1, c: 3 }],
      [{ a: 3, c: 3, b: 2 }],
    ],
    [
      "$set goes into documents",
      [{ $set: { "a.b": 1, c: { d: 2 } } }],
      [{ a: { x: 1 }, c: 5 }],
      [{ a: { x: 1, b: 1 }, c: { d: 2 } }],
    ],
    ["$set goes into elements", [{ $set: { "a.b": 1 } }], [{ a: [{ x: 1 }, 5] }], [{ a: [{ x: 1, b: 1 }, { b: 1 }] }]],
    ["$unset one", [{ $unset: "a" }], [{ a: 1, b: 1 }], [{ b: 1 }]],
    ["$unset several", [{ $unset: ["a", "b.c"] }], [{ a: 1, b: { c: 1, d: 1 } }], [{ b: { d: 1 } }]],
    ["$replaceRoot", [{ $replaceRoot: { newRoot: "$a" } }], [{ a: { b: 1 } }], [{ b: 1 }]],
    ["$replaceWith", [{ $replaceWith: { x: "$a", y: "$z" } }], [{ a: 1 }], [{ x: 1 }]],
  ])("%s", (_fact, stages, docs, result) => {
    expect(outcome(stages, docs)).toEqual(shownAll(result));
  });

  it.each<[number, object]>([
    [40272, { $addFields: 5 }],
    [31120, { $unset: 5 }],
    [31119, { $unset: [] }],
    [40229, { $replaceRoot: 5 }],
    [40231, { $replaceRoot: {} }],
    [40415, { $replaceRoot: { newRoot: "$a", x: 1 } }],
    [40228, { $replaceRoot: { newRoot: "$a" } }],
    [40228, { $replaceWith: "$missing" }],
  ])("answers %i for %j", (code, stage) => {
    expect(failure([stage], [{ a: 1 }])).toBe(code);
  });
});

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

describe("$facet, $bucket, $bucketAuto, $sortByCount", () => {
  const art = [
    { y: 1901, p: 10 },
    { y: 1910, p: 20 },
    { y: 1925, p: 5 },
    { y: 1990, p: 1 },
  ];

  it.each<Row>([
    [
      "$facet",
      [{ $facet: { n: [{ $count: "c" }], first: [{ $limit: 1 }] } }],
      art,
      [{ n: [{ c: 4 }], first: [{ y: 1901, p: 10 }] }],
    ],
    [
      "$bucket",
      [{ $bucket: { groupBy: "$y", boundaries: [1900, 1920, 1950], default: "Other" } }],
      art,
      [
        { _id: 1900, count: 2 },
        { _id: 1920, count: 1 },
        { _id: "Other", count: 1 },
      ],
    ],
    [
      "$bucket with output",
      [
        {
          $bucket: {
            groupBy: { $add: ["$y", 0] },
            boundaries: [1900, { $add: [1, 1999] }],
            output: { s: { $sum: "$p" } },
          },
        },
      ],
      art,
      [{ _id: 1900, s: 36 }],
    ],
    [
      "$bucketAuto",
      [{ $bucketAuto: { groupBy: "$y", buckets: 2 } }],
      art,
      [
        { _id: { min: 1901, max: 1925 }, count: 2 },
        { _id: { min: 1925, max: 1990 }, count: 2 },
      ],
    ],
    [
      "$bucketAuto keeps equal values together",
      [{ $bucketAuto: { groupBy: "$k", buckets: 2, output: { n: { $sum: 1 } } } }],
      [{ k: 1 }, { k: 1 }, { k: 1 }, { k: 2 }],
      [
        { _id: { min: 1, max: 2 }, n: 3 },
        { _id: { min: 2, max: 2 }, n: 1 },
      ],
    ],
    [
      "$bucketAuto with missing values",
      [{ $bucketAuto: { groupBy: "$k", buckets: 5 } }],
      [{}],
      [{ _id: { min: null, max: null }, count: 1 }],
    ],
    [
      "$sortByCount",
      [{ $sortByCount: "$item" }],
      sales,
      [
        { _id: "a", count: 2 },
        { _id: "b", count: 1 },
      ],
    ],
    [
      "$sortByCount of an expression",
      [{ $sortByCount: { $gt: ["$q", 1] } }],
      sales,
      [
        { _id: true, count: 2 },
        { _id: false, count: 1 },
      ],
    ],
  ])("%s", (_fact, stages, docs, result) => {
    expect(outcome(stages, docs)).toEqual(shownAll(result));
  });

  it.each<[number, object]>([
    [40169, { $facet: {} }],
    [40170, { $facet: { a: 5 } }],
    [16410, { $facet: { $a: [] } }],
    [16412, { $facet: { "a.b": [] } }],
    [40600, { $facet: { a: [{ $out: "x" }] } }],
    [40600, { $facet: { a: [{ $facet: { b: [] } }] } }],
    [40201, { $bucket: 5 }],
    [40197, { $bucket: { x: 1 } }],
    [40198, { $bucket: { groupBy: "$a" } }],
    [40202, { $bucket: { groupBy: "a", boundaries: [1, 2] } }],
    [40200, { $bucket: { groupBy: "$a", boundaries: 5 } }],
    [40191, { $bucket: { groupBy: "$a", boundaries: ["$a", 2] } }],
    [40192, { $bucket: { groupBy: "$a", boundaries: [1] } }],
    [40193, { $bucket: { groupBy: "$a", boundaries: [1, "x"] } }],
    [40194, { $bucket: { groupBy: "$a", boundaries: [2, 1] } }],
    [40195, { $bucket: { groupBy: "$a", boundaries: [1, 2], default: "$a" } }],
    [40199, { $bucket: { groupBy: "$a", boundaries: [1, 3], default: 2 } }],
    [40196, { $bucket: { groupBy: "$a", boundaries: [1, 3], output: 5 } }],
    [40066, { $bucket: { groupBy: "$y", boundaries: [1, 3] } }],
    [40240, { $bucketAuto: 5 }],
    [40245, { $bucketAuto: { x: 1 } }],
    [40246, { $bucketAuto: { groupBy: "$a" } }],
    [40239, { $bucketAuto: { groupBy: 5, buckets: 1 } }],
    [40243, { $bucketAuto: { groupBy: "$a", buckets: 0 } }],
    [40244, { $bucketAuto: { groupBy: "$a", buckets: 1, output: 5 } }],
    [115, { $bucketAuto: { groupBy: "$a", buckets: 1, granularity: "R5" } }],
    [40147, { $sortByCount: { a: 1 } }],
    [40148, { $sortByCount: "a" }],
    [40149, { $sortByCount: 5 }],
  ])("answers %i for %j", (code, stage) => {
    expect(failure([stage], art)).toBe(code);
  });
});

describe("$redact (manual: $redact)", () => {
  const forecast = {
    _id: 1,
    tags: ["G", "STLW"],
    sub: [
      { t: "s1", tags: ["SI", "G"] },
      { t: "s2", tags: ["STLW"], c: { text: "x", tags: ["HCS"] } },
    ],
    n: [1, [{ tags: ["G"] }]],
  };
  const access = { $gt: [{ $size: { $setIntersection: ["$tags", ["STLW", "G"]] } }, 0] };

  it("descends and prunes", () => {
    const stage = { $redact: { $cond: [access, "$$DESCEND", "$$PRUNE"] } };
    const { sub, ...rest } = forecast;
    expect(outcome([stage], [forecast])).toEqual(
      shownAll([{ _id: 1, tags: rest.tags, sub: [sub[0], { t: "s2", tags: ["STLW"] }], n: rest.n }] as object[]),
    );
  });

  it("keeps all below, sees the root and drops documents", () => {
    expect(outcome([{ $redact: "$$KEEP" }], [forecast])).toEqual(shownAll([forecast]));
    expect(outcome([{ $redact: { $cond: [{ $eq: ["$$ROOT._id", 1] }, "$$PRUNE", "$$KEEP"] } }], [forecast])).toEqual(
      [],
    );
    expect(failure([{ $redact: 5 }], [forecast])).toBe(17053);
  });
});

describe("places of stages", () => {
  it("has sources first and $out last", () => {
    expect(failure([{ $limit: 1 }, { $documents: [] }])).toBe(40602);
    expect(failure([{ $limit: 1 }, { $indexStats: {} }])).toBe(40602);
    expect(failure([{ $out: "x" }, { $limit: 1 }])).toBe(40601);
    expect(failure([{ $unionWith: { coll: "x", pipeline: [{ $out: "y" }] } }])).toBe(31441);
    expect(failure([{ $lookup: { from: "x", as: "y", pipeline: [{ $merge: "y" }] } }])).toBe(51047);
  });

  it("makes documents", () => {
    const pipeline = compiled([{ $documents: [{ a: 1 }, { a: { $add: [1, 1] } }] }]);
    expect(pipeline.generates).toBe(true);
    expect(outcome([{ $documents: [{ a: 1 }, { a: { $add: [1, 1] } }] }])).toEqual(shownAll([{ a: 1 }, { a: 2 }]));
    expect(failure([{ $documents: 5 }])).toBe(5858203);
  });

  it("asks the host for facts", () => {
    expect(outcome([{ $collStats: { count: {} } }])).toEqual(
      shownAll([{ stage: "$collStats", argument: { count: {} } }]),
    );
    expect(failure([{ $collStats: 5 }])).toBe(9);
    expect(failure([{ $indexStats: { a: 1 } }])).toBe(28803);
    expect(outcome([{ $currentOp: {} }], [], { host: world() })).toHaveLength(1);
  });

  it("tells whether it writes", () => {
    expect(compiled([{ $limit: 1 }, { $out: "x" }]).writes).toBe(true);
    expect(compiled([{ $limit: 1 }]).writes).toBe(false);
    expect(compiled([]).generates).toBe(false);
  });

  it("bounds the depth of inner pipelines", () => {
    const nested = (depth: number): object =>
      depth === 0 ? { $limit: 1 } : { $unionWith: { coll: "x", pipeline: [nested(depth - 1)] } };
    expect(failure([nested(25)])).toBe(232);
  });
});
