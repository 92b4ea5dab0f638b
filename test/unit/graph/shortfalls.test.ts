import { expect, it } from "vitest";
import { createShortfalls } from "../../../src/graph/shortfalls.js";

it("sums shortages by product, the most wanted first, then by id", () => {
  const shortfalls = createShortfalls();
  const shortage = (product_id: string, wanted: number, available: number) => ({ product_id, wanted, available });
  shortfalls.add({ shortages: [shortage("b", 5, 3), shortage("c", 1, 0)] });
  shortfalls.add({ shortages: [] });
  shortfalls.add({ shortages: [shortage("b", 4, 4), shortage("a", 1, 0)] });
  expect(shortfalls.list()).toEqual([
    { product_id: "b", orders: 2, wanted: 9, available: 4 },
    { product_id: "a", orders: 1, wanted: 1, available: 0 },
    { product_id: "c", orders: 1, wanted: 1, available: 0 },
  ]);
});
