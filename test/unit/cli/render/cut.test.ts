import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import { cutTo } from "../../../../src/cli/render/cut.js";

describe("cutTo", () => {
  it.each([
    ["short", 10, "short"],
    ["exactly", 7, "exactly"],
    ["too long", 5, "too …"],
    ["日本の緑茶", 6, "日本…"],
    ["a👩‍👩‍👧‍👦b", 3, "a…"],
    ["ab", 1, "…"],
  ])("%s on %i columns is %s", (text, width, cut) => {
    expect(cutTo(text, width)).toBe(cut);
    expect(stringWidth(cut)).toBeLessThanOrEqual(width);
  });
});
