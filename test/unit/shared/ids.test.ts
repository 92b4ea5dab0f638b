import { describe, expect, it } from "vitest";
import { newRunId } from "../../../src/shared/ids.js";

describe("newRunId", () => {
  it("shows the time in UTC and sorts by it", () => {
    const earlier = newRunId(new Date("2025-01-06T10:15:30.900Z"), Buffer.from("4f2a9c01", "hex"));
    expect(earlier).toBe("20250106-101530-4f2a9c01");
    expect(earlier < newRunId(new Date("2025-01-06T10:15:31Z"))).toBe(true);
  });
});
