import { describe, expect, it } from "vitest";
import { decimal, doc } from "../query/literals.js";
import { upsertDocument } from "../../../../src/engine/update/upsert.js";
import { codeOf, shown } from "../expressions/evaluate.js";
import { updater } from "./apply.js";

describe("upsertDocument (manual: Upsert Behavior)", () => {
  const make = (filter: object, update: object) =>
    shown(upsertDocument(doc(filter), updater(update), { now: 0n, newId: () => "new" }));

  it.each<[string, object, object, object]>([
    ["equalities", { a: 1, b: { $eq: 2 }, c: { $gt: 3 } }, { $set: { d: 4 } }, { _id: "new", a: 1, b: 2, d: 4 }],
    ["dotted equalities", { "a.b": 1, "a.c": 2 }, { $set: { d: 4 } }, { _id: "new", a: { b: 1, c: 2 }, d: 4 }],
    ["$and", { $and: [{ a: 1 }, { b: 2 }] }, { $set: { c: 1 } }, { _id: "new", a: 1, b: 2, c: 1 }],
    ["$or of one", { $or: [{ a: 1 }] }, { $set: { c: 1 } }, { _id: "new", a: 1, c: 1 }],
    ["not $or of two", { $or: [{ a: 1 }, { b: 1 }] }, { $set: { c: 1 } }, { _id: "new", c: 1 }],
    [
      "$in and $all of one",
      { a: { $in: [1] }, b: { $all: [2] }, c: { $in: [1, 2] } },
      { $set: { d: 1 } },
      { _id: "new", a: 1, b: 2, d: 1 },
    ],
    ["no patterns", { a: /x/, b: { $in: [/y/] } }, { $set: { d: 1 } }, { _id: "new", d: 1 }],
    ["whole documents", { a: { x: 1 } }, { $inc: { "a.y": 1 } }, { _id: "new", a: { x: 1, y: 1 } }],
    ["the filter's _id", { b: 1, _id: 7 }, { $set: { a: 1 } }, { _id: 7, b: 1, a: 1 }],
    ["the update's _id", { b: 1 }, { $setOnInsert: { _id: 7 } }, { _id: 7, b: 1 }],
    ["only the _id for a replacement", { _id: 7, b: 1 }, { a: 1 }, { _id: 7, a: 1 }],
    ["a replacement's own _id", { b: 1 }, { a: 1, _id: 8 }, { _id: 8, a: 1 }],
    ["a pipeline", { _id: 1, n: 2 }, [{ $set: { m: { $add: ["$n", 1] } } }], { _id: 1, n: 2, m: 3 }],
    ["money", { p: decimal("1.10") }, { $inc: { p: decimal("0.1") } }, { _id: "new", p: decimal("1.20") }],
  ])("takes %s", (_fact, filter, update, after) => {
    expect(make(filter, update)).toBe(shown(doc(after)));
  });

  it.each<[number, object, object]>([
    [54, { $and: [{ a: 1 }, { a: 2 }] }, { $set: { b: 1 } }],
    [54, { a: 1, "a.b": 1 }, { $set: { b: 1 } }],
    [66, { _id: 1 }, { $set: { _id: 2 } }],
    [66, { _id: 1 }, { _id: 2 }],
    [28, { a: 1 }, { $set: { "a.b": 1 } }],
  ])("answers %i for %j and %j", (code, filter, update) => {
    expect(codeOf(() => make(filter, update))).toBe(code);
  });
});
