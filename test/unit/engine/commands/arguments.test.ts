import { describe, expect, it } from "vitest";
import { docOf, Int32 } from "../../../../src/engine/bson/types.js";
import { Arguments, checkArguments } from "../../../../src/engine/commands/arguments.js";

const types = { find: "any", filter: "object", limit: "number", single: "flag", hint: "string|object", key: "string!" };

describe("checkArguments", () => {
  const check = (fields: Parameters<typeof docOf>[0]) => () => checkArguments(docOf(fields), types, "find");

  it.each([
    [{ find: "a", key: "k", filter: new Map(), limit: 5n, single: new Int32(1), hint: "a_1" }],
    [{ find: "a", key: "k", filter: null, limit: null }],
  ])("lets good ones through", (fields) => {
    expect(check(fields)).not.toThrow();
  });

  it.each([
    [{ key: "k", nonsense: 1 }, 40415, "BSON field 'find.nonsense' is an unknown field."],
    [{ key: 5n }, 14, "BSON field 'find.key' is the wrong type 'long', expected type 'string'"],
    [{ key: "k", hint: 1 }, 14, "BSON field 'find.hint' is the wrong type 'double', expected types '[string, object]'"],
    [{ key: "k", toString: 1 }, 40415, "BSON field 'find.toString' is an unknown field."],
    [{ find: "a" }, 40414, "BSON field 'find.key' is missing but a required field"],
    [{ key: null }, 40414, "BSON field 'find.key' is missing but a required field"],
  ])("refuses what is wrong (%#)", (fields, code, message) => {
    expect(check(fields)).toThrow(expect.objectContaining({ code, message }));
  });
});

describe("Arguments", () => {
  const args = new Arguments(docOf({ n: 5, zero: 0, half: 0.5, minus: new Int32(-1), no: false, gone: null }), "find");

  it("reads flags from bools and numbers", () => {
    expect(["n", "zero", "half", "no", "gone", "missing"].map((name) => args.flag(name))).toEqual([
      true,
      false,
      true,
      false,
      false,
      false,
    ]);
    expect(args.flag("missing", true)).toBe(true);
  });

  it("reads counts, and refuses parts and negative ones", () => {
    expect(args.count("n")).toBe(5);
    expect(args.count("missing")).toBeUndefined();
    expect(() => args.count("half")).toThrow(expect.objectContaining({ code: 9 }));
    expect(() => args.count("minus")).toThrow(expect.objectContaining({ code: 51024 }));
  });
});
