import type { ShortageDoc } from "../db/collections.js";
import { summedLines, type UnitLine } from "../shared/lines.js";
import type { AllocationResult, CheckResult, Short, StockRequest } from "./model.js";

/** What an order's movements say before a batch: its units are taken, or can never be. */
export type EarlierAllocation = "already_allocated" | "closed";

export interface Decision {
  /** One per request, in order. */
  readonly results: readonly AllocationResult[];
  /** Units to take, by product. */
  readonly taken: ReadonlyMap<string, number>;
}

/**
 * Decides which orders of a batch get their units: all or nothing per order, earlier orders first.
 *
 * An order that cannot be filled is passed over; later ones may still be filled. The second mention of an
 * order finds what the first one did.
 * @param stock units that can be sold, by product; unknown products are absent
 * @param earlier by order id as text
 * @throws Error on lines that no checked order has, since taking a negative quantity would make stock
 */
export function decideAllocation(
  requests: readonly StockRequest[],
  stock: ReadonlyMap<string, number>,
  earlier: ReadonlyMap<string, EarlierAllocation>,
): Decision {
  const left = new Map(stock);
  const done = new Map<string, AllocationResult>([...earlier].map(([orderId, kind]) => [orderId, { kind }] as const));
  const results: AllocationResult[] = [];
  for (const request of requests) {
    const id = String(request.order_id);
    const before = done.get(id);
    const result = before === undefined ? takeOrder(wantedUnits(request), left) : repeated(before);
    if (before === undefined) done.set(id, result);
    results.push(result);
  }
  return { results, taken: difference(stock, left) };
}

function repeated(before: AllocationResult): AllocationResult {
  return before.kind === "allocated" ? { kind: "already_allocated" } : before;
}

/** What `decideAllocation` would do with orders that have no allocation yet. */
export function decideCheck(requests: readonly StockRequest[], stock: ReadonlyMap<string, number>): CheckResult[] {
  const left = new Map(stock);
  const results: CheckResult[] = [];
  for (const request of requests) {
    const result = takeOrder(wantedUnits(request), left);
    results.push(result.kind === "allocated" ? { kind: "available" } : result);
  }
  return results;
}

/** Units of an order, one line for each product. */
export function wantedUnits({ order_id, lines }: StockRequest): readonly UnitLine[] {
  const wanted = summedLines(lines);
  if (lines.length === 0 || !lines.every(isSound) || !wanted.every(isSound)) {
    throw new Error(`Order ${String(order_id)} asks for no whole units`);
  }
  return wanted;
}

function isSound({ quantity }: UnitLine): boolean {
  return Number.isSafeInteger(quantity) && quantity > 0;
}

function takeOrder(wanted: readonly UnitLine[], left: Map<string, number>): { readonly kind: "allocated" } | Short {
  const shortages: ShortageDoc[] = [];
  let unknown = false;
  for (const { product_id, quantity } of wanted) {
    const available = left.get(product_id);
    unknown ||= available === undefined;
    if ((available ?? 0) < quantity) shortages.push({ product_id, wanted: quantity, available: available ?? 0 });
  }
  if (shortages.length > 0) {
    return { kind: "short", reason: unknown ? "unknown_product" : "insufficient_stock", shortages };
  }
  for (const { product_id, quantity } of wanted) left.set(product_id, (left.get(product_id) ?? 0) - quantity);
  return { kind: "allocated" };
}

function difference(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): Map<string, number> {
  const taken = new Map<string, number>();
  for (const [productId, units] of before) {
    const left = after.get(productId) ?? 0;
    if (left !== units) taken.set(productId, units - left);
  }
  return taken;
}
