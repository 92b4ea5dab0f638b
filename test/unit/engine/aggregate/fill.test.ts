import { describe, expect, it } from "vitest";
import { Double } from "../query/literals.js";
import { failure, outcome, shownAll } from "./run.js";

describe("$fill (manual: $fill)", () => {
  const docs = [
    { s: "a", d: 1, q: 1 },
    { s: "a", d: 2 },
    { s: "a", d: 3, q: 3 },
    { s: "b", d: 1, q: null },
  ];

  it.each<[object, object[]]>([
    [
      { output: { q: { value: 0 } } },
      [docs[0] as object, { s: "a", d: 2, q: 0 }, docs[2] as object, { s: "b", d: 1, q: 0 }],
    ],
    [{ output: { "x.y": { value: "$d" } } }, docs.map((each) => ({ ...each, x: { y: each.d } }))],
    [
      { sortBy: { d: 1 }, partitionBy: "$s", output: { q: { method: "locf" } } },
      [docs[0] as object, { s: "a", d: 2, q: 1 }, docs[2] as object, docs[3] as object],
    ],
    [
      { sortBy: { d: 1 }, partitionByFields: ["s"], output: { q: { method: "linear" } } },
      [docs[0] as object, { s: "a", d: 2, q: new Double(2) }, docs[2] as object, docs[3] as object],
    ],
  ])("%j", (spec, result) => {
    expect(outcome([{ $fill: spec }], docs)).toEqual(shownAll(result));
  });

  it.each<[number, unknown]>([
    [40414, {}],
    [6050203, { output: {} }],
    [6050202, { output: { a: 5 } }],
    [6050202, { output: { a: { method: "x" } } }],
    [40415, { output: { a: { x: 1 } } }],
    [14, { output: { a: { method: "locf" } }, partitionByFields: 5 }],
    [14, { output: { a: { method: "locf" } }, partitionByFields: ["$a"] }],
  ])("answers %i for %j", (code, spec) => {
    expect(failure([{ $fill: spec }])).toBe(code);
  });
});
