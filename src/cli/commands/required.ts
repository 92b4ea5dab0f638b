import type { OrderDoc, RunDoc } from "../../db/collections.js";
import type { Runs } from "../../books/model.js";
import type { StockLevel } from "../../inventory/model.js";
import type { Orders } from "../../order/model.js";
import { WarehouseError } from "../../shared/errors.js";
import type { Commands } from "../advice.js";

/** @throws WarehouseError `not_found` naming every product that was asked for and is not there */
export function requireProducts(productIds: readonly string[], levels: readonly StockLevel[]): void {
  const found = new Set(levels.map(({ product_id }) => product_id));
  const missing = [...new Set(productIds)].filter((productId) => !found.has(productId));
  const [first] = missing;
  if (first === undefined) return;
  throw new WarehouseError("not_found", `There is no product ${missing.join(", ")}`, {
    details: { product_id: first, product_ids: missing },
  });
}

/**
 * The orders that were asked for, each once.
 * @throws WarehouseError `not_found` naming every one that is not there
 */
export async function requireOrders(orders: Orders, ids: readonly string[]): Promise<readonly OrderDoc[]> {
  const found = new Map<string, OrderDoc>();
  const missing: string[] = [];
  for (const id of new Set(ids)) {
    const order = await orders.find(id);
    if (order === undefined) missing.push(id);
    else found.set(String(order._id), order);
  }
  const [first] = missing;
  if (first === undefined) return [...found.values()];
  throw new WarehouseError("not_found", `There is no order ${missing.join(", ")}`, {
    details: { order_id: first, order_ids: missing },
  });
}

/** @throws WarehouseError `not_found` */
export async function requireRun(runs: Runs, id: string, { command }: Commands): Promise<RunDoc> {
  const run = await runs.find(id);
  if (run !== undefined) return run;
  throw new WarehouseError("not_found", `There is no run ${id}, or more than one whose id begins so`, {
    details: { run: id, fix: command(["runs"]) },
  });
}
