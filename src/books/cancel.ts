import type { AnyBulkWriteOperation, ClientSession } from "mongodb";
import { type Actor, type Collections, endLease, type MovementDoc, type OrderDoc } from "../db/collections.js";
import type { Database } from "../db/database.js";
import { staleRead } from "../db/transaction.js";
import { historyRow } from "../delivery/model.js";
import { movementDoc } from "../inventory/movements.js";
import { changeStock } from "../inventory/stock.js";
import type { Clock } from "../shared/clock.js";
import { type CancelPlan, planCancel } from "./cancel-rules.js";
import type { CancelOptions, CancelRequest, CancelResult } from "./model.js";
import { readOrderStates } from "./order-state.js";

const perTransaction = 500;

/** A few hundred orders per transaction; a later mention of an order finds what the first one did. */
export async function cancelOrders(
  database: Database,
  clock: Clock,
  requests: readonly CancelRequest[],
  options: CancelOptions,
): Promise<CancelResult[]> {
  const results: CancelResult[] = [];
  const seen = new Set<string>();
  for (let start = 0; start < requests.length; start += perTransaction) {
    const some = requests.slice(start, start + perTransaction);
    const plans = await database.transaction((session) => cancelSome(database, clock, some, { ...options, session }));
    for (const [index, { order_id }] of some.entries()) {
      results.push(resultOf(plans[index], seen.has(String(order_id))));
      seen.add(String(order_id));
    }
  }
  return results;
}

function resultOf(plan: CancelPlan | undefined, repeated: boolean): CancelResult {
  if (plan === undefined) return { kind: "not_found" };
  if (plan.kind !== "cancel") return plan;
  if (repeated) return { kind: "already" };
  const released = plan.release.map(({ product_id, delta }) => ({ product_id, quantity: delta }));
  return { kind: "cancelled", from: plan.from, released };
}

interface Cancellation {
  readonly request: CancelRequest;
  readonly plan: CancelPlan & { kind: "cancel" };
}

async function cancelSome(
  { collections }: Database,
  clock: Clock,
  requests: readonly CancelRequest[],
  { actor, from, session }: CancelOptions & { readonly session: ClientSession },
): Promise<CancelPlan[]> {
  const stateOf = await readOrderStates(
    collections,
    requests.map(({ order_id }) => order_id),
    session,
  );
  const plans = requests.map(({ order_id }) => planCancel(stateOf(order_id), from));
  const cancellations = new Map<string, Cancellation>();
  for (const [index, request] of requests.entries()) {
    const plan = plans[index];
    const id = String(request.order_id);
    if (plan?.kind === "cancel" && !cancellations.has(id)) cancellations.set(id, { request, plan });
  }
  await writeCancellations(collections, [...cancellations.values()], { actor, at: clock.now(), session });
  return plans;
}

interface Writing {
  readonly actor: Actor;
  readonly at: Date;
  readonly session: ClientSession;
}

async function writeCancellations(
  collections: Collections,
  cancellations: readonly Cancellation[],
  writing: Writing,
): Promise<void> {
  if (cancellations.length === 0) return;
  const { session } = writing;
  const updates = cancellations.map((cancellation) => orderUpdate(cancellation, writing));
  const { matchedCount } = await collections.orders.bulkWrite(updates, { session });
  if (matchedCount !== updates.length) throw staleRead("An order's status changed while it was being cancelled");
  const deltas = new Map<string, number>();
  for (const { product_id, delta } of cancellations.flatMap(({ plan }) => plan.release)) {
    deltas.set(product_id, (deltas.get(product_id) ?? 0) + delta);
  }
  await changeStock(collections, deltas, session);
  const movements = cancellations.flatMap((cancellation) => cancelMovement(cancellation, writing));
  if (movements.length > 0) await collections.movements.insertMany(movements, { session });
}

function orderUpdate({ request, plan }: Cancellation, { actor, at }: Writing): AnyBulkWriteOperation<OrderDoc> {
  const { order_id, reason, shortages } = request;
  const fields = {
    status: "cancelled" as const,
    reason,
    ...(shortages !== undefined && { shortages: [...shortages] }),
    updated_at: at,
  };
  return {
    updateOne: {
      filter: { _id: order_id, status: plan.from },
      update: { $set: fields, $push: { history: historyRow("cancelled", at, actor) }, ...endLease },
    },
  };
}

function cancelMovement({ request, plan }: Cancellation, { actor, at }: Writing): MovementDoc[] {
  if (plan.movement === undefined) return [];
  const { order_id, reason } = request;
  return [movementDoc({ ...plan.movement, lines: [...plan.release], orderId: order_id, reason, actor, at })];
}
