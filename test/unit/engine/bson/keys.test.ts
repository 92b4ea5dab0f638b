import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareValues } from "../../../../src/engine/bson/compare.js";
import { encodeDoc } from "../../../../src/engine/bson/encode.js";
import { cutKey, encodeKey, keyPrefix, type Direction } from "../../../../src/engine/bson/keys.js";
import { decimalOf } from "../../../../src/engine/bson/numbers.js";
import { rawKeyReader } from "../../../../src/engine/bson/raw-keys.js";
import { Int32, ObjectId, Undefined, docOf, type Doc, type Value } from "../../../../src/engine/bson/types.js";
import { anyDoc, anyNumber, anyValue } from "./arbitraries.js";

/** More by hand: `KEY_PAIRS=100000 npx vitest run --dir test/unit/engine/bson keys`. */
const numRuns = Number(process.env["KEY_PAIRS"] ?? 3000);

describe("encodeKey", () => {
  it.each([
    ["values of all types", anyValue],
    ["numbers", anyNumber],
  ])("orders %s as compareValues does", (_what, value) => {
    fc.assert(
      fc.property(value, value, (left, right) => {
        const order = Math.sign(compareValues(left, right));
        const order2 = Buffer.compare(encodeKey([left]), encodeKey([right]));
        expect(order2).toBe(order);
        expect(Buffer.compare(encodeKey([left], [-1]), encodeKey([right], [-1])) + order).toBe(0);
      }),
      { numRuns },
    );
  });

  it("orders compound keys field by field with each direction", () => {
    const keys = fc.tuple(anyValue, anyValue);
    fc.assert(
      fc.property(
        keys,
        keys,
        fc.constantFrom<Direction>(1, -1),
        fc.constantFrom<Direction>(1, -1),
        (a, b, first, second) => {
          const expected = Math.sign(first * compareValues(a[0], b[0]) || second * compareValues(a[1], b[1]));
          expect(Buffer.compare(encodeKey(a, [first, second]), encodeKey(b, [first, second])) - expected).toBe(0);
        },
      ),
      { numRuns },
    );
  });

  it.each<[string, Value | undefined, Value | undefined]>([
    ["int and double", new Int32(5), 5],
    ["long and double", 5n, 5],
    ["decimal and int", decimalOf("5.00"), new Int32(5)],
    ["decimals of different precision", decimalOf("1.10"), decimalOf("1.1")],
    ["zeros", decimalOf("-0E+10"), -0],
    ["NaNs", decimalOf("NaN"), NaN],
    ["missing and null", undefined, null],
  ])("gives equal %s one key", (_what, left, right) => {
    expect(encodeKey([left])).toEqual(encodeKey([right]));
  });

  it("keeps longs and decimals beyond a double's precision apart", () => {
    const values = [
      2n ** 53n,
      decimalOf("9007199254740992.5"),
      2n ** 53n + 1n,
      2n ** 53n + 2n,
      decimalOf("1E+400"),
      Infinity,
    ];
    const keys = values.map((value) => encodeKey([value]));
    for (let at = 1; at < keys.length; at++) expect(Buffer.compare(keys[at - 1]!, keys[at]!)).toBe(-1);
  });

  it("is not disturbed by other use of Buffer's pool", () => {
    const ids = Array.from({ length: 5000 }, (_, index) => new ObjectId(index.toString(16).padStart(24, "0")));
    const keys = ids.map((id, index) => {
      Buffer.allocUnsafe(index % 700).fill(index);
      return encodeKey([id]).toString("hex");
    });
    expect(new Set(keys).size).toBe(ids.length);
    expect(keys[4999]).toBe(encodeKey([ids[4999]!]).toString("hex"));
  });
});

describe("cutKey", () => {
  const long = encodeKey(["x".repeat(3000) + "a"]);
  const other = encodeKey(["x".repeat(3000) + "b"]);

  it("leaves short keys alone and keeps long ones apart", () => {
    expect(cutKey(encodeKey(["a"]), 900)).toEqual(encodeKey(["a"]));
    expect(cutKey(long, 900)).toHaveLength(900);
    expect(cutKey(long, 900)).not.toEqual(cutKey(other, 900));
    expect(cutKey(Buffer.from(long), 900)).toEqual(cutKey(long, 900));
  });

  it("keeps the beginning in order", () => {
    expect(cutKey(long, 900).subarray(0, 884)).toEqual(keyPrefix(long, 900));
    expect(keyPrefix(encodeKey(["a"]), 900)).toEqual(encodeKey(["a"]));
  });
});

describe("rawKeyReader", () => {
  const read = (doc: Doc, paths: string[], directions?: Direction[]) =>
    rawKeyReader(paths, directions).read(encodeDoc(doc));

  const rawKey = (key: Buffer, missing: number) => ({ key, length: key.length, missing });

  it("gives the keys of the decoded values", () => {
    fc.assert(
      fc.property(anyDoc, fc.constantFrom<Direction>(1, -1), (doc, direction) => {
        const key = read(doc, ["a", "ü"], [1, direction]);
        const values = [doc.get("a"), doc.get("ü")];
        if (values.some(Array.isArray)) expect(key).toBe("array");
        else {
          const missing = values.filter((value) => value === undefined).length;
          expect(key).toEqual(rawKey(encodeKey(values, [1, direction]), missing));
        }
      }),
    );
  });

  it("follows dotted paths through documents and reports arrays", () => {
    const doc = docOf({ a: docOf({ b: docOf({ c: "x\u0001" }) }), l: [docOf({ p: 1 })], s: 1, u: Undefined.instance });
    expect(read(doc, ["a.b.c"])).toEqual(rawKey(encodeKey(["x\u0001"]), 0));
    expect(read(doc, ["a.b", "a.x.y", "s.t"])).toEqual(rawKey(encodeKey([docOf({ c: "x\u0001" }), null, null]), 2));
    expect(read(doc, ["l.p"])).toBe("array");
    expect(read(doc, ["s", "l"])).toBe("array");
    expect(read(doc, ["u"])).toEqual(rawKey(encodeKey([Undefined.instance]), 0));
  });

  it("reads texts and ids without building them", () => {
    const doc = docOf({ s: "Straße", i: new ObjectId("0123456789abcdef01234567"), e: "" });
    expect(read(doc, ["s", "i", "e"])).toEqual(rawKey(encodeKey([doc.get("s"), doc.get("i"), ""]), 0));
  });
});
