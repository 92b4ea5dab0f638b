import type { RunEnd } from "../books/model.js";
import type { OrderDoc } from "../db/collections.js";
import type { Inventory } from "../inventory/model.js";
import type { OrderProgress } from "../tools/batch.js";
import type { ReadyBatch } from "./batches.js";
import type { Stop } from "./budget.js";
import { conflictError } from "./precheck.js";
import type { RunOutcome, RunProgress } from "./report.js";
import type { ReadOrder } from "./read-back.js";
import { createRunTrail } from "./run-trail.js";
import type { BatchState } from "./state.js";
import { createFirstSight, reportStock } from "./stock-report.js";
import { createTally } from "./tally.js";

export interface RunFacts {
  readonly runId: string;
  readonly planner: string;
  readonly source: readonly string[];
  readonly dryRun: boolean;
  readonly keepOrders: number;
  /** Orders that will come, where that is known. */
  readonly total: number | undefined;
  readonly invalid: number;
}

/** Keeps account of a run while its batches come in. */
export interface RunBook {
  /** @throws WarehouseError `order_conflict` when another program took an order's key meanwhile */
  enter(ready: ReadyBatch, read: readonly (ReadOrder | undefined)[], progress: readonly OrderProgress[]): void;
  /** A pending order that cannot go through the graph: its lines are no whole units. */
  readonly enterUnreadable: (index: number, doc: OrderDoc) => void;
  /** Orders of a batch are not in the account: it must not be shown as the truth. */
  lose(): void;
  /** Whether the report has a row of each order, so far. */
  readonly hasRows: boolean;
  readonly isWhole: boolean;
  note(result: Pick<BatchState, "trail" | "stopped">): void;
  progress(elapsedMs: number): RunProgress;
  end(status: RunEnd["status"], durationMs: number, error?: string): RunEnd;
  outcome(
    inventory: Pick<Inventory, "products">,
    how: { interrupted: boolean; durationMs: number },
  ): Promise<RunOutcome>;
}

/** An empty account. */
export function createRunBook(facts: RunFacts): RunBook {
  const { runId, planner, source, dryRun, total, invalid } = facts;
  const tally = createTally(facts);
  const trail = createRunTrail();
  const firstSight = createFirstSight();
  let batches = 0;
  let stopped: Stop | undefined;
  let isWhole = true;
  return {
    enter({ batch }, read, progress) {
      batches += 1;
      firstSight.see(batch.number, batch.products.values());
      const isConflict = (place: number): boolean => progress[place]?.status === "conflict";
      for (const [place, order] of batch.orders.entries()) if (!isConflict(place)) tally.add(order, read[place]);
      const conflicts = batch.orders.filter((_, place) => isConflict(place));
      if (conflicts.length === 0) return;
      throw conflictError(conflicts.map(({ index, draft }) => ({ index, order_id: draft?.key ?? "" })));
    },
    enterUnreadable: (index, doc) => tally.add({ index, draft: undefined }, doc),
    lose() {
      isWhole = false;
    },
    get hasRows() {
      return tally.hasRows;
    },
    get isWhole() {
      return isWhole;
    },
    note(result) {
      trail.add(result.trail);
      stopped ??= result.stopped;
    },
    progress(elapsedMs) {
      const { in_transit, cancelled } = tally.totals(invalid);
      return { batches, orders: tally.orders, total, in_transit, cancelled, elapsedMs };
    },
    end: (status, durationMs, error) => ({
      status,
      totals: tally.totals(invalid),
      deeds: tally.deeds(),
      usage: trail.usage(),
      steps: trail.steps,
      stepsOmitted: trail.omitted,
      durationMs,
      ...(error !== undefined && { error }),
    }),
    async outcome(inventory, { interrupted, durationMs }) {
      const rows = tally.rows();
      return {
        report: {
          run: dryRun ? null : runId,
          planner,
          source,
          dry_run: dryRun,
          ...(interrupted && { interrupted }),
          ...(rows === undefined ? { orders_omitted: true } : { orders: rows }),
          inventory: await reportStock(inventory, tally.sold, firstSight),
          totals: tally.totals(invalid),
          usage: trail.usage(),
          duration_ms: Math.round(durationMs),
        },
        interrupted,
        cancelledNow: tally.deeds().cancelled,
        waiting: tally.waiting,
        left: total === undefined ? undefined : total - tally.orders,
        stopped,
      };
    },
  };
}
