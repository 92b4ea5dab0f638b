import type { Actor, HistoryDoc, OrderId, OrderStatus } from "../db/collections.js";

/** The table of legal moves; what has no way out is final. */
export const statusMoves = {
  pending: ["in_transit", "cancelled"],
  in_transit: ["delivered", "cancelled"],
  delivered: [],
  cancelled: [],
} as const satisfies Record<OrderStatus, readonly OrderStatus[]>;

export const orderStatuses = Object.keys(statusMoves) as readonly OrderStatus[];

/** Whether the table has the move. */
export function isLegalMove(from: OrderStatus, to: OrderStatus): boolean {
  return (statusMoves[from] as readonly OrderStatus[]).includes(to);
}

/**
 * The shortest chain of legal moves, without `from` itself; both may be what another program wrote.
 *
 * @returns `undefined` when no chain leads there
 */
export function movesBetween(from: string, to: string): readonly OrderStatus[] | undefined {
  if (!isOrderStatus(from)) return undefined;
  const chains: (readonly OrderStatus[])[] = statusMoves[from].map((next) => [next]);
  for (const chain of chains) {
    const last = chain.at(-1);
    if (last === to) return chain;
    if (last !== undefined) chains.push(...statusMoves[last].map((next) => [...chain, next]));
  }
  return undefined;
}

/** The statuses from which `to` can be reached in one move. */
export function sourcesOf(to: OrderStatus): readonly OrderStatus[] {
  return orderStatuses.filter((from) => isLegalMove(from, to));
}

/** Whether an order in this status can never change again. */
export function isFinal(status: OrderStatus): boolean {
  return statusMoves[status].length === 0;
}

/** Whether a text is one of the statuses. */
export function isOrderStatus(text: string): text is OrderStatus {
  return Object.hasOwn(statusMoves, text);
}

/** The row that a change of status leaves in the order's history. */
export function historyRow(status: OrderStatus, at: Date, { by, runId }: Actor): HistoryDoc {
  return { status, at, by, ...(runId !== undefined && { run_id: runId }) };
}

/** What a move may lead to; cancelling gives stock back as well, so it is a matter of the books. */
export type MoveTarget = "in_transit" | "delivered";

export type MoveResult =
  | { readonly kind: "moved"; readonly from: OrderStatus }
  /** It has the status already; nothing was changed. */
  | { readonly kind: "already" }
  | { readonly kind: "illegal"; readonly from: OrderStatus }
  | { readonly kind: "not_found" };

/** What the delivery feature does; `createDeliveries` makes one. */
export interface Deliveries {
  /**
   * Moves orders along the table of legal moves, each guarded by its old status in the filter.
   *
   * Changes no stock: to cancel, use `books.cancel`; to ship, `books.ship`, which asks for the units first.
   * @returns one result per id, in order
   */
  move(orderIds: readonly OrderId[], to: MoveTarget, actor: Actor): Promise<readonly MoveResult[]>;
}
