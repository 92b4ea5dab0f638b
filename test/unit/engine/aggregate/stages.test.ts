import { describe, expect, it } from "vitest";
import { compiled, failure, outcome, shownAll, world } from "./run.js";

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
