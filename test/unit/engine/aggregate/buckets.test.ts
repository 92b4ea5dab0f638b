import { describe, expect, it } from "vitest";
import { decimal } from "../query/literals.js";
import { failure, outcome, shownAll } from "./run.js";

type Row = [fact: string, stages: object[], docs: object[], result: object[]];

const sales = [
  { _id: 1, item: "a", q: 2, p: decimal("1.10") },
  { _id: 2, item: "b", q: 1, p: decimal("2.50") },
  { _id: 3, item: "a", q: 3, p: decimal("1.10") },
];

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
