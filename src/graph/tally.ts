import { countDeeds, countShipment, noDeeds } from "../books/audit/run-rules.js";
import type { OrderDoc, RunDeedsDoc, RunTotalsDoc } from "../db/collections.js";
import type { OrderLine } from "../order/model.js";
import { orderLines, orderView } from "../order/view.js";
import { fromCents } from "../shared/money.js";
import type { BatchOrder } from "../tools/batch.js";
import { isShipped, type ReadOrder, type ShippedOrder } from "./read-back.js";
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

/** Where an order stands in the run's input, and what it was to be. */
type TallyOrder = Pick<BatchOrder, "index" | "draft">;

/** What a run's report counts, over the orders as they were read back; memory stays flat whatever their number. */
export interface Tally {
  /** @param read `undefined` for an order that is not in the database; a whole document where a row is to be reported */
  add(order: TallyOrder, read: ReadOrder | undefined): void;
  totals(invalid: number): RunTotalsDoc;
  deeds(): RunDeedsDoc;
  readonly orders: number;
  readonly waiting: number;
  /** Whether there are rows; once there are too many, there never are again. */
  readonly hasRows: boolean;
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
  const addShipped = ({ lines, total: amount }: ShippedOrder): void => {
    counts.in_transit += 1;
    deeds.created += 1;
    countShipment(deeds, lines, amount);
    addUnits(lines, true, sold);
  };
  const addDoc = (order: TallyOrder, doc: OrderDoc | undefined): void => {
    const done = isAlreadyDone(doc, runId);
    if (doc?.status === "in_transit" || doc?.status === "cancelled") counts[doc.status] += 1;
    if (done) counts.already_done += 1;
    if (doc === undefined || doc.status === "pending") counts.waiting += 1;
    if (doc !== undefined) countDeeds(doc, (id) => (id === runId ? deeds : noDeeds()));
    if (doc !== undefined) countProducts(doc, doc.status === "in_transit" && !done, sold);
    if (rows === undefined) return;
    const row = rowOf(order, doc, done);
    rows.push(dryRun && doc?.run_id === runId ? { ...row, order_id: null } : row);
  };
  return {
    add(order, read) {
      counts.orders += 1;
      if (counts.orders > keepOrders) rows = undefined;
      if (read !== undefined && isShipped(read)) addShipped(read);
      else addDoc(order, read);
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
    get hasRows() {
      return rows !== undefined;
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
  addUnits(orderLines(doc) ?? [], shipped, sold);
}

function addUnits(lines: readonly OrderLine[], shipped: boolean, sold: Map<string, number>): void {
  for (const { product_id, quantity } of lines) {
    sold.set(product_id, (sold.get(product_id) ?? 0) + (shipped ? quantity : 0));
  }
}

/** One order of the report. */
export function reportRow(index: number, doc: OrderDoc, runId: string): ReportOrder {
  return rowOf({ index, draft: undefined }, doc, isAlreadyDone(doc, runId));
}

function rowOf({ index, draft }: TallyOrder, doc: OrderDoc | undefined, done: boolean): ReportOrder {
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
