import { describe, expect, it } from "vitest";
import { judgeContent, judgeHistory, judgeStock } from "../../../../src/books/audit/order-rules.js";
import type { MovementDoc, OrderDoc, OrderStatus } from "../../../../src/db/collections.js";
import { movementDoc } from "../../../../src/inventory/movements.js";
import { contentHash } from "../../../../src/order/model.js";

const at = new Date(0);
const lines = [{ product_id: "prod1", quantity: 2 }];

function order(status: string, fields: Partial<OrderDoc> = {}): OrderDoc {
  const products = lines.map((line) => ({ ...line, unit_price: 1.5 }));
  return { _id: "o", products, delivery_address: "x", status: status as OrderStatus, ...fields };
}

function moved(...deltas: number[]): MovementDoc[] {
  return deltas.map((delta, index) =>
    movementDoc({
      id: `o/${index}`,
      kind: "adjustment",
      lines: [{ product_id: "prod1", delta }],
      at,
      actor: { by: "test" },
    }),
  );
}

describe("judgeStock", () => {
  it.each([
    ["pending", []],
    ["pending", [-2]],
    ["in_transit", [-2]],
    ["delivered", [-2]],
    ["cancelled", []],
    ["cancelled", [-2, 2]],
    ["paid", []],
  ])("finds an order that is %s with %j right", (status, deltas) => {
    expect(judgeStock({ order: order(status), movements: moved(...deltas) })).toBeUndefined();
  });

  it.each([
    ["in_transit", []],
    ["in_transit", [-1]],
    ["delivered", [-2, 2]],
    ["cancelled", [-2]],
    ["pending", [-1]],
  ])("finds an order that is %s with %j broken, and adoptable", (status, deltas) => {
    expect(judgeStock({ order: order(status), movements: moved(...deltas) })).toMatchObject({ adoptable: true });
  });

  it("finds units taken for an order that is gone", () => {
    expect(judgeStock({ order: undefined, movements: moved(-2) })).toMatchObject({ adoptable: true });
    expect(judgeStock({ order: undefined, movements: moved(-2, 2) })).toBeUndefined();
  });

  it.each([
    ["without a status", order(undefined as unknown as string), "no status"],
    [
      "pending with text quantities",
      order("pending", { products: [{ product_id: "prod1", quantity: "2" as never }] }),
      "not whole",
    ],
    ["pending without lines", order("pending", { products: [] }), "not whole"],
  ])("names an order that nobody can work on: one %s", (_, doc, problem) => {
    const judged = judgeStock({ order: doc, movements: [] });
    expect(judged?.problem).toContain(problem);
    expect(judged?.adoptable).toBe(false);
  });

  it("cannot adopt a shipped order whose lines are unreadable", () => {
    expect(judgeStock({ order: order("in_transit", { products: [] }), movements: [] })).toMatchObject({
      adoptable: false,
    });
  });
});

describe("judgeContent", () => {
  const content_hash = contentHash(lines, "x");

  it.each([
    ["as it came in", { content_hash, total: 3 }, undefined],
    ["another program's", { delivery_address: "y" }, undefined],
    ["with another address", { content_hash, total: 3, delivery_address: "y" }, "address"],
    ["with other lines", { content_hash, total: 3, products: [] }, "lines"],
    ["with another total", { content_hash, total: 4 }, "total"],
  ])("judges an order %s", (_, fields, problem) => {
    const judged = judgeContent(order("pending", fields));
    if (problem === undefined) expect(judged).toBeUndefined();
    else expect(judged?.problem).toContain(problem);
  });
});

describe("judgeHistory", () => {
  const rows = (...statuses: string[]) => statuses.map((status) => ({ status: status as OrderStatus, at, by: "test" }));
  const ours = { content_hash: "h" };

  it.each([
    ["in_transit", { ...ours, history: rows("pending", "in_transit") }],
    ["in_transit", {}],
    ["cancelled", { history: rows("cancelled") }],
  ])("finds %s with %j right", (status, fields) => {
    expect(judgeHistory(order(status, fields))).toBeUndefined();
  });

  it.each([
    ["pending", ours, false],
    ["in_transit", { ...ours, history: rows("in_transit") }, false],
    ["delivered", { ...ours, history: rows("pending", "delivered") }, false],
    ["in_transit", { ...ours, history: rows("pending") }, true],
    ["delivered", { ...ours, history: rows("pending") }, true],
    ["pending", { ...ours, history: rows("pending", "cancelled") }, false],
    ["paid", { ...ours, history: rows("pending") }, false],
  ])("finds %s with %j broken; adoptable: %s", (status, fields, adoptable) => {
    expect(judgeHistory(order(status, fields))).toMatchObject({ adoptable });
  });
});
