import { ObjectId } from "mongodb";
import { describe, expect, it } from "vitest";
import type { OrderDoc } from "../../../src/db/collections.js";
import { asLeftBy, createPlaces } from "../../../src/graph/past-order.js";

const at = (minute: number): Date => new Date(Date.UTC(2025, 0, 6, 10, minute));

function anOrder(parts: Partial<OrderDoc> = {}): OrderDoc {
  return { _id: new ObjectId(), products: [], delivery_address: "1 Way", status: "pending", ...parts };
}

describe("asLeftBy", () => {
  const history = [
    { status: "pending", at: at(0), by: "rules", run_id: "one" },
    { status: "in_transit", at: at(1), by: "rules", run_id: "one" },
    { status: "cancelled", at: at(2), by: "cancel" },
  ] as const;
  const cancelled = anOrder({ status: "cancelled", reason: "unwanted", shortages: [], history: [...history] });

  it("cuts off what came after the run, the reason with it", () => {
    const left = asLeftBy(cancelled, "one");
    expect(left).toMatchObject({ status: "in_transit", history: history.slice(0, 2) });
    expect(left).not.toHaveProperty("reason");
    expect(left).not.toHaveProperty("shortages");
  });

  it("keeps what others did before the run's last deed", () => {
    const order = anOrder({
      status: "in_transit",
      history: [
        { status: "pending", at: at(0), by: "submit", run_id: "one" },
        { status: "in_transit", at: at(1), by: "rules", run_id: "two" },
      ],
    });
    expect(asLeftBy(order, "two")).toBe(order);
    expect(asLeftBy(order, "one")).toMatchObject({ status: "pending" });
  });

  it.each([
    ["that the run did not touch", cancelled, "another"],
    ["without a history", anOrder(), "one"],
  ])("leaves an order %s as it is", (_, order, run) => {
    expect(asLeftBy(order, run)).toBe(order);
  });
});

describe("createPlaces", () => {
  const [first, second] = ["a".repeat(64), "b".repeat(64)];
  const places = (command: "process" | "work", keys: readonly (string | undefined)[]): number[] => {
    const placeOf = createPlaces({ command });
    return keys.map((key) => placeOf(anOrder(key === undefined ? {} : { key })));
  };

  it.each([
    ["keys of one source tell it, gaps and all", [`${first}:0`, `${first}:2`, `${first}:1`], [0, 2, 1]],
    ["also of orders placed anew", [`${first}:3/again/20250106-101530-4f2a9c01`], [3]],
    ["a second source goes on where the first ended", [`${first}:0`, `${first}:1`, `${second}:0`], [0, 1, 2]],
    ["own ids are counted on", ["A", "B", `${first}:2`, "C"], [0, 1, 2, 3]],
    ["orders without a key too", [undefined, undefined], [0, 1]],
  ])("%s", (_, keys, expected) => {
    expect(places("process", keys)).toEqual(expected);
  });

  it("counts what a worker took up, whatever file it came from", () => {
    expect(places("work", [`${first}:7`, `${second}:7`])).toEqual([0, 1]);
  });
});
