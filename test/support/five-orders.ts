import { expect } from "vitest";
import type { FileOrder } from "./runs.js";
import { auditOf, type Shop, stockOf } from "./shop.js";

/** Two that can be filled, one that cannot, one unknown, and one that must come after the third. */
export const fiveOrders: readonly FileOrder[] = [
  {
    lines: [
      ["prod1", 6],
      ["prod2", 1],
    ],
    address: "1 First St",
  },
  { lines: [["prod3", 3]], address: "2 Second St" },
  { lines: [["prod1", 5]], address: "3 Third St" },
  { lines: [["prod9", 1]], address: "4 Fourth St" },
  { lines: [["prod1", 4]], address: "5 Fifth St" },
];

/** Every order done exactly once, as the rules do it on the sample products, and the books clean. */
export async function expectFiveDone(shop: Shop): Promise<void> {
  const docs = await shop.database.collections.orders.find().toArray();
  const found = docs.map(({ status, delivery_address, reason }) => [delivery_address, status, reason]);
  expect(found.sort()).toEqual([
    ["1 First St", "in_transit", undefined],
    ["2 Second St", "in_transit", undefined],
    ["3 Third St", "cancelled", "insufficient_stock"],
    ["4 Fourth St", "cancelled", "unknown_product"],
    ["5 Fifth St", "in_transit", undefined],
  ]);
  expect(await stockOf(shop)).toEqual({ prod1: 0, prod2: 14, prod3: 27 });
  expect(await auditOf(shop)).toEqual({});
}
