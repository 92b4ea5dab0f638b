import { describe, expect, it } from "vitest";
import { decimal } from "../query/literals.js";
import { failure, outcome, shownAll } from "./run.js";

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
