import type { BatchView } from "../planner/planner.js";
import { allowedRoutes } from "../planner/planner.js";
import type { Batch, OrderProgress } from "../tools/batch.js";
import { placeOf } from "../tools/results.js";
import type { ReadOrder } from "./read-back.js";
import type { BatchState } from "./state.js";

/** One batch on its way through the graph. */
export interface BatchRun {
  readonly batch: Batch;
  /** Whether a row of each order is to be reported, so that whole documents are read back. */
  readonly wantsRows: boolean;
  /** Gets every order of the batch as read back at the end; the last word counts. */
  readonly onSettled: (orders: readonly (ReadOrder | undefined)[], progress: readonly OrderProgress[]) => void;
}

/** The batch in the context of a node's run. */
export function batchRunOf({ context }: { readonly context?: { readonly run?: BatchRun } }): BatchRun {
  if (context?.run === undefined) throw new Error("The graph was invoked without a batch");
  return context.run;
}

/** What a planner may see of a batch. */
export function viewOf({ orders, plan }: Pick<BatchState, "orders" | "plan">, batch: Batch): BatchView {
  return {
    orders,
    get routes() {
      return allowedRoutes(orders);
    },
    plan,
    linesOf(handle) {
      const place = placeOf(handle, batch.orders.length);
      const lines = place === undefined ? undefined : batch.orders[place]?.lines;
      return (lines ?? []).map(({ product_id, quantity }) => ({
        product: batch.aliases.aliasOf(product_id),
        quantity,
      }));
    },
  };
}
