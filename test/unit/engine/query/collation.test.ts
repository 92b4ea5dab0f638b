import { describe, expect, it } from "vitest";
import { parseCollation } from "../../../../src/engine/query/collation.js";
import { compileFilter } from "../../../../src/engine/query/matcher.js";
import { compileSort } from "../../../../src/engine/query/sort.js";
import { decimal, doc } from "./literals.js";

const compare = (spec: object, left: string, right: string): number =>
  Math.sign(parseCollation(doc(spec))?.compare(left, right) ?? NaN);

describe("parseCollation", () => {
  it.each<[object, string, string, number]>([
    [{ locale: "en" }, "a", "B", -1],
    [{ locale: "en" }, "a", "A", -1],
    [{ locale: "en", strength: 1 }, "a", "Á", 0],
    [{ locale: "en", strength: 2 }, "a", "A", 0],
    [{ locale: "en", strength: 2 }, "a", "á", -1],
    [{ locale: "en", strength: 1, caseLevel: true }, "a", "A", -1],
    [{ locale: "en", strength: 1, caseLevel: true }, "a", "á", 0],
    [{ locale: "en", strength: 2, caseLevel: true }, "a", "A", -1],
    [{ locale: "en", strength: 2, caseLevel: true }, "A", "á", -1],
    [{ locale: "en", strength: 3, caseLevel: true }, "a", "A", -1],
    [{ locale: "en", strength: 5 }, "e\u0301", "é", 0],
    [{ locale: "en", strength: 4 }, "a", "a", 0],
    [{ locale: "en", strength: decimal("2") }, "a", "A", 0],
    [{ locale: "en", caseFirst: "upper" }, "a", "A", 1],
    [{ locale: "en", caseFirst: "lower" }, "a", "A", -1],
    [{ locale: "en", numericOrdering: true }, "a9", "a10", -1],
    [{ locale: "en" }, "a9", "a10", 1],
    [{ locale: "en", alternate: "shifted", strength: 2 }, "a-b", "ab", 0],
    [{ locale: "en", alternate: "shifted", maxVariable: "punct" }, "a-b", "ab", 0],
    [{ locale: "sv" }, "z", "ö", -1],
    [{ locale: "de" }, "z", "ö", 1],
    [{ locale: "de@collation=phonebook" }, "ad", "ä", -1],
    [{ locale: "en_US" }, "a", "b", -1],
    [{ locale: "fr_CA" }, "cote", "coté", -1],
  ])("%j compares %s and %s: %i", (spec, left, right, expected) => {
    expect(compare(spec, left, right)).toBe(expected);
  });

  it("knows the simple collation", () => {
    expect(parseCollation(doc({ locale: "simple" }))).toBeUndefined();
  });

  it("fills in the defaults", () => {
    const spec = parseCollation(doc({ locale: "en", strength: 2 }))?.spec;
    expect(spec && [...spec.keys()].slice(0, 9)).toEqual([
      "locale",
      "strength",
      "caseLevel",
      "caseFirst",
      "numericOrdering",
      "alternate",
      "maxVariable",
      "normalization",
      "backwards",
    ]);
  });

  it.each<[object, number]>([
    [{}, 40414],
    [{ locale: 1 }, 14],
    [{ locale: "simple", strength: 1 }, 2],
    [{ locale: "xx-nonsense-yyyyyyyyyyy" }, 2],
    [{ locale: "zz" }, 2],
    [{ locale: "en", strength: 6 }, 51024],
    [{ locale: "en", strength: 0 }, 51024],
    [{ locale: "en", strength: "1" }, 14],
    [{ locale: "en", caseLevel: 1 }, 14],
    [{ locale: "en", caseFirst: "no" }, 2],
    [{ locale: "en", foo: 1 }, 40415],
    [{ locale: "en", backwards: true }, 115],
    [{ locale: "en", alternate: "shifted", maxVariable: "space" }, 115],
    [{ locale: "en", alternate: "shifted", strength: 4 }, 115],
  ])("refuses %j with code %i", (spec, code) => {
    expect(() => parseCollation(doc(spec))).toThrow(expect.objectContaining({ code }));
  });
});

describe("a collation", () => {
  const collation = parseCollation(doc({ locale: "en", strength: 2 }));
  const matches = (filter: object, document: object): boolean =>
    compileFilter(doc(filter), { collation }).matches(doc(document));

  it("rules equality, ranges, $in, $all and $ne of texts, also inside documents", () => {
    expect(matches({ a: "X" }, { a: "x" })).toBe(true);
    expect(matches({ a: { b: "X" } }, { a: { b: "x" } })).toBe(true);
    expect(matches({ a: { $gt: "A" } }, { a: "b" })).toBe(true);
    expect(matches({ a: { $gte: "B", $lte: "B" } }, { a: "b" })).toBe(true);
    expect(matches({ a: { $in: ["Y", "X", 1] } }, { a: "x" })).toBe(true);
    expect(matches({ a: { $in: ["Y", "X", 1] } }, { a: "z" })).toBe(false);
    expect(matches({ a: { $all: ["X"] } }, { a: ["x"] })).toBe(true);
    expect(matches({ a: { $ne: "X" } }, { a: "x" })).toBe(false);
    expect(matches({ $expr: { $eq: ["$a", "X"] } }, { a: "x" })).toBe(true);
  });

  it("leaves regular expressions and field names alone", () => {
    expect(matches({ a: { $regex: "X" } }, { a: "x" })).toBe(false);
    expect(matches({ A: 1 }, { a: 1 })).toBe(false);
  });

  it("rules sorting", () => {
    const docs = ["b", "A", "a", "B"].map((a) => doc({ a }));
    expect(docs.sort(compileSort(doc({ a: 1 }), collation)).map((each) => each.get("a"))).toEqual(["A", "a", "b", "B"]);
  });
});
