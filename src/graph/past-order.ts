import type { OrderDoc, RunDoc } from "../db/collections.js";

/** The order as the run left it: what came after the run's last deed is cut off. */
export function asLeftBy(order: OrderDoc, runId: string): OrderDoc {
  const history = order.history ?? [];
  const last = history.findLastIndex(({ run_id }) => run_id === runId);
  const status = history[last]?.status;
  if (status === undefined || last === history.length - 1) return order;
  // Nothing follows a cancellation, so a reason belongs to what is cut off.
  const { reason: _reason, shortages: _shortages, ...rest } = order;
  return { ...rest, status, history: history.slice(0, last + 1) };
}

/** The key of an order that has no `order_id` of its own names its place in its source. */
const placeInKey = /^([0-9a-f]{64}):(\d+)(?:\/again\/.*)?$/;

/**
 * Tells the place of each order in the run's input, orders given by creation.
 *
 * It is exact where keys tell it, which they do for one source without `order_id`s; otherwise orders are counted on.
 */
export function createPlaces({ command }: Pick<RunDoc, "command">): (order: OrderDoc) => number {
  const firstOf = new Map<string, number>();
  let next = 0;
  return ({ key = "" }) => {
    const [, source, place] = (command === "process" || command === "submit" ? placeInKey.exec(key) : null) ?? [];
    let index = next;
    if (source !== undefined) {
      const first = firstOf.get(source) ?? (firstOf.size === 0 ? 0 : next);
      firstOf.set(source, first);
      index = first + Number(place);
    }
    next = Math.max(next, index + 1);
    return index;
  };
}
