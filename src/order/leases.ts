import type { Filter } from "mongodb";
import { type Collections, endLease, type OrderDoc, type OrderId } from "../db/collections.js";

/** In whose hands orders are put, and for how long. */
export interface Lease {
  /** The run that works on them. */
  readonly owner: string;
  readonly durationMs: number;
}

/** Which pending orders are meant. */
interface PendingFilter {
  /** Only what this run recorded. */
  readonly runId?: string | undefined;
}

/**
 * Who works on which pending order, so that many workers share them instead of doing the same work.
 *
 * No order depends on it for being done once: that is held by the ledger's keys (`<order id>/allocation`) and by the
 * status in the filter of every move. A lease that is lost, taken over or ignored costs work, never a unit.
 *
 * A lease is a field of its order and is judged by the database's own clock, so the clocks of workers need not agree.
 * Leaving the status `pending` ends it.
 */
export interface Leases {
  /**
   * Pending orders that nobody holds now, in the order of their `_id`.
   * @param page.after only later ids of the same type; ids of other types come when it is left out
   */
  free(page: PendingFilter & { readonly after: OrderId | undefined; readonly limit: number }): Promise<OrderDoc[]>;
  /**
   * Takes those of the orders that are still pending and free, for one owner alone.
   * @returns which of them it got, in order
   */
  take(orders: readonly OrderDoc[], lease: Lease): Promise<readonly OrderDoc[]>;
  /** Prolongs what the owner still holds of these. */
  renew(orderIds: readonly OrderId[], lease: Lease): Promise<void>;
  /** Gives back what the owner still holds of these. */
  release(orderIds: readonly OrderId[], owner: string): Promise<void>;
  /** The ids of all pending orders that the owner does not hold, whoever else does, streamed. */
  pendingBeside(owner: string, filter: PendingFilter): AsyncIterable<OrderId>;
}

/** A missing field sorts before every date, so an order without a lease counts as one whose lease has run out. */
const isFree: Filter<OrderDoc> = { $expr: { $lt: ["$lease.until", "$$NOW"] } };

/** The leases over one database; `status_1__id_1` (or `run_id_1__id_1`) serves all look-ups. */
export function createLeases({ orders }: Pick<Collections, "orders">): Leases {
  return {
    free: ({ after, limit, ...filter }) =>
      orders
        .find({ ...pending(filter), ...(after !== undefined && { _id: { $gt: after } }), ...isFree })
        .sort({ _id: 1 })
        .limit(limit)
        .toArray(),
    take: (docs, lease) => take(orders, docs, lease),
    async renew(ids, { owner, durationMs }) {
      await orders.updateMany({ ...heldBy(owner, ids) }, [{ $set: { "lease.until": later(durationMs) } }]);
    },
    async release(ids, owner) {
      if (ids.length > 0) await orders.updateMany(heldBy(owner, ids), endLease);
    },
    async *pendingBeside(owner, filter) {
      const others = orders.find({ ...pending(filter), "lease.owner": { $ne: owner } }, { projection: { _id: 1 } });
      for await (const { _id } of others.sort({ _id: 1 })) yield _id;
    },
  };
}

/** Two workers may have read the same orders as free; the guard is in the update, and what each got is read back. */
async function take(
  orders: Collections["orders"],
  docs: readonly OrderDoc[],
  { owner, durationMs }: Lease,
): Promise<readonly OrderDoc[]> {
  if (docs.length === 0) return [];
  const ids = docs.map(({ _id }) => _id);
  const { modifiedCount } = await orders.updateMany({ _id: { $in: ids }, status: "pending", ...isFree }, [
    { $set: { lease: { owner, until: later(durationMs) } } },
  ]);
  if (modifiedCount === docs.length || modifiedCount === 0) return modifiedCount === 0 ? [] : docs;
  const got = await orders.find(heldBy(owner, ids), { projection: { _id: 1 } }).toArray();
  const mine = new Set(got.map(({ _id }) => String(_id)));
  return docs.filter(({ _id }) => mine.has(String(_id)));
}

function pending({ runId }: PendingFilter): Filter<OrderDoc> {
  return { status: "pending", ...(runId !== undefined && { run_id: runId }) };
}

function heldBy(owner: string, ids: readonly OrderId[]): Filter<OrderDoc> {
  return { _id: { $in: [...ids] }, status: "pending", "lease.owner": owner };
}

/** By the clock of the database. */
function later(durationMs: number) {
  return { $add: ["$$NOW", durationMs] };
}
