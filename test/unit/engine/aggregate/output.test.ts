import { describe, expect, it } from "vitest";
import { shown } from "../expressions/evaluate.js";
import { failure, outcome, shownAll, world } from "./run.js";

describe("$out and $merge (manual: $out, $merge)", () => {
  const target = () =>
    world(
      {
        t: [
          { _id: 1, a: 1, b: 1 },
          { _id: 2, a: 2 },
        ],
      },
      { unique: ["t.k,a", "t.a"] },
    );
  const after = (stages: object[], docs: object[], host = target()) => {
    expect(outcome(stages, docs, { host })).toEqual([]);
    return (host.collections.get("t") ?? []).map(shown);
  };

  it("$out replaces the collection", () => {
    expect(after([{ $out: "t" }], [{ _id: 9 }])).toEqual(shownAll([{ _id: 9 }]));
    expect(after([{ $out: { db: "db", coll: "t" } }], [])).toEqual([]);
  });

  it.each<[string, object, object[], object[]]>([
    [
      "merges and inserts",
      { into: "t" },
      [{ _id: 1, b: 2, c: 3 }, { _id: 3 }],
      [{ _id: 1, a: 1, b: 2, c: 3 }, { _id: 2, a: 2 }, { _id: 3 }],
    ],
    [
      "replaces",
      { into: "t", whenMatched: "replace" },
      [{ _id: 1, c: 3 }],
      [
        { _id: 1, c: 3 },
        { _id: 2, a: 2 },
      ],
    ],
    [
      "keeps",
      { into: "t", whenMatched: "keepExisting", whenNotMatched: "discard" },
      [{ _id: 1, c: 3 }, { _id: 7 }],
      [
        { _id: 1, a: 1, b: 1 },
        { _id: 2, a: 2 },
      ],
    ],
    [
      "runs a pipeline with $$new",
      { into: "t", whenMatched: [{ $set: { a: { $add: ["$a", "$$new.a"] } } }] },
      [
        { _id: 1, a: 10 },
        { _id: 2, a: 5 },
      ],
      [
        { _id: 1, a: 11, b: 1 },
        { _id: 2, a: 7 },
      ],
    ],
    [
      "runs a pipeline with variables",
      { into: "t", let: { by: "$n" }, whenMatched: [{ $set: { a: "$$by" } }, { $unset: "b" }] },
      [{ _id: 1, n: 7 }],
      [
        { _id: 1, a: 7 },
        { _id: 2, a: 2 },
      ],
    ],
    [
      "matches other fields",
      { into: { db: "db", coll: "t" }, on: "a", whenMatched: "replace" },
      [{ a: 2, n: 1 }],
      [
        { _id: 1, a: 1, b: 1 },
        { _id: 2, a: 2, n: 1 },
      ],
    ],
    [
      "makes an _id",
      { into: "t" },
      [{ x: 1 }],
      [
        { _id: 1, a: 1, b: 1 },
        { _id: 2, a: 2 },
        { _id: "new1", x: 1 },
      ],
    ],
  ])("$merge %s", (_fact, spec, docs, result) => {
    expect(after([{ $merge: spec }], docs)).toEqual(shownAll(result));
  });

  it("$merge takes a name", () => {
    expect(after([{ $merge: "t" }], [{ _id: 2, a: 9 }])).toEqual(
      shownAll([
        { _id: 1, a: 1, b: 1 },
        { _id: 2, a: 9 },
      ]),
    );
  });

  it.each<[number, object]>([
    [16990, { $out: 5 }],
    [16994, { $out: { db: 5, coll: "t" } }],
    [73, { $out: "" }],
    [73, { $out: "system.x" }],
    [9, { $merge: 5 }],
    [40414, { $merge: {} }],
    [40415, { $merge: { into: "t", x: 1 } }],
    [16990, { $merge: { into: 5 } }],
    [51187, { $merge: { into: "t", on: [] } }],
    [51134, { $merge: { into: "t", on: [5] } }],
    [51183, { $merge: { into: "t", on: "zz" } }],
    [51132, { $merge: { into: "t", on: ["k", "a"] } }],
    [51185, { $merge: { into: "t", on: "a" } }],
    [2, { $merge: { into: "t", whenMatched: "x" } }],
    [2, { $merge: { into: "t", whenNotMatched: "x" } }],
    [51199, { $merge: { into: "t", let: {}, whenMatched: "merge" } }],
    [14, { $merge: { into: "t", let: 5, whenMatched: [] } }],
    [11000, { $merge: { into: "t", whenMatched: "fail" } }],
    [13113, { $merge: { into: "u", whenNotMatched: "fail" } }],
  ])("answers %i for %j", (code, stage) => {
    expect(failure([stage], [{ _id: 1, a: [1] }], { host: target() })).toBe(code);
  });
});
