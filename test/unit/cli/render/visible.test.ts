import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { terminalSafeJson, visible, visibleStart } from "../../../../src/cli/render/visible.js";

describe("visible", () => {
  it.each([
    ["a line break", "a\nb", "a\\nb"],
    ["a colour", "\u001b[31mred", "\\u001b[31mred"],
    ["a one-byte escape sequence", "\u009b2J", "\\u009b2J"],
    ["a text turned round", "abc\u202edef", "abc\\u202edef"],
    ["half a surrogate pair", "a\ud800b", "a\\ud800b"],
    ["a terminal bell", "\u0007", "\\u0007"],
  ])("shows %s as an escape", (_, text, shown) => {
    expect(visible(text)).toBe(shown);
  });

  it.each(["Straße 1", "日本語", "👩‍🚀", "שלום", "C:\\temp"])("leaves %s as it is", (text) => {
    expect(visible(text)).toBe(text);
  });
});

describe("visibleStart", () => {
  it("cuts long text between characters", () => {
    expect(visibleStart("👍".repeat(10), 4)).toBe("👍👍👍…");
    expect(visibleStart("short", 5)).toBe("short");
  });
});

describe("terminalSafeJson", () => {
  it("holds nothing that a terminal acts on and parses to the same value", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const json = terminalSafeJson(JSON.stringify(text));
        expect(json).not.toMatch(/[\p{Cc}\u202a-\u202e]/u);
        expect(JSON.parse(json)).toBe(text);
      }),
    );
  });
});
