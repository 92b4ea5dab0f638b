import { describe, expect, it } from "vitest";
import { Long } from "../query/literals.js";
import { failure, outcome, shownAll } from "./run.js";

describe("$densify (manual: $densify)", () => {
  const at = (hour: number) => new Date(Date.UTC(2021, 4, 18, hour));

  it.each<[string, object, object[], object[]]>([
    [
      "all",
      { field: "n", range: { step: 2, bounds: "full" } },
      [{ n: 5 }, { n: 0, a: 1 }],
      [{ n: 0, a: 1 }, { n: 2 }, { n: 4 }, { n: 5 }],
    ],
    [
      "given bounds",
      { field: "n", range: { step: 1, bounds: [1, 4] } },
      [{ n: 0 }, { n: 2, a: 1 }, { n: 9 }],
      [{ n: 0 }, { n: 1 }, { n: 2, a: 1 }, { n: 3 }, { n: 9 }],
    ],
    ["given bounds of nothing", { field: "n", range: { step: 1, bounds: [1, 3] } }, [], [{ n: 1 }, { n: 2 }]],
    [
      "partitions",
      { field: "n", partitionByFields: ["k.p"], range: { step: 1, bounds: "partition" } },
      [
        { k: { p: 1 }, n: 0 },
        { k: { p: 1 }, n: 2 },
        { k: { p: 2 }, n: 7 },
      ],
      [
        { k: { p: 1 }, n: 0 },
        { k: { p: 1 }, n: 1 },
        { k: { p: 1 }, n: 2 },
        { k: { p: 2 }, n: 7 },
      ],
    ],
    [
      "partitions in full",
      { field: "n", partitionByFields: ["k"], range: { step: 1, bounds: "full" } },
      [{ k: 1, n: 0 }, { n: 1 }],
      [{ k: 1, n: 0 }, { k: 1, n: 1 }, { n: 0 }, { n: 1 }],
    ],
    [
      "dates",
      { field: "t", range: { step: 2, unit: "hour", bounds: "full" } },
      [{ t: at(0) }, { t: at(4) }],
      [{ t: at(0) }, { t: at(2) }, { t: at(4) }],
    ],
    [
      "date bounds",
      {
        field: "t",
        range: { step: 1, unit: "month", bounds: [new Date(Date.UTC(2024, 0, 31)), new Date(Date.UTC(2024, 3, 1))] },
      },
      [],
      [
        { t: new Date(Date.UTC(2024, 0, 31)) },
        { t: new Date(Date.UTC(2024, 1, 29)) },
        { t: new Date(Date.UTC(2024, 2, 31)) },
      ],
    ],
    [
      "not what has no value",
      { field: "n", range: { step: 1, bounds: "full" } },
      [{ a: 1 }, { n: null }],
      [{ a: 1 }, { n: null }],
    ],
  ])("fills %s", (_fact, spec, docs, result) => {
    expect(outcome([{ $densify: spec }], docs)).toEqual(shownAll(result));
  });

  const range = { step: 1, bounds: "full" };

  it.each<[number, unknown]>([
    [9, 5],
    [40414, { field: "n" }],
    [14, { field: 5, range }],
    [9, { field: "n", range: 5 }],
    [40414, { field: "n", range: { step: 1 } }],
    [5733401, { field: "n", range: { step: 0, bounds: "full" } }],
    [6586400, { field: "n", range: { step: 1.5, unit: "day", bounds: "full" } }],
    [14, { field: "n", range, partitionByFields: 5 }],
    [5733404, { field: "n", range: { step: 1, bounds: "partition" } }],
    [5733403, { field: "n", range: { step: 1, bounds: [1] } }],
    [5733402, { field: "n", range: { step: 1, bounds: [1, "x"] } }],
    [5733402, { field: "n", range: { step: 1, unit: "day", bounds: [1, 2] } }],
    [5733402, { field: "n", range: { step: 1, bounds: [2, 1] } }],
    [5733201, { field: "n", range }],
    [5897900, { field: "m", range: { step: 1, bounds: [0, Long.MAX_VALUE] } }],
  ])("answers %i for %j", (code, spec) => {
    expect(failure([{ $densify: spec }], [{ n: "x", m: 1 }])).toBe(code);
  });
});
