import type { HistoryDoc, MovementLineDoc, OrderDoc } from "../../db/collections.js";
import { isLegalMove, isOrderStatus, movesBetween } from "../../delivery/model.js";
import { netLines } from "../../inventory/movements.js";
import { contentHash } from "../../order/model.js";
import { orderLines, orderTotal, orderView } from "../../order/view.js";
import type { OrderState } from "../order-state.js";

/** What is wrong with one order, and whether an audit may record it as another program's doing. */
export interface Problem {
  readonly problem: string;
  readonly adoptable: boolean;
}

/**
 * I3: shipped orders have exactly their lines taken, cancelled ones net to zero, pending ones hold all or nothing.
 *
 * @param order `undefined` when the ledger names one that does not exist
 */
export function judgeStock({ order, movements }: OrderState): Problem | undefined {
  const net = netLines(movements);
  if (order === undefined)
    return net.length === 0
      ? undefined
      : { problem: `the order is gone, but the ledger has ${showLines(net)} for it`, adoptable: true };
  const expected = expectedNet(order, net);
  if (expected === "unknown") return judgeUnknown(order);
  if (expected === "unreadable" || isPendingUnreadable(order))
    return { problem: "its lines are not whole units of products", adoptable: false };
  if (sameLines(net, expected)) return undefined;
  return {
    problem: `is ${order.status}, but the ledger has ${showLines(net)} for it instead of ${showLines(expected)}`,
    adoptable: true,
  };
}

/** Another program may have statuses of its own; what is no text at all is none. */
function judgeUnknown({ status }: { readonly status: unknown }): Problem | undefined {
  return typeof status === "string" ? undefined : { problem: "it has no status", adoptable: false };
}

/** Nobody can take units for it, so it waits for good: worth saying, though nothing is taken wrongly. */
function isPendingUnreadable(order: OrderDoc): boolean {
  return order.status === "pending" && orderLines(order) === undefined;
}

/** What an order's movements should sum to, by its status; a pending order may hold nothing yet. */
export function expectedNet(
  order: OrderDoc | undefined,
  net: readonly MovementLineDoc[],
): MovementLineDoc[] | "unreadable" | "unknown" {
  if (order === undefined || order.status === "cancelled") return [];
  if (!isOrderStatus(order.status)) return "unknown";
  if (order.status === "pending" && net.length === 0) return [];
  return orderLines(order)?.map(({ product_id, quantity }) => ({ product_id, delta: -quantity })) ?? "unreadable";
}

/** I4, of one order: its content is what came in. Only orders that this program recorded can be held to it. */
export function judgeContent(order: OrderDoc): Problem | undefined {
  if (order.content_hash === undefined) return undefined;
  if (contentHash(orderLines(order) ?? [], order.delivery_address) !== order.content_hash) {
    return { problem: "its lines or its address are not those that came in", adoptable: false };
  }
  const { total, products } = orderView(order);
  if (total !== orderTotal(products))
    return { problem: `its total ${String(total)} is not the sum of its lines`, adoptable: false };
  return undefined;
}

/**
 * I5: the history is a chain of legal moves that ends at the status.
 *
 * An order that another program created may begin anywhere, and without a history it tells nothing.
 */
export function judgeHistory(order: OrderDoc): Problem | undefined {
  const rows: readonly HistoryDoc[] = order.history ?? [];
  const ours = order.content_hash !== undefined;
  if (rows.length === 0) return ours ? { problem: "has no history", adoptable: false } : undefined;
  if (ours && rows[0]?.status !== "pending") return { problem: "does not begin as pending", adoptable: false };
  for (const [index, row] of rows.entries()) {
    const next = rows[index + 1];
    if (next !== undefined && !isKnownMove(row.status, next.status)) {
      return { problem: `went from ${row.status} to ${next.status}`, adoptable: false };
    }
  }
  const last = rows.at(-1)?.status ?? order.status;
  if (last === order.status) return undefined;
  return {
    problem: `went from ${last} to ${order.status} without a row in its history`,
    adoptable: movesBetween(last, order.status) !== undefined,
  };
}

function isKnownMove(from: string, to: string): boolean {
  return isOrderStatus(from) && isOrderStatus(to) && isLegalMove(from, to);
}

function sameLines(left: readonly MovementLineDoc[], right: readonly MovementLineDoc[]): boolean {
  const deltas = new Map(left.map(({ product_id, delta }) => [product_id, delta]));
  return left.length === right.length && right.every(({ product_id, delta }) => deltas.get(product_id) === delta);
}

/** Units by product, for people; long lists are cut. */
export function showLines(lines: readonly MovementLineDoc[]): string {
  if (lines.length === 0) return "nothing";
  const shown = lines.slice(0, 5).map(({ product_id, delta }) => `${delta} ${product_id}`);
  return shown.join(", ") + (lines.length > 5 ? ` and ${lines.length - 5} more` : "");
}
