import type { Scene } from "./batch.js";
import { type Entry, openEntries, someOf } from "./guard.js";
import { type Refusal, refused } from "./results.js";

/**
 * Finds the orders that must wait because an earlier one of the batch wants the same scarce product and is still open.
 *
 * A product is scarce when it cannot fill all open orders of the batch: only then does it matter who comes first.
 * So the stock and the orders come out as if each order had been done in turn.
 * @param entries in batch order
 * @returns refusals by place; costs nothing when no earlier order is left out
 */
export async function earlierFirst(entries: readonly Entry[], scene: Scene): Promise<ReadonlyMap<number, Refusal>> {
  const asked = new Set(entries.map(({ place }) => place));
  const open = openEntries(scene, scene.progress.length - 1);
  const last = entries.at(-1)?.place ?? -1;
  if (open.every(({ place }) => asked.has(place) || place > last)) return new Map();
  const scarce = await scarceProducts(open, scene);
  const refusals = new Map<number, Refusal>();
  const waiting = new Map<string, string[]>();
  for (const { place, order } of open) {
    const wanted = order.lines.map(({ product_id }) => product_id).filter((productId) => scarce.has(productId));
    const before = [...new Set(wanted.flatMap((productId) => waiting.get(productId) ?? []))];
    if (asked.has(place) && before.length === 0) continue;
    if (asked.has(place)) refusals.set(place, mustWait(order.handle, before));
    for (const productId of wanted) waiting.set(productId, [...(waiting.get(productId) ?? []), order.handle]);
  }
  return refusals;
}

function mustWait(handle: string, before: readonly string[]): Refusal {
  const message = `${someOf(before)} came before ${handle} and wants the same scarce product; update_stock for it first`;
  return refused("earlier_first", message);
}

async function scarceProducts(open: readonly Entry[], { batch }: Scene): Promise<ReadonlySet<string>> {
  const wanted = new Map<string, number>();
  for (const { product_id, quantity } of open.flatMap(({ order }) => order.lines)) {
    wanted.set(product_id, (wanted.get(product_id) ?? 0) + quantity);
  }
  const products = await batch.features.inventory.products([...wanted.keys()]);
  const scarce = [...wanted].filter(([productId, units]) => (products.get(productId)?.quantity ?? 0) < units);
  return new Set(scarce.map(([productId]) => productId));
}
