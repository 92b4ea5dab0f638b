import { describe, expect, it } from "vitest";
import { figuresOf, judge, median } from "../../../src/bench/bars.js";
import type { Sample } from "../../../src/bench/model.js";

describe("median", () => {
  it.each([
    [[3], 3],
    [[5, 1, 3], 3],
    [[4, 1, 3, 2], 2.5],
  ])("of %j is %d", (values, middle) => {
    expect(median(values)).toBe(middle);
  });
});

describe("judge", () => {
  const samples: Sample[] = [
    { name: "rules_spread", value: 900 },
    { name: "driver_loop", value: 100 },
    { name: "rules_spread", value: 1100 },
    { name: "rules_hot", value: 600 },
  ];

  it("holds medians against the bars and leaves out what was not measured", () => {
    expect(judge(figuresOf(samples))).toEqual([
      { title: "rules planner to driver loop", value: 10, bar: 10, wanted: "at_least", met: true },
      { title: "hot product to spread products", value: 0.6, bar: 0.7, wanted: "at_least", met: false },
    ]);
  });

  it("holds a figure as it is to a bar of its own", () => {
    const calls: Sample[] = [
      { name: "two_calls", value: 4 },
      { name: "twenty_input", value: 120.5 },
    ];
    expect(judge(figuresOf(calls)).map(({ value, met }) => [value, met])).toEqual([
      [4, true],
      [120.5, false],
    ]);
  });

  it("wants little of what costs", () => {
    const costs: Sample[] = [
      { name: "node", value: 50 },
      { name: "version", value: 200 },
      { name: "stock", value: 300 },
    ];
    expect(judge(figuresOf(costs)).map(({ met }) => met)).toEqual([false, true]);
  });
});
