import { describe, expect, it } from "vitest";
import { levelsBefore, sparkline } from "../../../../src/cli/render/sparkline.js";

describe("sparkline", () => {
  it.each([
    [[], ""],
    [[5], "▄"],
    [[7, 7, 7], "▄▄▄"],
    [[0, 1, 2, 3, 4, 5, 6, 7], "▁▂▃▄▅▆▇█"],
    [[1_000_000, 999_998], "█▁"],
    [[-3, 0, 3], "▁▅█"],
  ])("%j is %s", (values, line) => {
    expect(sparkline(values)).toBe(line);
  });
});

describe("levelsBefore", () => {
  it("reckons the stock back from what it is now", () => {
    expect(levelsBefore(8, [10, -2])).toEqual([0, 10, 8]);
    expect(levelsBefore(3, [])).toEqual([3]);
  });
});
