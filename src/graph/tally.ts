import { countDeeds, noDeeds } from "../books/audit/run-rules.js";
import type { OrderDoc, RunDeedsDoc, RunTotalsDoc } from "../db/collections.js";
import type { OrderLine } from "../order/model.js";
import { orderLines, orderView } from "../order/view.js";
import { fromCents } from "../shared/money.js";
import type { BatchOrder } from "../tools/batch.js";
import type { ReportOrder } from "./report.js";

export interface TallyOptions {
  readonly runId: string;
  /** Orders that a dry run made up have no id that anybody could look for. */
  readonly dryRun: boolean;
  /** Rows kept at most; beyond it, none is reported. */
  readonly keepOrders: number;
  /** Orders that will come, where that is known: spares rows that will not be reported. */
  readonly total?: number | undefined;
}

/** What a run's report counts, over the orders as they were read back; memory stays flat whatever their number. */
export interface Tally {
  /** @param doc `undefined` for an order that is not in the database */
  add(order: Pick<BatchOrder, "index" | "draft">, doc: OrderDoc | undefined): void;
  totals(invalid: number): RunTotalsDoc;
  deeds(): RunDeedsDoc;
  readonly orders: number;
  readonly waiting: number;
  /** In file order; `undefined` when there are too many. */
  rows(): readonly ReportOrder[] | undefined;
  /** Units by product that this run took for orders that it shipped; products that its orders mention have at least 0. */
  readonly sold: ReadonlyMap<string, number>;
}

/** An empty tally. */
export function createTally({ runId, dryRun, keepOrders, total = 0 }: TallyOptions): Tally {
  let rows: ReportOrder[] | undefined = total > keepOrders ? undefined : [];
  const sold = new Map<string, number>();
  const deeds = noDeeds();
  const counts = { orders: 0, in_transit: 0, cancelled: 0, already_done: 0, waiting: 0 };
  return {
    add(order, doc) {
      const done = isAlreadyDone(doc, runId);
      counts.orders += 1;
      if (doc?.status === "in_transit" || doc?.status === "cancelled") counts[doc.status] += 1;
      if (done) counts.already_done += 1;
      if (doc === undefined || doc.status === "pending") counts.waiting += 1;
      if (doc !== undefined) countDeeds(doc, (id) => (id === runId ? deeds : noDeeds()));
      if (doc !== undefined) countProducts(doc, doc.status === "in_transit" && !done, sold);
      if (counts.orders > keepOrders) rows = undefined;
      if (rows === undefined) return;
      const row = rowOf(order, doc, done);
      rows.push(dryRun && doc?.run_id === runId ? { ...row, order_id: null } : row);
    },
    totals(invalid) {
      const { waiting: _, ...totals } = counts;
      return { ...totals, invalid, units: deeds.units, amount: fromCents(deeds.amountCents) };
    },
    deeds() {
      const { amountCents, ...rest } = deeds;
      return { ...rest, amount: fromCents(amountCents) };
    },
    get orders() {
      return counts.orders;
    },
    get waiting() {
      return counts.waiting;
    },
    rows: () => rows?.sort((left, right) => left.index - right.index),
    sold,
  };
}

/** Whoever wrote the last row of the history brought the order where it is. */
function isAlreadyDone(doc: OrderDoc | undefined, runId: string): boolean {
  return doc !== undefined && doc.status !== "pending" && doc.history?.at(-1)?.run_id !== runId;
}

/** Unknown products stay out: a file may name any number of them. */
function countProducts(doc: OrderDoc, shipped: boolean, sold: Map<string, number>): void {
  if (doc.reason === "unknown_product") return;
  for (const { product_id, quantity } of orderLines(doc) ?? []) {
    sold.set(product_id, (sold.get(product_id) ?? 0) + (shipped ? quantity : 0));
  }
}

/** One order of the report. */
export function reportRow(index: number, doc: OrderDoc, runId: string): ReportOrder {
  return rowOf({ index, draft: undefined }, doc, isAlreadyDone(doc, runId));
}

function rowOf(
  { index, draft }: Pick<BatchOrder, "index" | "draft">,
  doc: OrderDoc | undefined,
  done: boolean,
): ReportOrder {
  if (doc === undefined) return unrecordedRow(index, draft?.key ?? "", draft?.lines ?? [], draft?.address ?? "");
  const { order_id, key, run: _run, created_at: _created, ...rest } = orderView(doc);
  const by = doc.status === "pending" ? undefined : doc.history?.at(-1)?.by;
  const left = doc.status === "pending" && orderLines(doc) === undefined ? { reason: "unreadable_lines" } : {};
  return { index, order_id, key: key ?? order_id, ...rest, ...left, already_done: done, finished_by: by ?? null };
}

function unrecordedRow(index: number, key: string, products: readonly OrderLine[], address: string): ReportOrder {
  return {
    index,
    order_id: null,
    key,
    status: "pending",
    products,
    address,
    total: null,
    reason: "not_recorded",
    shortages: [],
    already_done: false,
    finished_by: null,
  };
}
