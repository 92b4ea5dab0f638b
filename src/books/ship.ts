import type { Collections, OrderId } from "../db/collections.js";
import type { Database } from "../db/database.js";
import type { Deliveries } from "../delivery/model.js";
import { movementIdsOf, netLines } from "../inventory/movements.js";
import type { ShipOptions, ShipResult } from "./model.js";

/**
 * Moves orders to in_transit, only those whose units the ledger shows as taken.
 *
 * No transaction is needed: a cancellation that gives the units back in between also changes the status, and
 * the move is guarded by it.
 */
export async function shipOrders(
  { collections }: Database,
  deliveries: Deliveries,
  orderIds: readonly OrderId[],
  { actor, allocated }: ShipOptions,
): Promise<ShipResult[]> {
  const taken = allocated === true ? undefined : await allocatedOrders(collections, orderIds);
  const ready = taken === undefined ? orderIds : orderIds.filter((id) => taken.has(String(id)));
  const moves = (await deliveries.move(ready, "in_transit", actor)).values();
  const others = taken === undefined ? [] : orderIds.filter((id) => !taken.has(String(id)));
  const statusOf = await statuses(collections, others);
  return orderIds.map((id): ShipResult => {
    if (taken === undefined || taken.has(String(id))) return moves.next().value ?? { kind: "not_found" };
    const status = statusOf.get(String(id));
    if (status === undefined) return { kind: "not_found" };
    if (status === "pending") return { kind: "unallocated" };
    return status === "in_transit" ? { kind: "already" } : { kind: "illegal", from: status };
  });
}

async function allocatedOrders({ movements }: Collections, orderIds: readonly OrderId[]): Promise<Set<string>> {
  const ids = orderIds.flatMap(movementIdsOf);
  const found = await movements.find({ _id: { $in: ids } }, { projection: { lines: 1 } }).toArray();
  const byId = new Map(found.map((movement) => [movement._id, movement]));
  const holds = (id: OrderId): boolean => netLines(movementIdsOf(id).flatMap((key) => byId.get(key) ?? [])).length > 0;
  return new Set(orderIds.filter(holds).map(String));
}

async function statuses({ orders }: Collections, orderIds: readonly OrderId[]) {
  if (orderIds.length === 0) return new Map<string, never>();
  const found = await orders.find({ _id: { $in: [...orderIds] } }, { projection: { status: 1 } }).toArray();
  return new Map(found.map(({ _id, status }) => [String(_id), status]));
}
