import type { ClientSession } from "mongodb";
import type { Collections, MovementDoc, OrderDoc, OrderId } from "../db/collections.js";
import { movementIdsOf } from "../inventory/movements.js";

/** An order beside what the ledger has for it. */
export interface OrderState {
  /** `undefined` when there is no such order. */
  readonly order: OrderDoc | undefined;
  readonly movements: readonly MovementDoc[];
}

/** Orders and their movements in the one snapshot of the session's transaction, each to be asked for by its id. */
export async function readOrderStates(
  { orders, movements }: Collections,
  orderIds: readonly OrderId[],
  session: ClientSession,
): Promise<(orderId: OrderId) => OrderState> {
  const orderDocs = await orders.find({ _id: { $in: [...orderIds] } }, { session }).toArray();
  const movementDocs = await movements.find({ _id: { $in: orderIds.flatMap(movementIdsOf) } }, { session }).toArray();
  const orderOf = new Map(orderDocs.map((order) => [String(order._id), order]));
  const movementOf = new Map(movementDocs.map((movement) => [movement._id, movement]));
  return (orderId) => ({
    order: orderOf.get(String(orderId)),
    movements: movementIdsOf(orderId).flatMap((id) => movementOf.get(id) ?? []),
  });
}
