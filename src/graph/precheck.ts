import type { Inventory } from "../inventory/model.js";
import type { CheckedOrder } from "../order/load/open.js";
import type { Orders } from "../order/model.js";
import { WarehouseError } from "../shared/errors.js";
import { chunked } from "./streams.js";

const perLookup = 1_000;
const listed = 100;

/** @throws WarehouseError `no_products` on a database without any: every order would be cancelled as unknown */
export async function requireProducts(inventory: Pick<Inventory, "someProductIds">): Promise<void> {
  if ((await inventory.someProductIds(1)).length > 0) return;
  throw new WarehouseError("no_products", "There are no products yet; run warehouse seed first");
}

/**
 * Finds the orders that reuse an `order_id` with other content, before anything is written.
 *
 * @returns whether any of the orders is in the database already
 * @throws WarehouseError `order_conflict` with the first hundred in `details.orders`
 */
export async function requireNoConflicts(
  orders: Pick<Orders, "knownKeys">,
  source: AsyncIterable<readonly CheckedOrder[]>,
): Promise<boolean> {
  const conflicts: { index: number; order_id: string }[] = [];
  let count = 0;
  let anyKnown = false;
  for await (const chunk of chunked(source, perLookup)) {
    const known = await orders.knownKeys(chunk.map(({ key }) => key));
    anyKnown ||= known.size > 0;
    for (const { index, key, content_hash } of chunk) {
      const found = known.get(key);
      if (found === undefined || found.content_hash === content_hash) continue;
      count += 1;
      if (conflicts.length < listed) conflicts.push({ index, order_id: key });
    }
  }
  if (count > 0) throw conflictError(conflicts, count);
  return anyKnown;
}

/** The refusal of orders whose key another order has. */
export function conflictError(
  conflicts: readonly { readonly index: number; readonly order_id: string }[],
  count = conflicts.length,
): WarehouseError {
  const shown = conflicts.slice(0, 3).map(({ index, order_id }) => `orders[${index}] (${JSON.stringify(order_id)})`);
  const more = count > shown.length ? ` and ${count - shown.length} more` : "";
  const message = `The order_id of ${shown.join(", ")}${more} was used before with other content; give changed orders a new order_id`;
  return new WarehouseError("order_conflict", message, { details: { orders: conflicts, count } });
}
