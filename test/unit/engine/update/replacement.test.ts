import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeDoc } from "../../../../src/engine/bson/decode.js";
import { encodeDoc } from "../../../../src/engine/bson/encode.js";
import type { Doc, Value } from "../../../../src/engine/bson/types.js";
import { compileUpdate } from "../../../../src/engine/update/compile.js";
import { diffDocuments } from "../../../../src/engine/update/diff.js";
import { anyDoc } from "../bson/arbitraries.js";
import { evaluated, shown } from "../expressions/evaluate.js";
import { decimal, doc } from "../query/literals.js";
import { updated } from "./apply.js";

describe("replacement documents", () => {
  it.each<[string, object, object, object]>([
    ["keep the _id", { b: 2 }, { _id: 1, a: 1 }, { _id: 1, b: 2 }],
    ["put the _id first", { b: 2, _id: 1 }, { _id: 1, a: 1 }, { _id: 1, b: 2 }],
    ["may be empty", {}, { _id: 1, a: 1 }, { _id: 1 }],
  ])("%s", (_fact, replacement, before, after) => {
    expect(updated(replacement, before)).toBe(shown(doc(after)));
  });
});

describe("pipeline updates (manual: Updates with Aggregation Pipeline)", () => {
  it.each<[string, object, object, object]>([
    ["$set sees the fields before", [{ $set: { a: "$b", b: "$a" } }], { _id: 1, a: 1, b: 2 }, { _id: 1, a: 2, b: 1 }],
    [
      "stages see each other",
      [{ $set: { t: { $multiply: ["$q", "$p"] } } }, { $unset: "p" }],
      { _id: 1, q: 3, p: decimal("1.10") },
      { _id: 1, q: 3, t: decimal("3.30") },
    ],
    [
      "$addFields and $$REMOVE",
      [{ $addFields: { a: "$$REMOVE", "b.c": 1 } }],
      { _id: 1, a: 1 },
      { _id: 1, b: { c: 1 } },
    ],
    ["$project", [{ $project: { a: 1 } }], { _id: 1, a: 1, b: 2 }, { _id: 1, a: 1 }],
    ["the _id stays", [{ $project: { a: 1, _id: 0 } }], { _id: 1, a: 1 }, { _id: 1, a: 1 }],
    [
      "$replaceWith",
      [{ $replaceWith: { $mergeObjects: [{ x: 0 }, "$$ROOT"] } }],
      { _id: 1, a: 1 },
      { _id: 1, x: 0, a: 1 },
    ],
    ["$replaceRoot", [{ $replaceRoot: { newRoot: "$a" } }], { _id: 1, a: { b: 1 } }, { _id: 1, b: 1 }],
    ["$$NOW", [{ $set: { at: "$$NOW" } }], { _id: 1 }, { _id: 1, at: new Date(1_700_000_000_000) }],
    [
      "dollars and dots by $setField",
      [{ $replaceWith: { $setField: { field: { $literal: "$a.b" }, input: "$$ROOT", value: 1 } } }],
      { _id: 1 },
      { _id: 1, "$a.b": 1 },
    ],
  ])("%s", (_fact, pipeline, before, after) => {
    expect(updated(pipeline, before)).toBe(shown(doc(after)));
  });

  it("sees the variables of let", () => {
    const pipeline = [doc({ $set: { a: "$$n" } })];
    const updater = compileUpdate(pipeline, { vars: new Map<string, Value>([["n", "x"]]) });
    expect(shown(updater.apply(doc({ _id: 1 }), { now: 0n }))).toBe(shown(doc({ _id: 1, a: "x" })));
  });
});

describe("diffDocuments (manual: update Event)", () => {
  it.each<[string, object, object, object, string[], object[]]>([
    ["nothing", { a: 1 }, { a: 1 }, {}, [], []],
    ["fields", { _id: 1, a: 1, b: 1 }, { _id: 1, a: 2, c: 3 }, { a: 2, c: 3 }, ["b"], []],
    ["inner fields", { a: { b: 1, c: 1 } }, { a: { b: 2 } }, { "a.b": 2 }, ["a.c"], []],
    ["elements", { a: [1, 2] }, { a: [1, 3, 4] }, { "a.1": 3, "a.2": 4 }, [], []],
    ["cut arrays", { a: [1, 2, 3] }, { a: [1] }, {}, [], [{ field: "a", newSize: 1 }]],
    ["arrays that lost their head", { a: [1, 2, 3] }, { a: [2, 3] }, { a: [2, 3] }, [], []],
    ["emptied arrays", { a: [1] }, { a: [] }, { a: [] }, [], []],
    ["another order", { a: { b: 1, c: 1 } }, { a: { c: 1, b: 1 } }, { a: { c: 1, b: 1 } }, [], []],
    ["another type", { a: 1 }, { a: [1] }, { a: [1] }, [], []],
  ])("tells %s", (_fact, before, after, updatedFields, removedFields, truncated) => {
    const diff = diffDocuments(doc(before), doc(after));
    expect(shown(diff.updatedFields)).toBe(shown(doc(updatedFields)));
    expect(diff.removedFields).toEqual(removedFields);
    expect(shown(new Map([["t", diff.truncatedArrays]]))).toBe(shown(doc({ t: truncated })));
  });
});

describe("properties", () => {
  const encoded = (value: Doc) => encodeDoc(value).toString("hex");

  it("$set of any document and $unset give back what was there", () => {
    fc.assert(
      fc.property(anyDoc, anyDoc, (before, value) => {
        before.delete("new");
        const set = compileUpdate(new Map([["$set", new Map([["new", value]])]]));
        const unset = compileUpdate(new Map([["$unset", new Map<string, Value>([["new", ""]])]]));
        const after = set.apply(before, { now: 0n });
        expect(after.get("new")).toBe(value);
        expect(encoded(unset.apply(after, { now: 0n }))).toBe(encoded(before));
      }),
      { numRuns: 200 },
    );
  });

  it("an update with the same values changes nothing", () => {
    fc.assert(
      fc.property(anyDoc, (before) => {
        const copy = decodeDoc(encodeDoc(before));
        const fields = [...copy].filter(([name]) => name !== "" && !/[.$]/.test(name));
        const update = compileUpdate(new Map([["$set", new Map(fields)]]));
        expect(update.apply(before, { now: 0n })).toBe(before);
      }),
      { numRuns: 200 },
    );
  });

  it("$inc there and back keeps ints and longs", () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(2n ** 61n), max: 2n ** 61n }),
        fc.bigInt({ min: -(2n ** 61n), max: 2n ** 61n }),
        (start, by) => {
          const inc = (amount: bigint) => compileUpdate(new Map([["$inc", new Map([["n", amount]])]]));
          const there = inc(by).apply(new Map([["n", start]]), { now: 0n });
          expect(inc(-by).apply(there, { now: 0n }).get("n")).toBe(start);
        },
      ),
    );
  });

  it("agrees with the aggregation's $add", () => {
    expect(updated({ $inc: { r: 2147483647 } }, { r: 1 })).toBe(evaluated({ $add: ["$r", 2147483647] }, { r: 1 }));
  });
});
