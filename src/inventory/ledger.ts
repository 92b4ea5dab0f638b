import type { Filter } from "mongodb";
import type { Collections, MovementDoc } from "../db/collections.js";
import type { LedgerEntry, LedgerFilter } from "./model.js";

/** Stock movements, oldest first, streamed in bounded memory; each filter has its index. */
export function readLedger({ movements }: Collections, filter: LedgerFilter): AsyncIterable<LedgerEntry> {
  const cursor = movements.find(ledgerQuery(filter)).sort({ at: 1 });
  return filter.limit === undefined ? cursor : cursor.limit(filter.limit);
}

function ledgerQuery({ productId, orderId, runId, kind }: LedgerFilter): Filter<MovementDoc> {
  return {
    ...(orderId !== undefined && orderRange(orderId)),
    ...(productId !== undefined && { "lines.product_id": productId }),
    ...(runId !== undefined && { run_id: runId }),
    ...(kind !== undefined && { kind }),
  };
}

/** Every `_id` that begins with `<order id>/`, since `0` is the character after `/`. */
function orderRange(orderId: string): Filter<MovementDoc> {
  return { _id: { $gte: `${orderId}/`, $lt: `${orderId}0` }, order_id: { $exists: true } };
}
