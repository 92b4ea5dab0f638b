import type { MovementLineDoc, OrderStatus } from "../db/collections.js";
import { isLegalMove } from "../delivery/model.js";
import { movementIds, netLines } from "../inventory/movements.js";
import type { CancelResult } from "./model.js";
import type { OrderState } from "./order-state.js";

export type CancelPlan =
  | Exclude<CancelResult, { kind: "cancelled" }>
  | {
      readonly kind: "cancel";
      readonly from: OrderStatus;
      /** What goes back to stock; empty when nothing was taken. */
      readonly release: readonly MovementLineDoc[];
      /** The movement to write, if the ledger lacks it. */
      readonly movement: { readonly id: string; readonly kind: "allocation" | "release" } | undefined;
    };

/**
 * Decides what cancelling one order means, from the order and its movements.
 *
 * An order without an allocation gets an empty one: the key is then used up, so an allocation that was under
 * way elsewhere can never come after the cancellation.
 * @param from refuse other statuses, besides what the table of moves refuses
 */
export function planCancel({ order, movements }: OrderState, from: readonly OrderStatus[] | undefined): CancelPlan {
  if (order === undefined) return { kind: "not_found" };
  const { status, _id } = order;
  if (status === "cancelled") return { kind: "already" };
  if (!isLegalMove(status, "cancelled") || from?.includes(status) === false) return { kind: "illegal", from: status };
  const has = (id: string): boolean => movements.some((movement) => movement._id === id);
  const release = netLines(movements)
    .filter(({ delta }) => delta < 0)
    .map(({ product_id, delta }) => ({ product_id, delta: -delta }));
  const kind = release.length > 0 ? "release" : "allocation";
  const id = movementIds[kind](_id);
  return has(id)
    ? { kind: "cancel", from: status, release: [], movement: undefined }
    : { kind: "cancel", from: status, release, movement: { id, kind } };
}
