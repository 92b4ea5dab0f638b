import type { Filter } from "mongodb";
import type { Collections, MovementDoc } from "../db/collections.js";
import type { LedgerEntry, LedgerFilter } from "./model.js";
import { openingLeadMs } from "./stock.js";

/** Stock movements, oldest first, streamed in bounded memory; each filter has its index. */
export async function* readLedger(collections: Collections, filter: LedgerFilter): AsyncGenerator<LedgerEntry> {
  const during = filter.runId === undefined ? {} : await timeOfRun(collections, filter.runId);
  const cursor = collections.movements.find({ ...ledgerQuery(filter), ...during }).sort({ at: 1 });
  yield* filter.limit === undefined ? cursor : cursor.limit(filter.limit);
}

/** An index on runs would cost every movement one more write; the index on times serves as well. */
async function timeOfRun({ runs }: Collections, runId: string): Promise<Filter<MovementDoc>> {
  const run = await runs.findOne({ _id: runId }, { projection: { started_at: 1, finished_at: 1 } });
  if (run === null) return {};
  const from = new Date(run.started_at.getTime() - openingLeadMs);
  return { at: { $gte: from, ...(run.finished_at !== undefined && { $lte: run.finished_at }) } };
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
