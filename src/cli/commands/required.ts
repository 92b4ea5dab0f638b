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
  throw new WarehouseError(
    "not_found",
    `${missing.length > 1 ? "There are no products" : "There is no product"} ${missing.join(", ")}`,
    {
      details: { product_id: first, product_ids: missing },
    },
  );
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
  throw new WarehouseError(
    "not_found",
    `${missing.length > 1 ? "There are no orders" : "There is no order"} ${missing.join(", ")}`,
    {
      details: { order_id: first, order_ids: missing },
    },
  );
}

/** @throws WarehouseError `not_found`, naming the runs that may be meant */
export async function requireRun(runs: Runs, id: string, { command }: Commands): Promise<RunDoc> {
  const run = await runs.find(id);
  if (run !== undefined) return run;
  const ids = (await runs.list(lookedAt)).map(({ _id }) => _id);
  const several = ids.filter((each) => each.startsWith(id));
  const near = (several.length > 0 ? several : similar(id, ids)).slice(0, 3);
  const message =
    several.length > 0
      ? `More than one run begins with ${id}: ${near.join(", ")}`
      : `There is no run ${id}${hint(near)}`;
  throw new WarehouseError("not_found", message, { details: { run: id, near, fix: command(["runs"]) } });
}

/** So many of the newest runs are looked through for one that may be meant. */
const lookedAt = 500;
/** Ids begin with the day, which says little. */
const sameDay = 8;

/** Ids that hold the text, else those that begin most like it. */
function similar(id: string, ids: readonly string[]): string[] {
  const holding = ids.filter((each) => id.length >= 4 && each.includes(id));
  if (holding.length > 0) return holding;
  const close = ids.map((each) => ({ each, common: commonStart(id, each) })).filter(({ common }) => common > sameDay);
  return close.sort((left, right) => right.common - left.common).map(({ each }) => each);
}

function commonStart(left: string, right: string): number {
  let length = 0;
  while (length < left.length && left[length] === right[length]) length += 1;
  return length;
}

function hint(near: readonly string[]): string {
  return near.length === 0 ? "" : `; did you mean ${near.join(" or ")}?`;
}
