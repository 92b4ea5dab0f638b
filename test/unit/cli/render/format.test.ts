import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ago, count, counted, duration, money, signed } from "../../../../src/cli/render/format.js";

describe("duration", () => {
  it.each([
    [0, "0 ms"],
    [41.4, "41 ms"],
    [2_430, "2.4 s"],
    [59_960, "1 min 00 s"],
    [185_000, "3 min 05 s"],
    [3_600_000, "1 h 00 min"],
    [7_800_000, "2 h 10 min"],
  ])("says %d ms as %s", (milliseconds, text) => {
    expect(duration(milliseconds)).toBe(text);
  });
});

describe("ago", () => {
  const now = new Date("2025-01-06T12:00:00Z");
  it.each([
    ["2025-01-06T11:59:30Z", "just now"],
    ["2025-01-06T11:58:50Z", "1 min ago"],
    ["2025-01-06T11:00:01Z", "1 h ago"],
    ["2025-01-05T12:00:00Z", "1 day ago"],
    ["2025-01-01T12:00:00Z", "5 days ago"],
    ["2024-01-01T12:00:00Z", "2024-01-01"],
    ["2025-01-07T12:00:00Z", "2025-01-07"],
  ])("says %s as %s", (then, text) => {
    expect(ago(new Date(then), now)).toBe(text);
  });
});

describe("numbers", () => {
  it("have thousands separators, signs and a noun", () => {
    expect(money(1999.98)).toBe("1,999.98");
    expect(money(null)).toBe("-");
    expect(signed(1500)).toBe("+1,500");
    expect(signed(-3)).toBe("-3");
    expect(counted(1, "order")).toBe("1 order");
    expect(counted(2000, "order")).toBe("2,000 orders");
  });
});

describe("a number without a formatter", () => {
  const wholeNumbers = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
  const amounts = new Intl.NumberFormat("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const cents = fc.integer({ min: -200_000, max: 200_000 }).map((number) => number / 100);
  const halfCents = fc.integer({ min: -200_000, max: 200_000 }).map((number) => number / 1000);
  const anyNumber = fc
    .oneof(cents, halfCents, fc.double({ min: -2000, max: 2000 }), fc.double())
    .map((number) => number + 0);

  it("looks as with one", () => {
    fc.assert(
      fc.property(anyNumber, (number) => {
        expect(count(number)).toBe(wholeNumbers.format(number));
        expect(money(number)).toBe(amounts.format(number));
      }),
      { numRuns: 2000 },
    );
  });
});
