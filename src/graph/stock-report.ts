import type { Inventory, ProductStock } from "../inventory/model.js";
import type { ReportProduct } from "./report.js";

const perRead = 1_000;

/** Remembers each product as the run first saw it. */
export interface FirstSight {
  /** @param batch its number: an earlier batch's sight counts, whichever was told first */
  see(batch: number, products: Iterable<ProductStock>): void;
  of(productId: string): ProductStock | undefined;
}

/** Nothing seen yet. */
export function createFirstSight(): FirstSight {
  const seen = new Map<string, { readonly batch: number; readonly product: ProductStock }>();
  return {
    see(batch, products) {
      for (const product of products) {
        const before = seen.get(product.product_id);
        if (before === undefined || before.batch > batch) seen.set(product.product_id, { batch, product });
      }
    },
    of: (productId) => seen.get(productId)?.product,
  };
}

/**
 * The report's part on stock: each product that the run's orders mention, by id, with its stock before and after.
 *
 * A product that the run never had to look at before it took units is counted back from the end.
 */
export async function reportStock(
  inventory: Pick<Inventory, "products">,
  sold: ReadonlyMap<string, number>,
  firstSight: FirstSight,
): Promise<ReportProduct[]> {
  const ids = [...sold.keys()].sort();
  const rows: ReportProduct[] = [];
  for (let start = 0; start < ids.length; start += perRead) {
    const some = ids.slice(start, start + perRead);
    const products = await inventory.products(some);
    for (const productId of some) {
      const units = sold.get(productId) ?? 0;
      const first = firstSight.of(productId);
      const now = products.get(productId);
      const after = now?.quantity ?? 0;
      const name = (now ?? first)?.name;
      if (name === undefined) continue;
      rows.push({ product_id: productId, name, before: first?.quantity ?? after + units, sold: units, after });
    }
  }
  return rows;
}
