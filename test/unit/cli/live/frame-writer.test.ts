import { describe, expect, it } from "vitest";
import { frameChange } from "../../../../src/cli/live/frame-writer.js";
import { screenAfter } from "../../../support/screen.js";

const size = { columns: 10, rows: 4 };

/** What stands on the screen after these frames, and what was sent for the last. */
function drawn(...frames: string[][]): { readonly lines: readonly string[]; readonly last: string } {
  const texts = frames.map((frame, index) => frameChange(frames[index - 1], frame, size));
  return { lines: screenAfter(texts.join(""), size.rows).lines, last: texts.at(-1) ?? "" };
}

describe("frameChange", () => {
  it("writes the lines that differ and no other", () => {
    const { lines, last } = drawn(["one", "two", "three", "four"], ["one", "2", "three", "four"]);
    expect(lines).toEqual(["one", "2", "three", "four"]);
    expect(last).not.toMatch(/one|three|four/);
  });

  it("writes nothing when nothing differs", () => {
    expect(drawn(["same"], ["same"]).last).toBe("");
  });

  it("never clears the screen, so that nothing flickers, and shows all at once", () => {
    const { last } = drawn(["a", "b", "c", "d"], ["e", "f", "g", "h"]);
    expect(last).not.toContain("\u001b[2J");
    expect(last.startsWith("\u001b[?2026h")).toBe(true);
    expect(last.endsWith("\u001b[?2026l")).toBe(true);
  });

  it("keeps the last character of a line as wide as the screen", () => {
    expect(drawn(["x"], ["0123456789"]).lines[0]).toBe("0123456789");
  });

  it("takes away the rows that a shorter frame leaves, and none of a full one", () => {
    expect(drawn(["a", "b", "c", "d"], ["a", "b"]).lines).toEqual(["a", "b", "", ""]);
    expect(drawn(["a", "b", "c", "d"]).lines).toEqual(["a", "b", "c", "d"]);
  });
});
