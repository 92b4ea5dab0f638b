import { describe, expect, it } from "vitest";
import { normalIndexSpec, sameEntries } from "../../../../src/engine/indexes/index-spec.js";
import { doc, type Literal } from "../kernel/harness.js";

const spec = (fields: Record<string, Literal>) => normalIndexSpec(doc(fields));

describe("normalIndexSpec", () => {
  it("gives the form that listIndexes shows", () => {
    const given = { name: "n", key: { a: 1 }, background: true, sparse: false, unique: 1, expireAfterSeconds: 5 };
    expect([...spec(given)]).toEqual([...doc({ v: 2, key: { a: 1 }, name: "n", unique: true, expireAfterSeconds: 5 })]);
  });

  it.each<[string, Record<string, Literal>, string]>([
    ["no key", { name: "n" }, "FailedToParse"],
    ["no name", { key: { a: 1 } }, "FailedToParse"],
    ["a key that is no document", { key: "a", name: "n" }, "TypeMismatch"],
    ["an empty key", { key: {}, name: "n" }, "CannotCreateIndex"],
    ["an empty field", { key: { "a..b": 1 }, name: "n" }, "CannotCreateIndex"],
    ["direction 0", { key: { a: 0 }, name: "n" }, "CannotCreateIndex"],
    ["a direction that is none", { key: { a: true }, name: "n" }, "CannotCreateIndex"],
    ["a text index", { key: { a: "text" }, name: "n" }, "CommandNotSupported"],
    ["a wildcard", { key: { "a.$**": 1 }, name: "n" }, "CommandNotSupported"],
    ["a collation", { key: { a: 1 }, name: "n", collation: { locale: "en" } }, "CommandNotSupported"],
    ["an unknown option", { key: { a: 1 }, name: "n", nope: 1 }, "InvalidIndexSpecificationOption"],
    ["an expiry below 0", { key: { a: 1 }, name: "n", expireAfterSeconds: -1 }, "CannotCreateIndex"],
    ["an expiry that is no number", { key: { a: 1 }, name: "n", expireAfterSeconds: "5" }, "CannotCreateIndex"],
    ["an expiry on two fields", { key: { a: 1, b: 1 }, name: "n", expireAfterSeconds: 5 }, "CannotCreateIndex"],
    ["an expiry on _id", { key: { _id: 1 }, name: "n", expireAfterSeconds: 5 }, "InvalidIndexSpecificationOption"],
    [
      "sparse and partial",
      { key: { a: 1 }, name: "n", sparse: true, partialFilterExpression: {} },
      "CannotCreateIndex",
    ],
    [
      "a filter with $ne",
      { key: { a: 1 }, name: "n", partialFilterExpression: { a: { $ne: 1 } } },
      "CannotCreateIndex",
    ],
    [
      "a filter on absence",
      { key: { a: 1 }, name: "n", partialFilterExpression: { a: { $exists: false } } },
      "CannotCreateIndex",
    ],
    ["a filter that is none", { key: { a: 1 }, name: "n", partialFilterExpression: 5 }, "TypeMismatch"],
  ])("refuses %s", (_, fields, codeName) => {
    expect(() => spec(fields)).toThrow(expect.objectContaining({ codeName }) as Error);
  });
});

describe("sameEntries", () => {
  it("compares keys in order and by value", () => {
    const base = spec({ key: { a: 1, b: -1 }, name: "n" });
    expect(sameEntries(base, spec({ key: { a: 1.0, b: -1n }, name: "m" }))).toBe(true);
    expect(sameEntries(base, spec({ key: { b: -1, a: 1 }, name: "n" }))).toBe(false);
    expect(sameEntries(base, spec({ key: { a: 1, b: -1 }, name: "n", unique: true }))).toBe(false);
  });
});
