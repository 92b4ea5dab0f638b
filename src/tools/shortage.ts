import type { ShortageDoc } from "../db/collections.js";
import type { Short } from "../inventory/model.js";
import type { Batch, Shortage } from "./batch.js";

/** What the database said is short, with aliases in place of product ids. */
export function shortageOf({ reason, shortages }: Short, { aliases }: Batch): Shortage {
  const lines = shortages.map(({ product_id, wanted, available }) => ({
    product: aliases.aliasOf(product_id),
    wanted,
    available,
  }));
  return { reason, lines };
}

/** The same as documents carry it. */
export function shortageDocs({ lines }: Shortage, { aliases }: Batch): ShortageDoc[] {
  return lines.map(({ product, wanted, available }) => ({
    product_id: aliases.productOf(product),
    wanted,
    available,
  }));
}
