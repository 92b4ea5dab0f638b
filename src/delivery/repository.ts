import { type Collections, endLease, type HistoryDoc, type OrderDoc, type OrderId } from "../db/collections.js";
import type { Database } from "../db/database.js";
import type { Clock } from "../shared/clock.js";
import { type Deliveries, historyRow, type MoveResult, type MoveTarget, sourcesOf } from "./model.js";

/** The deliveries over one database. */
export function createDeliveries({ collections }: Database, clock: Clock): Deliveries {
  let last = 0;
  return {
    async move(orderIds, to, actor) {
      // No two moves of this process share a time, so a history row tells which move wrote it.
      last = Math.max(clock.now().getTime(), last + 1);
      return moveOrders(collections, orderIds, to, historyRow(to, new Date(last), actor));
    },
  };
}

/** One update for all; who was moved is read back only when not everyone was. */
async function moveOrders(
  { orders }: Collections,
  orderIds: readonly OrderId[],
  to: MoveTarget,
  row: HistoryDoc,
): Promise<MoveResult[]> {
  if (orderIds.length === 0) return [];
  const [from] = sourcesOf(to);
  if (from === undefined) throw new Error(`Nothing leads to ${to}`);
  const { matchedCount } = await orders.updateMany(
    { _id: { $in: [...orderIds] }, status: from },
    { $set: { status: to, updated_at: row.at }, $push: { history: row }, ...endLease },
  );
  const moved: MoveResult = { kind: "moved", from };
  if (matchedCount === orderIds.length) return orderIds.map(() => moved);
  const texts = orderIds.map(String);
  const ids = [...new Map(orderIds.map((id, place) => [texts[place], id])).values()];
  if (matchedCount === ids.length) return firstMentions(texts, () => moved);
  const found = await orders
    .find({ _id: { $in: ids } }, { projection: { status: 1, history: { $slice: -1 } } })
    .toArray();
  const byId = new Map(found.map((order) => [String(order._id), order]));
  return firstMentions(texts, (id) => outcomeOf(byId.get(id), to, row) ?? moved);
}

/** A second mention of an order finds it moved already. */
function firstMentions(ids: readonly string[], resultOf: (id: string) => MoveResult): MoveResult[] {
  const seen = new Set<string>();
  return ids.map((id) => {
    const result = resultOf(id);
    if (result.kind === "moved" && seen.has(id)) return { kind: "already" };
    seen.add(id);
    return result;
  });
}

/** `undefined` for an order whose last row is the one that was just written. */
function outcomeOf(order: OrderDoc | undefined, to: MoveTarget, row: HistoryDoc): MoveResult | undefined {
  if (order === undefined) return { kind: "not_found" };
  if (order.status !== to) return { kind: "illegal", from: order.status };
  const last = order.history?.at(-1);
  const ours = last?.at.getTime() === row.at.getTime() && last.by === row.by && last.run_id === row.run_id;
  return ours ? undefined : { kind: "already" };
}
