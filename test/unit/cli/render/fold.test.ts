import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import { fold, hanging, hangingCommand } from "../../../../src/cli/render/fold.js";

describe("fold", () => {
  it.each([
    ["between words", "units are taken once", 10, ["units are", "taken once"]],
    ["not at all where there is no width", "units are taken once", Infinity, ["units are taken once"]],
    [
      "inside a long word after its punctuation",
      "the update_delivery_status",
      16,
      ["the", "update_delivery_", "status"],
    ],
    ["anywhere only in a word without any", "abcdefgh", 5, ["abcde", "fgh"]],
    ["by columns, of which wide characters have two", "東京都千代田区", 6, ["東京都", "千代田", "区"]],
  ])("breaks %s", (_, text, width, lines) => {
    expect(fold(text, width)).toEqual(lines);
  });
});

describe("hanging", () => {
  it("puts what goes on under the text", () => {
    expect(hanging("error: ", "it cannot be read", { width: 17 })).toEqual(["error: it cannot", "       be read"]);
  });

  it("measures a coloured lead by what is seen of it", () => {
    expect(hanging("\u001b[31mok\u001b[39m ", "one two", { width: 7 })).toEqual([
      "\u001b[31mok\u001b[39m one",
      "   two",
    ]);
  });
});

describe("hangingCommand", () => {
  const command = "warehouse adjust prod1 -2 --reason 'it'\\''s broken in storage' --db shop";

  it("goes on over lines as a shell takes it, and breaks no quoted text", () => {
    const lines = hangingCommand("Next: ", command, { width: 46 });
    expect(lines).toEqual([
      "Next: warehouse adjust prod1 -2 --reason \\",
      "      'it'\\''s broken in storage' --db shop",
    ]);
    expect(lines.every((line) => stringWidth(line) <= 46)).toBe(true);
  });

  it("stays on one line in a pipe", () => {
    expect(hangingCommand("Next: ", command, { width: Infinity })).toEqual([`Next: ${command}`]);
  });
});
