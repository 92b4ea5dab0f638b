import { Decimal128, Double, Int32, Long } from "mongodb";
import { describe, expect, it } from "vitest";
import { numberOf } from "../../../src/db/numbers.js";

describe("numberOf", () => {
  it.each([
    [9.5, 9.5],
    [7n, 7],
    [Decimal128.fromString("999.99"), 999.99],
    [Long.fromString("9007199254740993"), 9007199254740992],
    [new Int32(3), 3],
    [new Double(2.5), 2.5],
    ["10", null],
    [null, null],
    [undefined, null],
    [{}, null],
  ])("reads %s as %s", (value, expected) => {
    expect(numberOf(value)).toBe(expected);
  });
});
