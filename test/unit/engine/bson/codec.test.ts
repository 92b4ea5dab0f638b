import { BSON } from "mongodb";
import { describe, expect, it } from "vitest";
import fc from "fast-check";
import { decodeDoc } from "../../../../src/engine/bson/decode.js";
import { encodeChanged, encodeDoc } from "../../../../src/engine/bson/encode.js";
import { findField, rawFields, readField, withIdFirst, documentLength } from "../../../../src/engine/bson/raw.js";
import { Binary, Int32, ObjectId, UtcDate, docOf, type Doc } from "../../../../src/engine/bson/types.js";
import { anyDoc } from "./arbitraries.js";

const everyType = {
  _id: new BSON.ObjectId("0123456789abcdef01234567"),
  double: new BSON.Double(1.5),
  string: "Straße ✓ 😀",
  object: { "2": new BSON.Int32(1), a: { b: null } },
  array: [new BSON.Int32(1), "x", [true]],
  binary: new BSON.Binary(Buffer.from([1, 2, 3]), 4),
  uuid2: new BSON.Binary(Buffer.from([1, 2, 3]), 2),
  yes: true,
  no: false,
  date: new Date(-1),
  nothing: null,
  regex: new BSON.BSONRegExp("^a.*b$", "im"),
  code: new BSON.Code("f()"),
  scoped: new BSON.Code("f()", { x: new BSON.Int32(1) }),
  symbol: new BSON.BSONSymbol("s"),
  int: new BSON.Int32(-7),
  timestamp: new BSON.Timestamp({ t: 4_000_000_000, i: 7 }),
  long: BSON.Long.fromString("-9223372036854775808"),
  decimal: BSON.Decimal128.fromString("1.10"),
  min: new BSON.MinKey(),
  max: new BSON.MaxKey(),
};

describe("encodeChanged", () => {
  const names = ["a", "b", "_id", "1", "é"];
  const someNames = fc.uniqueArray(fc.constantFrom(...names)).map((list) => new Set(list));
  const named = fc.array(fc.tuple(fc.constantFrom(...names, "other"), anyDoc), { maxLength: 6 });

  it("writes what encoding the whole changed document writes", () => {
    fc.assert(
      fc.property(anyDoc, named, named, someNames, (rest, old, next, changed) => {
        const before: Doc = new Map([...old, ...rest]);
        const after: Doc = new Map(before);
        const wanted = new Map(next);
        for (const name of changed) if (!wanted.has(name)) after.delete(name);
        for (const [name, value] of wanted) if (changed.has(name)) after.set(name, value);
        const bytes = encodeChanged(encodeDoc(before), changed, wanted);
        expect(decodeDoc(bytes)).toEqual(after);
        expect([...decodeDoc(bytes).keys()]).toEqual([...after.keys()]);
        expect(bytes.equals(encodeDoc(after))).toBe(true);
      }),
    );
  });

  it("copies other fields to the byte, repeated names too, and writes a repeated name that changes once", () => {
    const field = (name: string, value: number) => encodeDoc(docOf({ [name]: new Int32(value) })).subarray(4, -1);
    const raw = (...fields: Buffer[]) => {
      const bytes = Buffer.concat([Buffer.alloc(4), ...fields, Buffer.alloc(1)]);
      bytes.writeInt32LE(bytes.length);
      return bytes;
    };
    const before = raw(field("x", 1), field("y", 2), field("x", 3), field("y", 4));
    const bytes = encodeChanged(before, new Set(["y"]), docOf({ y: new Int32(9) }));
    expect(bytes).toEqual(raw(field("x", 1), field("y", 9), field("x", 3)));
  });
});

describe("encodeDoc and decodeDoc", () => {
  it("give back the driver's bytes for every type", () => {
    const bytes = BSON.serialize(everyType);
    expect(Buffer.compare(encodeDoc(decodeDoc(bytes)), bytes)).toBe(0);
  });

  it("keep every document as it was", () => {
    fc.assert(
      fc.property(anyDoc, (doc) => {
        const bytes = encodeDoc(doc);
        expect(decodeDoc(bytes)).toEqual(doc);
        expect(() => BSON.deserialize(bytes, { promoteValues: false })).not.toThrow();
      }),
    );
  });

  it("keep the order of fields whose names look like numbers", () => {
    const doc: Doc = new Map([
      ["b", 1],
      ["1", 2],
      ["0", 3],
    ]);
    expect([...decodeDoc(encodeDoc(doc)).keys()]).toEqual(["b", "1", "0"]);
  });

  it("read at an offset and ignore what follows", () => {
    const bytes = Buffer.concat([Buffer.from([9, 9]), encodeDoc(docOf({ a: new Int32(1) })), Buffer.from([1])]);
    expect(decodeDoc(bytes, 2)).toEqual(docOf({ a: new Int32(1) }));
    expect(documentLength(bytes, 2)).toBe(12);
  });

  it("give values that share no memory with the input", () => {
    const bytes = encodeDoc(docOf({ a: new Binary(0, Uint8Array.of(1, 2)), b: "text" }));
    const doc = decodeDoc(bytes);
    bytes.fill(0);
    expect(doc).toEqual(docOf({ a: new Binary(0, Uint8Array.of(1, 2)), b: "text" }));
  });

  it("writes documents larger than its buffer", () => {
    const doc = docOf({ a: "ü".repeat(5_000_000), b: new UtcDate(1n) });
    expect(decodeDoc(encodeDoc(doc))).toEqual(doc);
  });

  it("refuses a zero byte in a field's name", () => {
    expect(() => encodeDoc(new Map([["a\0b", 1]]))).toThrow(expect.objectContaining({ code: 2 }));
  });

  it("refuses nesting deeper than 200 in both directions", () => {
    let doc: Doc = new Map();
    for (let depth = 1; depth < 200; depth++) doc = docOf({ a: doc });
    expect(decodeDoc(encodeDoc(doc))).toEqual(doc);
    expect(() => encodeDoc(docOf({ a: doc }))).toThrow(expect.objectContaining({ code: 15 }));
    const inner = encodeDoc(doc);
    const outer = Buffer.concat([Buffer.from([0, 0, 0, 0, 3, 0x61, 0]), inner, Buffer.from([0])]);
    outer.writeInt32LE(outer.length, 0);
    expect(() => decodeDoc(outer)).toThrow(expect.objectContaining({ code: 15 }));
  });
});

describe("decodeDoc of damaged bytes", () => {
  it.each([
    ["an empty input", []],
    ["a length beyond the input", [9, 0, 0, 0, 0]],
    ["a negative length", [0xff, 0xff, 0xff, 0xff, 0]],
    ["a missing closing zero", [5, 0, 0, 0, 1]],
    ["an unknown type", [8, 0, 0, 0, 0x20, 0x61, 0, 0]],
    ["a name without an end", [7, 0, 0, 0, 0x0a, 0x61, 0]],
    ["a value cut short", [9, 0, 0, 0, 0x10, 0x61, 0, 1, 0]],
    ["a bool of 2", [9, 0, 0, 0, 0x08, 0x61, 0, 2, 0]],
    ["a string without a closing zero", [14, 0, 0, 0, 0x02, 0x61, 0, 2, 0, 0, 0, 0x61, 0x61, 0]],
    ["a string of length 0", [12, 0, 0, 0, 0x02, 0x61, 0, 0, 0, 0, 0, 0]],
    ["a string cut before its length", [10, 0, 0, 0, 0x02, 0x61, 0, 1, 0, 0]],
    ["a string that is not UTF-8", [14, 0, 0, 0, 0x02, 0x61, 0, 2, 0, 0, 0, 0xff, 0, 0]],
    ["binary data beyond the end", [13, 0, 0, 0, 0x05, 0x61, 0, 9, 0, 0, 0, 0, 0]],
    ["binary data cut before its length", [10, 0, 0, 0, 0x05, 0x61, 0, 1, 0, 0]],
    ["an inner document beyond the end", [13, 0, 0, 0, 0x03, 0x61, 0, 9, 0, 0, 0, 0, 0]],
    ["code with scope that is too short", [12, 0, 0, 0, 0x0f, 0x61, 0, 4, 0, 0, 0, 0]],
    ["a regex without an end", [10, 0, 0, 0, 0x0b, 0x61, 0, 0x61, 0, 0x62]],
  ])("refuses %s", (_what, bytes) => {
    expect(() => decodeDoc(Uint8Array.from(bytes))).toThrow(expect.objectContaining({ code: 22 }));
  });

  it("never fails in another way, whatever bytes are flipped", () => {
    const original = BSON.serialize(everyType);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(original.length - 1), fc.nat(255)), { minLength: 1 }), (flips) => {
        const bytes = Buffer.from(original);
        for (const [at, value] of flips) bytes[at] = value;
        try {
          decodeDoc(bytes);
        } catch (error) {
          expect([15, 22]).toContain((error as { code: number }).code);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe("raw access", () => {
  const bytes = encodeDoc(docOf({ a: new Int32(1), ü: "x", _id: new ObjectId("0123456789abcdef01234567"), z: null }));

  it("finds fields without decoding the rest", () => {
    expect(readField(bytes, "a")).toEqual(new Int32(1));
    expect(readField(bytes, "ü")).toBe("x");
    expect(readField(bytes, "_id")).toEqual(new ObjectId("0123456789abcdef01234567"));
    expect(readField(bytes, "z")).toBeNull();
    expect(readField(bytes, "zz")).toBeUndefined();
    expect(readField(bytes, "ö")).toBeUndefined();
    expect([...rawFields(bytes)].map((field) => field.name)).toEqual(["a", "ü", "_id", "z"]);
  });

  it("agrees with the whole decoding", () => {
    fc.assert(
      fc.property(anyDoc, (doc) => {
        const encoded = encodeDoc(doc);
        for (const [name, value] of doc) expect(readField(encoded, name)).toEqual(value);
      }),
    );
  });

  it("moves _id to the front and leaves the other bytes", () => {
    expect([...decodeDoc(withIdFirst(bytes)).keys()]).toEqual(["_id", "a", "ü", "z"]);
    expect(decodeDoc(withIdFirst(bytes)).get("z")).toBeNull();
    const first = withIdFirst(bytes);
    expect(withIdFirst(first)).toEqual(first);
  });

  it("adds an _id to a document without one", () => {
    const element = encodeDoc(docOf({ _id: new Int32(7) })).subarray(4, -1);
    expect(decodeDoc(withIdFirst(encodeDoc(docOf({ a: "x" })), element))).toEqual(docOf({ _id: new Int32(7), a: "x" }));
    expect(decodeDoc(withIdFirst(encodeDoc(docOf({ a: "x" }))))).toEqual(docOf({ a: "x" }));
    expect(findField(withIdFirst(bytes), "_id")?.elementStart).toBe(4);
  });
});
