import { describe, expect, it } from "vitest";
import { planCancel } from "../../../src/books/cancel-rules.js";
import type { MovementDoc, OrderDoc, OrderStatus } from "../../../src/db/collections.js";
import { movementDoc, movementIds } from "../../../src/inventory/movements.js";

const lines = [{ product_id: "prod1", delta: -2 }];
const given = [{ product_id: "prod1", delta: 2 }];

function order(status: OrderStatus): OrderDoc {
  return { _id: "o", products: [{ product_id: "prod1", quantity: 2 }], delivery_address: "x", status };
}

function movement(kind: "allocation" | "release", own = kind === "release" ? given : lines): MovementDoc {
  return movementDoc({ id: movementIds[kind]("o"), kind, lines: own, at: new Date(0), actor: { by: "test" } });
}

describe("planCancel", () => {
  it("uses up the allocation's key of an order that has none", () => {
    expect(planCancel({ order: order("pending"), movements: [] }, undefined)).toEqual({
      kind: "cancel",
      from: "pending",
      release: [],
      movement: { id: "o/allocation", kind: "allocation" },
    });
  });

  it.each(["pending", "in_transit"] as const)("gives back what was taken for an order that is %s", (status) => {
    expect(planCancel({ order: order(status), movements: [movement("allocation")] }, undefined)).toEqual({
      kind: "cancel",
      from: status,
      release: given,
      movement: { id: "o/release", kind: "release" },
    });
  });

  it("gives nothing back twice", () => {
    const plan = planCancel(
      { order: order("in_transit"), movements: [movement("allocation"), movement("release")] },
      undefined,
    );
    expect(plan).toMatchObject({ kind: "cancel", release: [], movement: undefined });
  });

  it.each([
    [undefined, undefined, { kind: "not_found" }],
    [order("cancelled"), undefined, { kind: "already" }],
    [order("delivered"), undefined, { kind: "illegal", from: "delivered" }],
    [order("in_transit"), ["pending"] as const, { kind: "illegal", from: "in_transit" }],
  ])("refuses %j with %j as %j", (doc, from, plan) => {
    expect(planCancel({ order: doc, movements: [] }, from)).toEqual(plan);
  });
});
