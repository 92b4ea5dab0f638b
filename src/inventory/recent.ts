import type { Collections } from "../db/collections.js";
import { numberOf } from "../db/numbers.js";
import type { RecentMovement } from "./model.js";

/** The last movements of each product, oldest first, at most `limit` of each. */
export async function readRecent(
  collections: Collections,
  productIds: readonly string[],
  limit: number,
): Promise<Map<string, RecentMovement[]>> {
  const found = await Promise.all(productIds.map((productId) => recentOf(collections, productId, limit)));
  return new Map(productIds.map((productId, index) => [productId, found[index] ?? []]));
}

/** Newest first by the index on product and time, so it reads no more than it gives. */
async function recentOf({ movements }: Collections, productId: string, limit: number): Promise<RecentMovement[]> {
  const newest = movements
    .find({ "lines.product_id": productId }, { projection: { at: 1, lines: 1 } })
    .sort({ at: -1 })
    .limit(limit);
  const docs = await newest.toArray();
  return docs
    .reverse()
    .map(({ at, lines }) => ({ at, delta: sumOf(lines.filter(({ product_id }) => product_id === productId)) }));
}

function sumOf(lines: readonly { readonly delta: unknown }[]): number {
  return lines.reduce((sum, { delta }) => sum + (numberOf(delta) ?? 0), 0);
}
