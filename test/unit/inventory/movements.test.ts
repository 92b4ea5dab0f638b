import { ObjectId } from "mongodb";
import { describe, expect, it } from "vitest";
import { movementDoc, movementIds, movementIdsOf, netLines } from "../../../src/inventory/movements.js";

const at = new Date(0);

describe("movementIdsOf", () => {
  it("begins every id of an order with the order's id", () => {
    const id = new ObjectId("677b8a9ff033af3a53c9a75a");
    expect(movementIdsOf(id)).toEqual([
      "677b8a9ff033af3a53c9a75a/allocation",
      "677b8a9ff033af3a53c9a75a/release",
      "677b8a9ff033af3a53c9a75a/adoption",
    ]);
  });
});

describe("movementDoc", () => {
  it("leaves out what does not apply", () => {
    const movement = movementDoc({ id: movementIds.opening("p"), kind: "seed", lines: [], at, actor: { by: "seed" } });
    expect(movement).toEqual({ _id: "opening/p", kind: "seed", lines: [], at, by: "seed" });
  });
});

describe("netLines", () => {
  it("sums by product and drops what cancels out", () => {
    const net = netLines([
      {
        lines: [
          { product_id: "p", delta: -2 },
          { product_id: "q", delta: -1 },
        ],
      },
      { lines: [{ product_id: "p", delta: 2 }] },
    ]);
    expect(net).toEqual([{ product_id: "q", delta: -1 }]);
  });
});
