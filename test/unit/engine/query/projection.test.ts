import { describe, expect, it } from "vitest";
import { decodeDoc } from "../../../../src/engine/bson/decode.js";
import { encodeDoc } from "../../../../src/engine/bson/encode.js";
import { compileFilter } from "../../../../src/engine/query/matcher.js";
import { compileProjection } from "../../../../src/engine/query/projection.js";
import { Int32 } from "../../../../src/engine/bson/types.js";
import { Long, decimal, doc } from "./literals.js";

const item = { _id: 1, a: 1, b: { c: 2, d: 3 }, l: [{ x: 1, y: 2 }, 5, [{ x: 3, y: 4 }], { y: 6 }], n: [1, 2, 3, 4] };

describe("compileProjection", () => {
  it.each<[string, object, object, object]>([
    ["nothing asked", {}, item, item],
    ["an inclusion with _id", { a: 1 }, item, { _id: 1, a: 1 }],
    ["an inclusion by any number or true", { a: new Long(5), b: true }, { a: 1, b: 2, c: 3 }, { a: 1, b: 2 }],
    ["an inclusion by a decimal", { a: decimal("0.5") }, { a: 1, c: 3 }, { a: 1 }],
    ["an inclusion without _id", { a: 1, _id: 0 }, item, { a: 1 }],
    ["the document's order", { c: 1, a: 1 }, { a: 1, b: 2, c: 3 }, { a: 1, c: 3 }],
    ["only _id", { _id: 1 }, item, { _id: 1 }],
    ["a missing field", { z: 1 }, { _id: 1 }, { _id: 1 }],
    ["an inner field", { "b.c": 1 }, item, { _id: 1, b: { c: 2 } }],
    ["an inner field by a document", { b: { c: 1 } }, item, { _id: 1, b: { c: 2 } }],
    ["an inner field of a value", { "a.b": 1 }, item, { _id: 1 }],
    ["a missing inner field", { "b.z": 1 }, item, { _id: 1, b: {} }],
    ["a field inside arrays", { "l.x": 1, _id: 0 }, item, { l: [{ x: 1 }, [{ x: 3 }], {}] }],
    ["an exclusion", { a: 0 }, { _id: 1, a: 1, b: 2 }, { _id: 1, b: 2 }],
    ["an exclusion of _id", { _id: 0 }, { _id: 1, a: 1 }, { a: 1 }],
    ["an exclusion that names _id", { a: 0, _id: 1 }, { _id: 1, a: 1, b: 2 }, { _id: 1, b: 2 }],
    ["an exclusion of an inner field", { "b.c": 0 }, { b: { c: 2, d: 3 } }, { b: { d: 3 } }],
    ["an exclusion inside arrays", { "l.x": false }, { l: item.l }, { l: [{ y: 2 }, 5, [{ y: 4 }], { y: 6 }] }],
    ["an inner field of _id", { "_id.a": 1 }, { _id: { a: 1, b: 2 }, c: 3 }, { _id: { a: 1 } }],
    ["$slice from the front", { n: { $slice: 2 } }, { a: 1, n: [1, 2, 3] }, { a: 1, n: [1, 2] }],
    ["$slice from the end", { n: { $slice: -2 } }, { n: [1, 2, 3] }, { n: [2, 3] }],
    ["$slice with skip", { n: { $slice: [1, 2] } }, { n: [1, 2, 3, 4] }, { n: [2, 3] }],
    ["$slice with skip from the end", { n: { $slice: [-3, 2] } }, { n: [1, 2, 3, 4] }, { n: [2, 3] }],
    ["$slice beyond the beginning", { n: { $slice: [-9, 1] } }, { n: [1, 2] }, { n: [1] }],
    ["$slice of a value", { n: { $slice: 1 } }, { n: 5 }, { n: 5 }],
    ["$slice in an inclusion", { a: 1, n: { $slice: 1 } }, { a: 1, n: [1, 2], z: 0 }, { a: 1, n: [1] }],
    ["$slice of a value in an inclusion", { a: 1, n: { $slice: 1 } }, { a: 1, n: 5 }, { a: 1, n: 5 }],
    ["$slice in an exclusion", { a: 0, "b.n": { $slice: 1 } }, { a: 1, b: { n: [1, 2] } }, { b: { n: [1] } }],
    ["$elemMatch", { l: { $elemMatch: { y: 6 } } }, { _id: 1, l: item.l, z: 1 }, { _id: 1, l: [{ y: 6 }] }],
    ["$elemMatch by value", { n: { $elemMatch: { $gt: 2 } } }, item, { _id: 1, n: [3] }],
    ["$elemMatch without a match", { n: { $elemMatch: { $gt: 9 } } }, item, { _id: 1 }],
    ["$elemMatch of a value", { a: { $elemMatch: { $gt: 0 } } }, item, { _id: 1 }],
    [
      "$elemMatch after the kept fields",
      { l: { $elemMatch: { x: 1 } }, z: 1 },
      { l: [{ x: 1 }], z: 1 },
      { z: 1, l: [{ x: 1 }] },
    ],
    ["a computed field", { s: { $add: ["$a", "$b.c"] } }, { _id: 1, a: 1, b: { c: 2 } }, { _id: 1, s: 3 }],
    ["a computed field by path", { s: "$a", t: "$zz" }, { _id: 1, a: 5 }, { _id: 1, s: 5 }],
    ["a literal text", { s: "x" }, { _id: 1 }, { _id: 1, s: "x" }],
    ["an array of expressions", { s: ["$a", "$z"] }, { a: 5 }, { s: [5, null] }],
    ["a computed _id", { _id: "$a" }, { _id: 1, a: 5 }, { _id: 5 }],
    ["a computed inner field", { "b.z": "$a" }, { _id: 1, a: 5, b: { c: 1 } }, { _id: 1, b: { z: 5 } }],
    ["a computed inner field of nothing", { "q.z": "$a" }, { a: 5 }, { q: { z: 5 } }],
    ["a computed inner field of values", { "q.z": "$a" }, { a: 5, q: [1, { y: 2 }] }, { q: [{ z: 5 }, { z: 5 }] }],
    ["two levels of nothing", { "q.r.z": "$a" }, { a: 5 }, { q: { r: { z: 5 } } }],
  ])("gives %s", (_what, spec, document, expected) => {
    const projection = compileProjection(doc(spec));
    const raw = projection.applyRaw?.(encodeDoc(doc(document)));
    expect([...projection.apply(doc(document))]).toEqual([...doc(expected)]);
    if (raw !== undefined) expect([...decodeDoc(raw)]).toEqual([...doc(expected)]);
  });

  it.each<[string, object, boolean]>([
    ["whole fields kept", { a: 1, _id: 0 }, true],
    ["whole fields left out", { a: 0, b: 0 }, true],
    ["inner fields", { "b.c": 1 }, false],
    ["parts of arrays", { n: { $slice: 1 } }, false],
    ["computed fields", { s: "$a" }, false],
  ])("goes from BSON to BSON for %s: %o %s", (_what, spec, isRaw) => {
    expect(compileProjection(doc(spec)).applyRaw !== undefined).toBe(isRaw);
  });

  it.each<[string, object, object, object, object]>([
    ["the element that matched", { n: 3 }, { "n.$": 1 }, { _id: 1, n: [1, 3, 3] }, { _id: 1, n: [3] }],
    ["an inner array's element", { "b.n": 3 }, { "b.n.$": 1 }, { b: { n: [1, 3], z: 1 } }, { b: { n: [3] } }],
    [
      "$elemMatch's element",
      { l: { $elemMatch: { x: 2 } } },
      { "l.$": true },
      { l: [{ x: 1 }, { x: 2 }] },
      { l: [{ x: 2 }] },
    ],
  ])("shows by the positional $ %s", (_what, filter, spec, document, expected) => {
    const projection = compileProjection(doc(spec));
    const match = compileFilter(doc(filter)).match(doc(document));
    expect(projection.needsPositional).toBe(true);
    expect(projection.apply(doc(document), match?.positional)).toEqual(doc(expected));
  });

  it("fails for the positional $ without a matching element", () => {
    const projection = compileProjection(doc({ "n.$": 1 }));
    expect(() => projection.apply(doc({ n: [1] }))).toThrow(expect.objectContaining({ code: 51246 }));
    expect(() => projection.apply(doc({ n: [1] }), 4)).toThrow(expect.objectContaining({ code: 51247 }));
    expect(projection.apply(doc({ n: 1 }))).toEqual(doc({ n: 1 }));
  });

  it("takes variables", () => {
    const projection = compileProjection(doc({ s: "$$v" }), { vars: new Map([["v", new Int32(7)]]) });
    expect(projection.apply(doc({ a: 1 }))).toEqual(doc({ s: 7 }));
  });

  it.each<[object, number]>([
    [{ a: 1, b: 0 }, 31254],
    [{ a: 0, b: 1 }, 31253],
    [{ a: 0, b: "$c" }, 31252],
    [{ a: 1, "a.b": 1 }, 31249],
    [{ "a.b": 1, a: 1 }, 31250],
    [{ a: {} }, 51270],
    [{ $a: 1 }, 16410],
    [{ "a.": 1 }, 40353],
    [{ "a.$.b": 1 }, 31394],
    [{ "a.$": 1, "b.$": 1 }, 31276],
    [{ "a.$": 0 }, 31395],
    [{ "a.$": "x" }, 31395],
    [{ b: 0, "a.$": 1 }, 31395],
    [{ "a.$": 1, b: { $elemMatch: { c: 1 } } }, 31256],
    [{ "a.$": 1, b: { $slice: 1 } }, 31256],
    [{ "a.b": { $elemMatch: { c: 1 } } }, 31255],
    [{ a: { $elemMatch: 1 } }, 31274],
    [{ a: { $slice: [1, 0] } }, 28724],
    [{ a: { $meta: "textScore" } }, 40218],
    [{ a: { $meta: "indexKey" } }, 115],
    [{ a: { $meta: 1 } }, 17307],
    [{ a: { $foo: 1 } }, 168],
    [{ a: { $add: [1, 2], b: 1 } }, 15983],
  ])("refuses %j with code %i", (spec, code) => {
    expect(() => compileProjection(doc(spec))).toThrow(expect.objectContaining({ code }));
  });
});
