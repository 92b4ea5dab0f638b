import { Decimal128, ObjectId } from "mongodb";
import { describe, expect, it } from "vitest";
import type { OrderDoc } from "../../../src/db/collections.js";
import { orderLines, orderTotal, orderView } from "../../../src/order/view.js";

const _id = new ObjectId("677b8a9ff033af3a53c9a75a");
const fromNotebook: OrderDoc = {
  _id,
  products: [{ product_id: "prod1", quantity: 2 }],
  delivery_address: "123 Main St",
  status: "pending",
};

describe("orderView", () => {
  it("shows an order that another program left incomplete", () => {
    expect(orderView(fromNotebook)).toEqual({
      order_id: "677b8a9ff033af3a53c9a75a",
      key: null,
      status: "pending",
      products: [{ product_id: "prod1", quantity: 2, unit_price: null }],
      address: "123 Main St",
      total: null,
      reason: null,
      shortages: [],
      run: null,
      created_at: "2025-01-06T07:47:43.000Z",
    });
  });

  it("shows whatever another program took for an order", () => {
    expect(orderView({ _id, foo: 1 } as unknown as OrderDoc)).toMatchObject({
      status: "unknown",
      products: [],
      address: "",
      reason: null,
    });
  });

  it("shows what is stored of our own", () => {
    const created_at = new Date("2025-02-01T00:00:00Z");
    const order = { ...fromNotebook, key: "k", run_id: "r", total: 5, reason: "x", created_at };
    expect(orderView(order)).toMatchObject({
      key: "k",
      run: "r",
      total: 5,
      reason: "x",
      created_at: created_at.toISOString(),
    });
  });
});

describe("orderTotal", () => {
  it.each([
    [[{ product_id: "a", quantity: 3, unit_price: 0.1 }], 0.3],
    [
      [
        { product_id: "a", quantity: 2, unit_price: 999.99 },
        { product_id: "b", quantity: 1, unit_price: 599.99 },
      ],
      2599.97,
    ],
    [[{ product_id: "a", quantity: 1, unit_price: null }], null],
    [[{ product_id: "a", quantity: 1 }], null],
  ])("of %j is %s", (lines, total) => {
    expect(orderTotal(lines)).toBe(total);
  });
});

describe("orderLines", () => {
  it.each([
    [
      "repeated products summed",
      [
        { product_id: "a", quantity: 1 },
        { product_id: "a", quantity: 2 },
      ],
      [{ product_id: "a", quantity: 3 }],
    ],
    ["one bare line", { product_id: "a", quantity: 1 }, [{ product_id: "a", quantity: 1 }]],
    [
      "a Decimal128 quantity",
      [{ product_id: "a", quantity: Decimal128.fromString("2") }],
      [{ product_id: "a", quantity: 2 }],
    ],
    ["no line", [], undefined],
    ["no products", undefined, undefined],
    ["a quantity of zero", [{ product_id: "a", quantity: 0 }], undefined],
    ["a quantity as text", [{ product_id: "a", quantity: "2" }], undefined],
    ["half a unit", [{ product_id: "a", quantity: 0.5 }], undefined],
  ])("reads %s", (_, products, lines) => {
    expect(orderLines({ ...fromNotebook, products: products as OrderDoc["products"] })).toEqual(lines);
  });
});
