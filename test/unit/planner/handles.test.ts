import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expandHandles, joinHandles } from "../../../src/planner/handles.js";

describe("joinHandles", () => {
  it("joins neighbours to ranges", () => {
    expect(joinHandles(["#3", "#1", "#2", "#7", "#9", "#10"])).toBe("#1-#3 #7 #9-#10");
  });
});

describe("expandHandles", () => {
  it.each([
    [
      ["#1", "#3"],
      ["#1", "#3"],
    ],
    [["#1-#3"], ["#1", "#2", "#3"]],
    [
      ["1-3", 5],
      ["#1", "#2", "#3", "#5"],
    ],
    ["#1, #2..#3", ["#1", "#2", "#3"]],
    [["#2 - #3 #4"], ["#2", "#3", "#4"]],
    [["#1", "#1"], ["#1"]],
    [
      ["#4-#999999999", "#6-#9", "#6"],
      ["#4", "#5", "#6-#9", "#6"],
    ],
    [["#3-#1"], ["#3-#1"]],
    [
      ["prod1", "#0"],
      ["prod1", "#0"],
    ],
    [[{ handle: "#1" }, null], ["not a handle"]],
    [undefined, ["not a handle"]],
  ])("reads %j", (given, handles) => {
    expect(expandHandles(given, 5)).toEqual(handles);
  });

  it("reads back whatever joinHandles wrote", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 50 }), { minLength: 1 }), (places) => {
        const handles = places.sort((left, right) => left - right).map((place) => `#${place}`);
        expect(expandHandles([joinHandles(handles)], 50)).toEqual(handles);
      }),
    );
  });
});
