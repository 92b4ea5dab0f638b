import type { ClientSession, Document } from "mongodb";
import type { Collections } from "../db/collections.js";
import type { Database } from "../db/database.js";
import { numberOf } from "../db/numbers.js";
import type { Period, StockAround } from "./model.js";
import { movementIds } from "./movements.js";
import { readProducts } from "./stock.js";

const perRead = 1_000;

/** Units that moved since a moment, and since a later one. */
interface Moved {
  readonly since: number;
  readonly later: number;
}

/**
 * What was in stock before and after a period: what there is now, less what the ledger shows since.
 *
 * Counting back costs what happened since, counting forward all that ever did. Stock and ledger are read in one
 * snapshot, since orders may take stock meanwhile.
 */
export async function readStockAround(
  database: Database,
  productIds: readonly string[],
  period: Period,
): Promise<Map<string, StockAround>> {
  const around = new Map<string, StockAround>();
  for (let start = 0; start < productIds.length; start += perRead) {
    const some = productIds.slice(start, start + perRead);
    const rows = await database.transaction((session) => readSome(database.collections, some, period, session));
    for (const [productId, stock] of rows) around.set(productId, stock);
  }
  return around;
}

async function readSome(
  collections: Collections,
  productIds: readonly string[],
  period: Period,
  session: ClientSession,
): Promise<[string, StockAround][]> {
  const products = await readProducts(collections, productIds, session);
  const moved = await readMoved(collections, productIds, period, session);
  return [...products].map(([productId, { name, quantity }]) => {
    const { since, later } = moved.get(productId) ?? { since: 0, later: 0 };
    return [productId, { name, before: quantity - since, after: quantity - later }];
  });
}

async function readMoved(
  { movements }: Collections,
  productIds: readonly string[],
  period: Period,
  session: ClientSession,
): Promise<Map<string, Moved>> {
  const sums = movements.aggregate<{ _id: string; since: unknown; later: unknown }>(movedIn(productIds, period), {
    session,
  });
  const moved = new Map<string, Moved>();
  for await (const { _id, since, later } of sums) {
    moved.set(_id, { since: numberOf(since) ?? 0, later: numberOf(later) ?? 0 });
  }
  return moved;
}

/** An opening movement only records what was there before. */
function movedIn(productIds: readonly string[], { from, to }: Period): Document[] {
  const mentioned = { "lines.product_id": { $in: [...productIds] } };
  return [
    { $match: { ...mentioned, at: { $gt: from }, _id: { $nin: productIds.map(movementIds.opening) } } },
    { $unwind: "$lines" },
    { $match: mentioned },
    {
      $group: {
        _id: "$lines.product_id",
        since: { $sum: "$lines.delta" },
        later: { $sum: { $cond: [{ $gt: ["$at", to] }, "$lines.delta", 0] } },
      },
    },
  ];
}
