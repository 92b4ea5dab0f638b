import type { OrderLineDoc, OrderStatus, RunTotalsDoc, ShortageDoc, UsageDoc } from "../db/collections.js";
import type { Stop } from "./budget.js";

/** One order of a run's report, as the database has it. */
export interface ReportOrder {
  readonly index: number;
  /** `null` for an order that could not be recorded. */
  readonly order_id: string | null;
  readonly key: string;
  readonly status: OrderStatus;
  readonly products: readonly OrderLineDoc[];
  readonly address: string;
  readonly total: number | null;
  readonly reason: string | null;
  readonly shortages: readonly ShortageDoc[];
  /** Not this run brought it where it is. */
  readonly already_done: boolean;
  /** Who did: `rules`, a model, a command; `null` while it waits. */
  readonly finished_by: string | null;
  /** Only of a past run: where the order is by now, if it went on since. */
  readonly status_now?: OrderStatus;
}

export interface ReportProduct {
  readonly product_id: string;
  readonly name: string;
  /** As this run first read it. */
  readonly before: number;
  /** Units taken by this run for orders that it shipped. */
  readonly sold: number;
  /** At the end. */
  readonly after: number;
}

/** The report of a run, field by field as `process --json` prints it (`CONTRACT.md`). */
export interface RunReport {
  /** `null` for a dry run, which leaves no record. */
  readonly run: string | null;
  readonly planner: string;
  readonly source: readonly string[];
  readonly dry_run: boolean;
  /** Only in the report of a run that was stopped before its end. */
  readonly interrupted?: boolean;
  readonly orders?: readonly ReportOrder[];
  readonly orders_omitted?: boolean;
  readonly inventory: readonly ReportProduct[];
  readonly totals: RunTotalsDoc;
  readonly usage: UsageDoc;
  readonly duration_ms: number;
}

/** What came of a run that did not fail. */
export interface RunOutcome {
  readonly report: RunReport;
  readonly interrupted: boolean;
  /** Orders that this run cancelled. */
  readonly cancelledNow: number;
  /** Orders of the report that are pending still. */
  readonly waiting: number;
  /** Orders that an interrupted run did not come to; `undefined` where nobody counted them. */
  readonly left: number | undefined;
  /** Why the planner was not asked to the end, so that the rules finished; the first reason. */
  readonly stopped: Stop | undefined;
}

/** How far a run is, after each batch. */
export interface RunProgress {
  readonly batches: number;
  readonly orders: number;
  /** Of how many, where that is known. */
  readonly total: number | undefined;
  readonly in_transit: number;
  readonly cancelled: number;
  readonly elapsedMs: number;
}
