import { randomUUID } from "node:crypto";
import type { Actor, MovementDoc, MovementKind, MovementLineDoc, OrderId } from "../db/collections.js";

/**
 * The ids of stock movements are their idempotency keys: what has one may happen once.
 *
 * An order's movements share the prefix `<order id>/`, so they are one range of `_id`.
 */
export const movementIds = {
  allocation: (orderId: OrderId) => `${String(orderId)}/allocation`,
  release: (orderId: OrderId) => `${String(orderId)}/release`,
  /** What an audit recorded for an order that another program changed. */
  adoption: (orderId: OrderId) => `${String(orderId)}/adoption`,
  opening: (productId: string) => `opening/${productId}`,
  receipt: () => `receipt/${randomUUID()}`,
  adjustment: () => `adjustment/${randomUUID()}`,
  seed: (productId: string) => `seed/${randomUUID()}/${productId}`,
} as const;

/** All ids that an order's movements can have. */
export function movementIdsOf(orderId: OrderId): string[] {
  return [movementIds.allocation(orderId), movementIds.release(orderId), movementIds.adoption(orderId)];
}

export interface MovementInput {
  readonly id: string;
  readonly kind: MovementKind;
  readonly lines: MovementLineDoc[];
  readonly at: Date;
  readonly actor: Actor;
  readonly orderId?: OrderId;
  readonly reason?: string;
}

/** The document of a movement; fields that do not apply are absent. */
export function movementDoc({ id, kind, lines, at, actor, orderId, reason }: MovementInput): MovementDoc {
  return {
    _id: id,
    kind,
    lines,
    ...(orderId !== undefined && { order_id: orderId }),
    ...(actor.runId !== undefined && { run_id: actor.runId }),
    ...(reason !== undefined && { reason }),
    at,
    by: actor.by,
  };
}

/** Per product, the sum of deltas; products that net to zero are left out. */
export function netLines(movements: readonly Pick<MovementDoc, "lines">[]): MovementLineDoc[] {
  const net = new Map<string, number>();
  for (const { lines } of movements) {
    for (const { product_id, delta } of lines) net.set(product_id, (net.get(product_id) ?? 0) + delta);
  }
  return [...net].filter(([, delta]) => delta !== 0).map(([product_id, delta]) => ({ product_id, delta }));
}
