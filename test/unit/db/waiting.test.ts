import { describe, expect, it } from "vitest";
import { pollDelayMs } from "../../../src/db/waiting.js";

describe("pollDelayMs", () => {
  it.each([
    [0, 250],
    [1, 500],
    [4, 4000],
    [5, 5000],
    [5000, 5000],
  ])("look %i waits %i ms", (looks, delayMs) => {
    expect(pollDelayMs(looks)).toBe(delayMs);
  });
});
