import { describe, expect, it } from "vitest";
import { decimalOf } from "../../../../src/engine/bson/numbers.js";
import type { Value } from "../../../../src/engine/bson/types.js";
import { compileUpdate } from "../../../../src/engine/update/compile.js";
import { Double, Long, Timestamp, decimal, doc, long } from "../query/literals.js";
import { shown, valueOf } from "../expressions/evaluate.js";
import { updated, updater } from "./apply.js";

type Row = [fact: string, update: object, before: object, after: object];

const at = new Date(1_700_000_000_000);

describe("field operators (manual: Field Update Operators)", () => {
  it.each<Row>([
    ["$set writes and adds", { $set: { a: 2, b: 3 } }, { _id: 1, a: 1 }, { _id: 1, a: 2, b: 3 }],
    ["$set adds new fields by name", { $set: { c: 1, a: 2, b: 3 } }, { _id: 1 }, { _id: 1, a: 2, b: 3, c: 1 }],
    ["$set keeps the places of fields", { $set: { b: 0, a: 0 } }, { b: 1, a: 1 }, { b: 0, a: 0 }],
    ["$set makes documents on the way", { $set: { "a.b.c": 1 } }, {}, { a: { b: { c: 1 } } }],
    ["$set makes a document for a number part", { $set: { "a.0": 1 } }, {}, { a: { 0: 1 } }],
    ["$set writes an element", { $set: { "a.1": 9 } }, { a: [1, 2] }, { a: [1, 9] }],
    ["$set pads an array with nulls", { $set: { "a.3": 9 } }, { a: [1] }, { a: [1, null, null, 9] }],
    ["$set visits numbers by value", { $set: { "a.10": 1, "a.2": 2 } }, { a: {} }, { a: { 2: 2, 10: 1 } }],
    ["$set changes a type", { $set: { a: new Double(1) } }, { a: 1 }, { a: new Double(1) }],
    ["$set in a document of an array", { $set: { "a.0.b": 2 } }, { a: [{ b: 1, c: 1 }] }, { a: [{ b: 2, c: 1 }] }],
    ["$unset removes", { $unset: { a: "" } }, { _id: 1, a: 1, b: 2 }, { _id: 1, b: 2 }],
    ["$unset in an array leaves null", { $unset: { "a.0": 1 } }, { a: [1, 2] }, { a: [null, 2] }],
    ["$unset of a missing path", { $unset: { "z.y": 1 } }, { a: 1 }, { a: 1 }],
    ["$unset through a value", { $unset: { "a.b": 1, "c.d": 1 } }, { a: 1, c: [1] }, { a: 1, c: [1] }],
    ["$inc of ints", { $inc: { a: -2 } }, { a: 10 }, { a: 8 }],
    ["$inc of a missing field", { $inc: { "a.b": 3 } }, {}, { a: { b: 3 } }],
    ["$inc turns an int into a long", { $inc: { a: 1 } }, { a: 2147483647 }, { a: long("2147483648") }],
    ["$inc by a double", { $inc: { a: 0.5 } }, { a: 1 }, { a: 1.5 }],
    ["$inc by a long", { $inc: { a: Long.ONE } }, { a: 1 }, { a: long("2") }],
    ["$inc of a decimal is exact", { $inc: { a: decimal("0.1") } }, { a: decimal("0.2") }, { a: decimal("0.3") }],
    ["$mul", { $mul: { a: 3 } }, { a: 4 }, { a: 12 }],
    ["$mul of a missing field is zero", { $mul: { a: 3, b: Long.ONE } }, {}, { a: 0, b: Long.ZERO }],
    ["$mul of a missing field by a decimal", { $mul: { a: decimal("1.1") } }, {}, { a: decimal("0.0") }],
    ["$min takes the less", { $min: { a: 1, b: 5 } }, { a: 2, b: 2 }, { a: 1, b: 2 }],
    ["$min across types", { $min: { a: 1 } }, { a: "x" }, { a: 1 }],
    ["$max takes the greater", { $max: { a: 5, b: 1, c: 1 } }, { a: 2, b: 2 }, { a: 5, b: 2, c: 1 }],
    ["$rename moves to the end", { $rename: { a: "c" } }, { a: 1, b: 2 }, { b: 2, c: 1 }],
    ["$rename replaces", { $rename: { a: "b" } }, { a: 1, b: 2, c: 3 }, { b: 1, c: 3 }],
    ["$rename into a document", { $rename: { a: "x.y" } }, { a: 1 }, { x: { y: 1 } }],
    ["$rename of a missing field", { $rename: { a: "b", "d.e": "f" } }, { b: 1, d: 1 }, { b: 1, d: 1 }],
    ["$setOnInsert does nothing to a stored one", { $setOnInsert: { a: 5, "b.c": 1 } }, { a: 1, b: 2 }, { a: 1, b: 2 }],
    ["$currentDate as date", { $currentDate: { a: true, b: { $type: "date" } } }, {}, { a: at, b: at }],
    [
      "$currentDate as timestamp",
      { $currentDate: { a: { $type: "timestamp" } } },
      {},
      { a: new Timestamp({ t: 1_700_000_000, i: 1 }) },
    ],
    ["$bit and", { $bit: { a: { and: 10 } } }, { a: 13 }, { a: 8 }],
    ["$bit or and xor", { $bit: { a: { or: 2, xor: 1 } } }, { a: 5 }, { a: 6 }],
    ["$bit with a long", { $bit: { a: { or: long("4294967296") } } }, { a: 1 }, { a: long("4294967297") }],
    ["$bit of a missing field", { $bit: { a: { or: 5 } } }, {}, { a: 5 }],
    ["nothing asked", { $set: {} }, { a: 1 }, { a: 1 }],
  ])("%s", (_fact, update, before, after) => {
    expect(updated(update, before)).toBe(shown(doc(after)));
  });

  it("sets on insert", () => {
    expect(updated({ $setOnInsert: { a: 1 }, $inc: { n: 1 } }, {}, { isInsert: true })).toBe(
      shown(doc({ a: 1, n: 1 })),
    );
  });
});

describe("array operators (manual: Array Update Operators)", () => {
  it.each<Row>([
    ["$push appends", { $push: { a: 3 } }, { a: [1] }, { a: [1, 3] }],
    ["$push makes the array", { $push: { "x.a": 3 } }, {}, { x: { a: [3] } }],
    ["$push of an array is one element", { $push: { a: [1, 2] } }, { a: [] }, { a: [[1, 2]] }],
    ["$each", { $push: { a: { $each: [2, 3] } } }, { a: [1] }, { a: [1, 2, 3] }],
    ["$position", { $push: { a: { $each: [9], $position: 1 } } }, { a: [1, 2] }, { a: [1, 9, 2] }],
    ["$position from the end", { $push: { a: { $each: [9], $position: -1 } } }, { a: [1, 2] }, { a: [1, 9, 2] }],
    ["$position beyond", { $push: { a: { $each: [9], $position: 7 } } }, { a: [1] }, { a: [1, 9] }],
    ["$slice keeps the first", { $push: { a: { $each: [3], $slice: 2 } } }, { a: [1, 2] }, { a: [1, 2] }],
    ["$slice keeps the last", { $push: { a: { $each: [3], $slice: -2 } } }, { a: [1, 2] }, { a: [2, 3] }],
    ["$slice of nothing", { $push: { a: { $each: [], $slice: 0 } } }, { a: [1, 2] }, { a: [] }],
    ["$sort", { $push: { a: { $each: [1], $sort: -1 } } }, { a: [3, 2] }, { a: [3, 2, 1] }],
    [
      "$sort by fields, then $slice",
      { $push: { q: { $each: [{ s: 8, n: 1 }], $sort: { s: -1, n: 1 }, $slice: 2 } } },
      { q: [{ s: 5 }, { s: 8, n: 2 }] },
      {
        q: [
          { s: 8, n: 1 },
          { s: 8, n: 2 },
        ],
      },
    ],
    [
      "$sort takes missing fields as null",
      { $push: { a: { $each: [5, { x: 1 }], $sort: { x: 1 } } } },
      {},
      { a: [5, { x: 1 }] },
    ],
    ["$addToSet", { $addToSet: { a: 2 } }, { a: [1] }, { a: [1, 2] }],
    ["$addToSet of what is there, in any numeric type", { $addToSet: { a: new Double(1) } }, { a: [1] }, { a: [1] }],
    ["$addToSet $each", { $addToSet: { a: { $each: [1, 2, 2, 3] } } }, { a: [1] }, { a: [1, 2, 3] }],
    ["$addToSet makes the array", { $addToSet: { a: { $each: [] }, b: 1 } }, {}, { a: [], b: [1] }],
    [
      "$addToSet looks at the order of fields",
      { $addToSet: { a: { y: 1, x: 1 } } },
      { a: [{ x: 1, y: 1 }] },
      {
        a: [
          { x: 1, y: 1 },
          { y: 1, x: 1 },
        ],
      },
    ],
    ["$pop the last", { $pop: { a: 1 } }, { a: [1, 2] }, { a: [1] }],
    ["$pop the first", { $pop: { a: -1 } }, { a: [1, 2] }, { a: [2] }],
    ["$pop of nothing", { $pop: { a: 1, b: 1 } }, { a: [] }, { a: [] }],
    ["$pull of a value", { $pull: { a: 1 } }, { a: [1, 2, 1] }, { a: [2] }],
    ["$pull by a condition", { $pull: { a: { $gte: 2 } } }, { a: [1, 2, 3] }, { a: [1] }],
    ["$pull by $in", { $pull: { a: { $in: [1, 3] } } }, { a: [1, 2, 3] }, { a: [2] }],
    ["$pull by a pattern", { $pull: { a: /^x/ } }, { a: ["xa", "b"] }, { a: ["b"] }],
    [
      "$pull by fields",
      { $pull: { r: { s: 8, i: "B" } } },
      {
        r: [
          { i: "A", s: 5 },
          { i: "B", s: 8, c: 1 },
        ],
      },
      { r: [{ i: "A", s: 5 }] },
    ],
    [
      "$pull by $elemMatch inside",
      { $pull: { r: { l: { $elemMatch: { q: 2 } } } } },
      { r: [{ l: [{ q: 2 }] }, { l: [{ q: 1 }] }] },
      { r: [{ l: [{ q: 1 }] }] },
    ],
    ["$pull of an array", { $pull: { a: [1] } }, { a: [[1], 1] }, { a: [1] }],
    ["$pull of a missing field", { $pull: { a: 1 } }, { b: 1 }, { b: 1 }],
    ["$pullAll", { $pullAll: { a: [1, 3] } }, { a: [1, 2, 3] }, { a: [2] }],
  ])("%s", (_fact, update, before, after) => {
    expect(updated(update, before)).toBe(shown(doc(after)));
  });
});

describe("positional operators (manual: $, $[], $[<identifier>])", () => {
  it("$ writes the element that the query matched", () => {
    expect(updated({ $set: { "a.$": 9 } }, { a: [1, 2, 3] }, { positional: 1 })).toBe(shown(doc({ a: [1, 9, 3] })));
    expect(updated({ $inc: { "a.$.n": 1, "a.0.m": 1 } }, { a: [{ n: 1 }] }, { positional: 0 })).toBe(
      shown(doc({ a: [{ n: 2, m: 1 }] })),
    );
  });

  it("$[] writes all elements", () => {
    expect(updated({ $inc: { "a.$[]": 1 } }, { a: [1, 2] })).toBe(shown(doc({ a: [2, 3] })));
    expect(updated({ $set: { "a.$[].b.$[].c": 0 } }, { a: [{ b: [{ c: 1 }] }, { b: [] }] })).toBe(
      shown(doc({ a: [{ b: [{ c: 0 }] }, { b: [] }] })),
    );
    expect(updated({ $unset: { "a.$[]": 1 } }, { a: [1, 2] })).toBe(shown(doc({ a: [null, null] })));
  });

  it("$[identifier] writes the elements that a filter matches", () => {
    const before = {
      g: [
        { v: 80, m: 1 },
        { v: 90, m: 2 },
      ],
    };
    const arrayFilters = [{ "e.v": { $gte: 85 } }];
    expect(updated({ $set: { "g.$[e].m": 6 } }, before, { arrayFilters })).toBe(
      shown(
        doc({
          g: [
            { v: 80, m: 1 },
            { v: 90, m: 6 },
          ],
        }),
      ),
    );
    expect(updated({ $inc: { "a.$[x]": 1 } }, { a: [1, 5] }, { arrayFilters: [{ x: { $gt: 2 } }] })).toBe(
      shown(doc({ a: [1, 6] })),
    );
    expect(
      updated(
        { $set: { "a.$[i].p": 1, "a.$[j].q": 1 } },
        { a: [{ k: 1 }] },
        { arrayFilters: [{ "i.k": 1 }, { $or: [{ "j.k": 1 }] }] },
      ),
    ).toBe(shown(doc({ a: [{ k: 1, p: 1, q: 1 }] })));
  });
});

describe("the document that comes back", () => {
  it.each<[string, object, object]>([
    [
      "$set of the same value",
      { $set: { a: 1, "b.c": [1, { d: decimal("1.10") }] } },
      { a: 1, b: { c: [1, { d: decimal("1.10") }] } },
    ],
    ["$inc by zero", { $inc: { a: 0 } }, { a: 5 }],
    ["$mul by one", { $mul: { a: 1 } }, { a: 5 }],
    ["$unset of nothing", { $unset: { z: 1, "a.b": 1 } }, { a: 5 }],
    ["$min and $max without effect", { $min: { a: 9 }, $max: { b: 1 } }, { a: 5, b: 5 }],
    ["$addToSet of what is there", { $addToSet: { a: 5 } }, { a: [5] }],
    ["$pull of nothing", { $pull: { a: 9 }, $pop: { b: 1 } }, { a: [5], b: [] }],
    ["$push of nothing", { $push: { a: { $each: [] } } }, { a: [5] }],
    ["$bit without effect", { $bit: { a: { or: 1 } } }, { a: 1 }],
    ["$[] without effect", { $set: { "a.$[]": 1 } }, { a: [1, 1] }],
    ["$rename to the same value", { $rename: { z: "a" } }, { a: 1 }],
    ["the same replacement", { a: 1 }, { _id: 1, a: 1 }],
    ["a pipeline without effect", [{ $set: { a: "$a" } }], { _id: 1, a: 1 }],
  ])("is the same one after %s", (_fact, update, before) => {
    const stored = doc(before);
    expect(updater(update).apply(stored, { now: 0n })).toBe(stored);
  });

  it("leaves the old document as it was", () => {
    const stored = doc({ _id: 1, a: [1, { b: 2 }], c: { d: 1 } });
    const before = shown(stored);
    updater({ $push: { a: 3 }, $set: { "c.d": 2, e: 1 } }).apply(stored, { now: 0n });
    updater({ $set: { "a.1.b": 3 }, $unset: { c: 1 } }).apply(stored, { now: 0n });
    expect(shown(stored)).toBe(before);
  });

  it.each<[string, Value, Value]>([
    ["int and long", valueOf(1), 1n],
    ["int and double", valueOf(1), 1],
    ["decimals of other digits", decimalOf("1.1"), decimalOf("1.10")],
    ["the two zeros", 0, -0],
    ["the order of fields", doc({ a: 1, b: 1 }), doc({ b: 1, a: 1 })],
    ["fewer fields", doc({ a: 1, b: 1 }), doc({ a: 1 })],
  ])("tells apart %s", (_fact, before, after) => {
    const stored = new Map([["a", before]]);
    const update = compileUpdate(new Map([["$set", new Map([["a", after]])]]));
    expect(update.apply(stored, { now: 0n })).not.toBe(stored);
  });
});
