import type { ReportOrder } from "./report.js";

/** What a run's cancelled orders wanted of one product and could not get. */
export interface Shortfall {
  readonly product_id: string;
  /** Orders that this product held up. */
  readonly orders: number;
  /** Units that they wanted of it. */
  readonly wanted: number;
  /** The most units that any of them found. */
  readonly available: number;
}

/** Sums shortages by product. */
export interface Shortfalls {
  add(order: Pick<ReportOrder, "shortages">): void;
  /** The most wanted first. */
  list(): readonly Shortfall[];
}

/** Nothing short yet. */
export function createShortfalls(): Shortfalls {
  const byProduct = new Map<string, Shortfall>();
  return {
    add({ shortages }) {
      for (const { product_id, wanted, available } of shortages) {
        const sum = byProduct.get(product_id) ?? { product_id, orders: 0, wanted: 0, available: 0 };
        byProduct.set(product_id, {
          product_id,
          orders: sum.orders + 1,
          wanted: sum.wanted + wanted,
          available: Math.max(sum.available, available),
        });
      }
    },
    list: () =>
      [...byProduct.values()].sort(
        (left, right) => right.wanted - left.wanted || (left.product_id < right.product_id ? -1 : 1),
      ),
  };
}
