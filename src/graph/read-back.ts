import type { OrderDoc, OrderId } from "../db/collections.js";
import type { OrderLine } from "../order/model.js";
import type { Batch, OrderProgress, Scene } from "../tools/batch.js";

/** An order that its batch itself recorded and shipped, and that stands so: what else its document says, the batch wrote. */
export interface ShippedOrder {
  readonly kind: "shipped";
  readonly status: "in_transit";
  readonly total: number | null;
  readonly lines: readonly OrderLine[];
}

/** An order at the end of its batch, as the database has it. */
export type ReadOrder = OrderDoc | ShippedOrder;

/**
 * Reads back the orders of a batch, one result per order; `undefined` for what is not recorded or gone.
 * @param whole read every document whole, as rows of a report need it; else those that the batch recorded and shipped are
 *   counted, and read whole only when not all of them stand so
 */
export async function readBack({ batch, progress }: Scene, whole: boolean): Promise<(ReadOrder | undefined)[]> {
  const { orders } = batch.features;
  const read: (ReadOrder | undefined)[] = progress.map(() => undefined);
  const places = whole ? [] : placesOf(progress, ({ created, shipped }) => created && shipped);
  const standing = places.length === 0 ? 0 : await orders.countIn("in_transit", idsAt(places, progress));
  if (standing === places.length) for (const place of places) read[place] = shippedOrder(batch, place);
  const rest = placesOf(progress, ({ orderId }, place) => orderId !== undefined && read[place] === undefined);
  const docs = await orders.readBack(idsAt(rest, progress));
  for (const [index, place] of rest.entries()) read[place] = docs[index];
  return read;
}

/** Whether an order was read without its document. */
export function isShipped(order: ReadOrder): order is ShippedOrder {
  return "kind" in order;
}

function placesOf(
  progress: readonly OrderProgress[],
  wanted: (order: OrderProgress, place: number) => boolean,
): number[] {
  const places: number[] = [];
  for (const [place, order] of progress.entries()) if (wanted(order, place)) places.push(place);
  return places;
}

function idsAt(places: readonly number[], progress: readonly OrderProgress[]): OrderId[] {
  const ids: OrderId[] = [];
  for (const place of places) {
    const id = progress[place]?.orderId;
    if (id !== undefined) ids.push(id);
  }
  return ids;
}

function shippedOrder({ orders, totals }: Batch, place: number): ShippedOrder {
  return { kind: "shipped", status: "in_transit", total: totals[place] ?? null, lines: orders[place]?.lines ?? [] };
}
