import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Undefined, type Doc } from "../../../../src/engine/bson/types.js";
import { keyValues } from "../../../../src/engine/query/key-values.js";
import { pathOf, valueAt } from "../../../../src/engine/query/paths.js";
import { compileSort, parseSort } from "../../../../src/engine/query/sort.js";
import { anyDoc } from "../bson/arbitraries.js";
import { MinKey, decimal, doc, id, long } from "./literals.js";

function sorted(spec: object, documents: readonly object[]): number[] {
  const docs = documents.map((each) => doc(each));
  const order = [...docs].sort(compileSort(doc(spec)));
  return order.map((each) => docs.indexOf(each));
}

describe("compileSort", () => {
  it.each<[string, object, object[], number[]]>([
    ["ascending", { a: 1 }, [{ a: 2 }, { a: 1 }], [1, 0]],
    ["descending", { a: -1 }, [{ a: 1 }, { a: 2 }], [1, 0]],
    [
      "keeps the order of equals",
      { a: 1 },
      [
        { a: 1, b: 2 },
        { a: 1, b: 1 },
      ],
      [0, 1],
    ],
    ["several fields", { a: 1, b: -1 }, [{ a: 1, b: 1 }, { a: 0 }, { a: 1, b: 2 }], [1, 2, 0]],
    ["missing as null, before numbers", { a: 1 }, [{ a: 0 }, {}, { a: null }, { a: new MinKey() }], [3, 1, 2, 0]],
    ["types in order", { a: 1 }, [{ a: id("1") }, { a: { b: 1 } }, { a: "x" }, { a: 9 }], [3, 2, 1, 0]],
    ["numbers by value", { a: 1 }, [{ a: decimal("10") }, { a: long("9") }, { a: 9.5 }], [1, 2, 0]],
    ["inner fields", { "a.b": 1 }, [{ a: { b: 2 } }, { a: { b: 1 } }, { a: 5 }], [2, 1, 0]],
    ["arrays by their least going up", { a: 1 }, [{ a: [5, 2] }, { a: 3 }, { a: [9, 1] }], [2, 0, 1]],
    ["arrays by their greatest going down", { a: -1 }, [{ a: [5, 2] }, { a: 6 }, { a: [9, 1] }], [2, 1, 0]],
    ["empty arrays before null", { a: 1 }, [{ a: null }, { a: [] }, { a: [1] }], [1, 0, 2]],
    ["arrays inside arrays as a value", { a: 1 }, [{ a: [[1]] }, { a: [{}] }], [1, 0]],
    ["fields inside arrays", { "a.b": 1 }, [{ a: [{ b: 5 }, { b: 2 }] }, { a: [{ b: 3 }] }, { a: [{}] }], [2, 0, 1]],
    ["places in arrays", { "a.1": 1 }, [{ a: [0, 9] }, { a: [9, 1] }, { a: [1] }], [2, 1, 0]],
    [
      "two fields of one array",
      { "a.b": 1, "a.c": 1 },
      [
        {
          a: [
            { b: 1, c: 9 },
            { b: 2, c: 0 },
          ],
        },
        { a: [{ b: 1, c: 8 }] },
      ],
      [1, 0],
    ],
    ["by a double that counts as 1", { a: 1.5 }, [{ a: 2 }, { a: 1 }], [1, 0]],
  ])("sorts %s", (_what, spec, documents, expected) => {
    expect(sorted(spec, documents)).toEqual(expected);
  });

  it("is a total order", () => {
    const compare = compileSort(doc({ "a.b": 1, c: -1 }));
    fc.assert(
      fc.property(anyDoc, anyDoc, anyDoc, (x, y, z) => {
        const docs = [x, y, z].filter((each) => !(Array.isArray(each.get("a")) && Array.isArray(each.get("c"))));
        for (const left of docs) {
          for (const right of docs) {
            expect(Math.sign(compare(left, right)) + Math.sign(compare(right, left))).toBe(0);
            for (const third of docs) {
              if (compare(left, right) <= 0 && compare(right, third) <= 0)
                expect(compare(left, third)).toBeLessThanOrEqual(0);
            }
          }
        }
      }),
    );
  });

  it("refuses two arrays", () => {
    expect(() => sorted({ a: 1, b: 1 }, [{ a: [1], b: [2] }, {}])).toThrow(
      expect.objectContaining({ code: 2, message: "cannot sort with keys that are parallel arrays" }),
    );
  });

  it.each<[object, number]>([
    [{ a: "x" }, 15974],
    [{ a: 0 }, 15975],
    [{ a: 2 }, 15975],
    [{ a: { $meta: "textScore" } }, 40218],
    [{ a: { b: 1 } }, 17312],
    [{ $a: 1 }, 16410],
    [{ "a.": 1 }, 40353],
    [{ "a..b": 1 }, 15998],
    [{ "": 1 }, 40352],
  ])("refuses %j with code %i", (spec, code) => {
    expect(() => parseSort(doc(spec))).toThrow(expect.objectContaining({ code }));
  });

  it("refuses a zero byte in a path", () => {
    expect(() => parseSort(new Map([["a\0", 1]]))).toThrow(expect.objectContaining({ code: 16411 }));
  });
});

describe("keyValues", () => {
  const keys = (document: object, ...paths: string[]): unknown => keyValues(doc(document), paths.map(pathOf));
  const plain = (document: object, ...paths: string[]): string => JSON.stringify(keys(document, ...paths));

  it.each<[object, string[], string]>([
    [{ a: "x" }, ["a", "b"], '[["x",null]]'],
    [{ a: ["x", "y"], b: "z" }, ["a", "b"], '[["x","z"],["y","z"]]'],
    [{ a: [{ b: "x", c: "y" }, { b: "z" }] }, ["a.b", "a.c"], '[["x","y"],["z",null]]'],
    [{ a: [] }, ["a.b"], "[[null]]"],
    [{ a: [["x"]] }, ["a"], '[[["x"]]]'],
    [{ a: [["x"]] }, ["a.b"], "[[null]]"],
    [{ a: [["x", "y"]] }, ["a.0"], '[["x"],["y"]]'],
    [{ a: [{ 0: "x" }, "y"] }, ["a.0"], '[["x"],[null]]'],
    [{ a: [{ b: ["x", "y"] }, { b: "z" }] }, ["a.b"], '[["x"],["y"],["z"]]'],
    [{ a: ["x"], b: { c: "y" } }, ["a", "b.c"], '[["x","y"]]'],
    [{ a: [{ b: "x" }] }, ["a", "a.b"], '[[{},"x"]]'],
  ])("of %j over %j", (document, paths, expected) => {
    expect(plain(document, ...paths)).toBe(expected);
  });

  it("gives undefined for an empty array", () => {
    expect(keys({ a: [] }, "a")).toEqual([[Undefined.instance]]);
  });

  it("refuses two arrays", () => {
    expect(() => keys({ a: { x: [1] }, b: [2] }, "a.x", "b")).toThrow(
      expect.objectContaining({ code: 171, message: "cannot index parallel arrays [x] [b]" }),
    );
  });
});

describe("valueAt", () => {
  it("goes through documents only", () => {
    const document: Doc = doc({ a: { b: "x" }, c: [{ b: "y" }] });
    expect(["a.b", "c.b", "a.x", "a.b.c"].map((path) => valueAt(document, pathOf(path)))).toEqual([
      "x",
      undefined,
      undefined,
      undefined,
    ]);
  });
});
