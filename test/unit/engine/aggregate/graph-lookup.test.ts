import { describe, expect, it } from "vitest";
import { failure, outcome, shownAll, world, type World } from "./run.js";

describe("$unionWith and $graphLookup", () => {
  const host = () =>
    world({
      b: [{ x: 1 }, { x: 2 }],
      staff: [
        { _id: 1, name: "Dev" },
        { _id: 2, name: "Eliot", boss: "Dev" },
        { _id: 3, name: "Ron", boss: "Eliot" },
        { _id: 4, name: "Asya", boss: "Ron" },
      ],
    });

  it.each<[string, object, object[]]>([
    ["a collection", { $unionWith: "b" }, [{ a: 1 }, { x: 1 }, { x: 2 }]],
    [
      "a pipeline",
      { $unionWith: { coll: "b", pipeline: [{ $match: { x: 2 } }, { $set: { y: 1 } }] } },
      [{ a: 1 }, { x: 2, y: 1 }],
    ],
    ["documents", { $unionWith: { pipeline: [{ $documents: [{ z: 1 }] }] } }, [{ a: 1 }, { z: 1 }]],
  ])("unites with %s", (_fact, stage, result) => {
    expect(outcome([stage], [{ a: 1 }], { host: host() })).toEqual(shownAll(result));
  });

  const graph = { from: "staff", startWith: "$boss", connectFromField: "boss", connectToField: "name", as: "chain" };

  it("follows references", () => {
    const stages = [
      { $graphLookup: { ...graph, depthField: "d" } },
      { $project: { c: { $map: { input: "$chain", in: ["$$this.name", "$$this.d"] } } } },
    ];
    const [result = ""] = outcome(stages, [{ _id: 4, boss: "Ron" }], { host: host() });
    expect(result).toBe(
      '{"_id":{"$numberInt":"4"},"c":[["Ron",{"$numberLong":"0"}],["Eliot",{"$numberLong":"1"}],["Dev",{"$numberLong":"2"}]]}',
    );
  });

  it("stops at maxDepth, at restrictions and in circles", () => {
    const names = (extra: object, used: World = host()) =>
      outcome(
        [{ $graphLookup: { ...graph, ...extra } }, { $project: { _id: 0, n: "$chain.name" } }],
        [{ boss: "Ron" }],
        { host: used },
      );
    expect(names({ maxDepth: 1 })).toEqual(shownAll([{ n: ["Ron", "Eliot"] }]));
    expect(names({ restrictSearchWithMatch: { name: { $ne: "Eliot" } } })).toEqual(shownAll([{ n: ["Ron"] }]));
    const circle = world({ staff: [{ _id: 1, name: "Ron", boss: "Ron" }] });
    expect(names({}, circle)).toEqual(shownAll([{ n: ["Ron"] }]));
  });

  it.each<[number, object]>([
    [9, { $unionWith: 5 }],
    [40415, { $unionWith: { coll: "b", x: 1 } }],
    [14, { $unionWith: { coll: "b", pipeline: 5 } }],
    [9, { $unionWith: {} }],
    [9, { $graphLookup: 5 }],
    [40104, { $graphLookup: { ...graph, x: 1 } }],
    [40105, { $graphLookup: { from: "x" } }],
    [40103, { $graphLookup: { ...graph, as: 5 } }],
    [40100, { $graphLookup: { ...graph, maxDepth: "x" } }],
    [40102, { $graphLookup: { ...graph, maxDepth: 1.5 } }],
    [40101, { $graphLookup: { ...graph, maxDepth: -1 } }],
    [40185, { $graphLookup: { ...graph, restrictSearchWithMatch: 5 } }],
  ])("answers %i for %j", (code, stage) => {
    expect(failure([stage])).toBe(code);
  });
});
