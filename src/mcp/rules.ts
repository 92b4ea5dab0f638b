// The arguments' rules are those of the order file, so that one order is right or wrong everywhere.
import { orderRule } from "../order/load/rules.js";
import { visibleTextRule, wholeNumberRule } from "../shared/json-rules.js";

const { products, address, order_id: key } = orderRule.shape;

export const orderIdRule = key.unwrap().describe("The order's id, or the idempotency key it was created with");
export const productIdRule = key.unwrap().describe("The product's id, 1 to 256 characters");
export const keyRule = key
  .unwrap()
  .describe("1 to 256 characters of your choice; the same key with the same request never acts twice");
export const productsRule = products.describe(
  "1 to 10,000 order lines; product_id: 1 to 256 characters, quantity: a whole number from 1 to 1,000,000; repeated products are summed",
);
export const addressRule = address.describe("Delivery address, 1 to 10,000 characters, kept to the byte");
export const reasonRule = visibleTextRule(1_000).describe(
  "Why, 1 to 1,000 characters; insufficient_stock and unknown_product are accepted only if the stock confirms them",
);

/** How many rows a list may have. */
export function limitRule(maximum: number, usual: number) {
  return wholeNumberRule(1, maximum)
    .default(usual)
    .describe(`At most so many, a whole number from 1 to ${maximum}; ${usual} if left out`);
}
