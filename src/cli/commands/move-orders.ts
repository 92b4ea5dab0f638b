import type { CancelResult } from "../../books/model.js";
import type { OrderDoc, OrderStatus } from "../../db/collections.js";
import { isFinal, isLegalMove, type MoveResult, statusMoves } from "../../delivery/model.js";
import { WarehouseError } from "../../shared/errors.js";
import type { App } from "../app.js";
import type { MovedOrder } from "../render/moves.js";
import { requireOrders } from "./required.js";

export interface MoveRequest {
  readonly ids: readonly string[];
  readonly to: OrderStatus;
}

type Moved = MoveResult | CancelResult;

/**
 * Moves orders to a status, all of them or none: every id and every move is checked before the first write.
 * @param move does it; one result per order, in order
 * @throws WarehouseError `not_found` or `illegal_move`, naming each
 */
export async function moveOrders(
  app: App,
  { ids, to }: MoveRequest,
  move: (orders: readonly OrderDoc[]) => Promise<readonly Moved[]>,
): Promise<readonly MovedOrder[]> {
  const { orders } = await app.desk();
  const found = await requireOrders(orders, ids);
  refuseIllegal(
    found.filter(({ status }) => status !== to && !isLegalMove(status, to)),
    to,
  );
  const results = await move(found);
  refuseIllegal(
    found.flatMap((order, index) => overtaken(order, results[index])),
    to,
  );
  return found.map((order, index) => movedOrder(order, to, results[index]));
}

/** What another program did to an order between the check and the move. */
function overtaken(order: OrderDoc, result: Moved | undefined): OrderDoc[] {
  if (result === undefined || result.kind === "not_found") throw new Error(`Order ${String(order._id)} is gone`);
  return result.kind === "illegal" ? [{ ...order, status: result.from }] : [];
}

function refuseIllegal(refused: readonly OrderDoc[], to: OrderStatus): void {
  const [first] = refused;
  if (first === undefined) return;
  const orders = refused.map(({ _id, status }) => ({ order_id: String(_id), status }));
  const what = orders.map(({ order_id, status }) => `order ${order_id} is ${status}`).join(", ");
  throw new WarehouseError("illegal_move", `Cannot make ${to}: ${what}${wayOut(first.status)}`, {
    details: { order_id: String(first._id), to, orders },
  });
}

function wayOut(status: OrderStatus): string {
  return isFinal(status) ? ", which is final" : `; from ${status} it can become ${statusMoves[status].join(" or ")}`;
}

function movedOrder({ _id }: OrderDoc, status: OrderStatus, result: Moved | undefined): MovedOrder {
  const released = result?.kind === "cancelled" ? result.released : [];
  const from = result?.kind === "moved" || result?.kind === "cancelled" ? result.from : status;
  return { order_id: String(_id), from, status, already: result?.kind === "already", released };
}
