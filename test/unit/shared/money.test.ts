import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromCents, toCents } from "../../../src/shared/money.js";

describe("toCents", () => {
  it("is the inverse of fromCents", () => {
    fc.assert(
      fc.property(fc.integer({ min: -(10 ** 13), max: 10 ** 13 }), (cents) => {
        expect(toCents(fromCents(cents)) + 0).toBe(cents + 0);
      }),
    );
  });

  it.each([
    [1.005, 101],
    [-1.005, -101],
    [8.345, 835],
    [0.615, 62],
    [1.0049999, 100],
    [2.675, 268],
    [0, 0],
    [5e-324, 0],
    [1e21, 1e23],
  ])("rounds %s as the decimal number that it is written as: %s", (price, cents) => {
    expect(toCents(price)).toBe(cents);
  });
});
