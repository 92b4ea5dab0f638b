import { describe, expect, it } from "vitest";
import {
  isFinal,
  isLegalMove,
  movesBetween,
  orderStatuses,
  sourcesOf,
  statusMoves,
} from "../../../src/delivery/model.js";

describe("statusMoves", () => {
  it("reaches every status from pending", () => {
    const others = orderStatuses.filter((status) => status !== "pending");
    for (const status of others) expect(movesBetween("pending", status)).toBeDefined();
  });

  it("has no way out of a final status and one out of every other", () => {
    for (const status of orderStatuses) expect(isFinal(status)).toBe(statusMoves[status].length === 0);
    expect(orderStatuses.filter(isFinal)).toEqual(["delivered", "cancelled"]);
  });

  it("never leads back to pending", () => {
    expect(sourcesOf("pending")).toEqual([]);
  });

  it.each([
    ["in_transit", ["pending"]],
    ["delivered", ["in_transit"]],
    ["cancelled", ["pending", "in_transit"]],
  ] as const)("leads to %s from %s", (to, from) => {
    expect(sourcesOf(to)).toEqual(from);
    for (const status of orderStatuses)
      expect(isLegalMove(status, to)).toBe((from as readonly string[]).includes(status));
  });
});

describe("movesBetween", () => {
  it.each([
    ["pending", "delivered", ["in_transit", "delivered"]],
    ["pending", "cancelled", ["cancelled"]],
    ["delivered", "pending", undefined],
    ["cancelled", "in_transit", undefined],
    ["paid", "in_transit", undefined],
    ["pending", "paid", undefined],
  ])("from %s to %s is %s", (from, to, chain) => {
    expect(movesBetween(from, to)).toEqual(chain);
  });
});
