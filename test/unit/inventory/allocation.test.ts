import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decideAllocation, decideCheck, type EarlierAllocation } from "../../../src/inventory/allocation.js";
import type { StockRequest } from "../../../src/inventory/model.js";

const stock = new Map([
  ["prod1", 10],
  ["prod2", 3],
]);
const none = new Map<string, EarlierAllocation>();

function request(order_id: string, ...lines: [product: string, quantity: number][]): StockRequest {
  return { order_id, lines: lines.map(([product_id, quantity]) => ({ product_id, quantity })) };
}

describe("decideAllocation", () => {
  it("takes every line of an order", () => {
    const { results, taken } = decideAllocation([request("a", ["prod1", 2], ["prod2", 1])], stock, none);
    expect(results).toEqual([{ kind: "allocated" }]);
    expect(Object.fromEntries(taken)).toEqual({ prod1: 2, prod2: 1 });
  });

  it("takes nothing of an order when one line is short, and names every short line", () => {
    const { results, taken } = decideAllocation([request("a", ["prod1", 11], ["prod2", 4])], stock, none);
    expect(results).toEqual([
      {
        kind: "short",
        reason: "insufficient_stock",
        shortages: [
          { product_id: "prod1", wanted: 11, available: 10 },
          { product_id: "prod2", wanted: 4, available: 3 },
        ],
      },
    ]);
    expect(taken.size).toBe(0);
  });

  it("passes over an order that cannot be filled and fills later ones", () => {
    const requests = [request("a", ["prod2", 2]), request("b", ["prod2", 2]), request("c", ["prod2", 1])];
    const { results } = decideAllocation(requests, stock, none);
    expect(results.map(({ kind }) => kind)).toEqual(["allocated", "short", "allocated"]);
  });

  it("sums repeated lines of a product", () => {
    const { results } = decideAllocation([request("a", ["prod2", 2], ["prod2", 2])], stock, none);
    expect(results).toMatchObject([{ shortages: [{ product_id: "prod2", wanted: 4, available: 3 }] }]);
  });

  it("names an unknown product above a shortage", () => {
    const { results } = decideAllocation([request("a", ["prod2", 9], ["ghost", 1])], stock, none);
    expect(results).toMatchObject([
      { reason: "unknown_product", shortages: [{}, { product_id: "ghost", available: 0 }] },
    ]);
  });

  it("takes nothing again for an order that has its units, was closed, or is named twice", () => {
    const earlier = new Map<string, EarlierAllocation>([
      ["a", "already_allocated"],
      ["b", "closed"],
    ]);
    const requests = ["a", "b", "c", "c"].map((id) => request(id, ["prod1", 1]));
    const { results, taken } = decideAllocation(requests, stock, earlier);
    expect(results.map(({ kind }) => kind)).toEqual(["already_allocated", "closed", "allocated", "already_allocated"]);
    expect(taken.get("prod1")).toBe(1);
  });

  it.each([[0], [-1], [1.5], [Number.NaN], [2 ** 53]])("refuses a quantity of %s as a bug", (quantity) => {
    expect(() => decideAllocation([request("a", ["prod1", quantity])], stock, none)).toThrow("no whole units");
  });

  it("never takes more than there is, and exactly what the allocated orders want", () => {
    const line = fc.tuple(fc.constantFrom("p", "q", "r", "ghost"), fc.integer({ min: 1, max: 6 }));
    const orders = fc.array(fc.array(line, { minLength: 1, maxLength: 4 }), { maxLength: 12 });
    const levels = fc.record({ p: fc.nat(20), q: fc.nat(20), r: fc.nat(20) });
    fc.assert(
      fc.property(orders, levels, (lists, units) => {
        const requests = lists.map((lines, index) => request(String(index), ...lines));
        const { results, taken } = decideAllocation(requests, new Map(Object.entries(units)), none);
        const sold = new Map<string, number>();
        for (const [index, { lines }] of requests.entries()) {
          if (results[index]!.kind !== "allocated") continue;
          for (const { product_id, quantity } of lines) sold.set(product_id, (sold.get(product_id) ?? 0) + quantity);
        }
        expect(taken).toEqual(sold);
        for (const [product, count] of taken) expect(count).toBeLessThanOrEqual(units[product as "p"]);
      }),
    );
  });
});

describe("decideCheck", () => {
  it("sees earlier orders of the batch as filled", () => {
    const results = decideCheck([request("a", ["prod2", 3]), request("b", ["prod2", 1])], stock);
    expect(results.map(({ kind }) => kind)).toEqual(["available", "short"]);
  });
});
