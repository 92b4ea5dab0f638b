import type { OrderDoc, RunDoc } from "../db/collections.js";
import type { Inventory, Period } from "../inventory/model.js";
import type { Orders } from "../order/model.js";
import { asLeftBy, createPlaces } from "./past-order.js";
import type { ReportOrder, ReportProduct, RunReport } from "./report.js";
import { createRunTrail } from "./run-trail.js";
import { createShortfalls, type Shortfall } from "./shortfalls.js";
import { createTally, reportRow, type Tally } from "./tally.js";

/** What the database still shows of a run, in the shape in which the run itself reported. */
export interface PastRun {
  readonly report: RunReport;
  /** Per product, what orders that the run cancelled wanted and could not get. */
  readonly shortfalls: readonly Shortfall[];
  /** Orders the run found done by others: they are in its totals, but not among its orders. */
  readonly unlisted: number;
  /** All its orders, read again, so that any number needs no memory; by creation, which is file order. */
  orders(): AsyncIterable<ReportOrder>;
}

export interface PastRunOptions {
  /** With more orders than this, the report leaves them out; `orders()` never does. */
  readonly keepOrders: number;
}

interface PastRunDesk {
  readonly inventory: Pick<Inventory, "stockAround">;
  readonly orders: Pick<Orders, "list">;
}

/**
 * Reads a run's report back from the database: its orders as it left them, stock around it from the ledger.
 *
 * What came after the run does not change its report, except that an order tells where it is by now. It works for
 * a run that was killed too, which has no totals of its own.
 */
export async function readPastRun(desk: PastRunDesk, run: RunDoc, options: PastRunOptions): Promise<PastRun> {
  const account = await readAccount(desk.orders, run, options);
  const { tally, rows, shortfalls } = account;
  const to = run.finished_at ?? account.lastDeed;
  const totals = run.totals ?? tally.totals(0);
  const inventory = await stockRows(desk.inventory, tally.sold, { from: run.started_at, to });
  return {
    report: {
      run: run._id,
      planner: run.planner,
      source: run.source,
      dry_run: false,
      ...((run.status === "interrupted" || run.status === "stopped") && { interrupted: true }),
      ...(rows === undefined ? { orders_omitted: true } : { orders: rows }),
      inventory,
      totals,
      usage: run.usage ?? createRunTrail().usage(),
      duration_ms: Math.round(run.duration_ms ?? to.getTime() - run.started_at.getTime()),
    },
    shortfalls,
    unlisted: Math.max(0, totals.orders - tally.orders),
    async *orders() {
      for await (const { row } of pastOrders(desk.orders, run)) yield row;
    },
  };
}

interface Account {
  readonly tally: Tally;
  /** In file order; `undefined` when there are too many. */
  readonly rows: readonly ReportOrder[] | undefined;
  readonly shortfalls: readonly Shortfall[];
  /** When the run last did something. */
  readonly lastDeed: Date;
}

/** Goes through the run's orders once. */
async function readAccount(
  orders: PastRunDesk["orders"],
  run: RunDoc,
  { keepOrders }: PastRunOptions,
): Promise<Account> {
  const tally = createTally({ runId: run._id, dryRun: false, keepOrders: 0 });
  const shortfalls = createShortfalls();
  const rows: ReportOrder[] = [];
  let lastDeed = run.started_at;
  for await (const { row, left } of pastOrders(orders, run)) {
    tally.add({ index: row.index, draft: undefined }, left);
    shortfalls.add(row);
    const at = left.history?.at(-1)?.at ?? lastDeed;
    if (at > lastDeed) lastDeed = at;
    if (rows.length <= keepOrders) rows.push(row);
  }
  const whole = rows.length <= keepOrders;
  return { tally, rows: whole ? rows.sort(byIndex) : undefined, shortfalls: shortfalls.list(), lastDeed };
}

interface PastOrder {
  readonly row: ReportOrder;
  /** The document as the run left it. */
  readonly left: OrderDoc;
}

async function* pastOrders(orders: PastRunDesk["orders"], run: RunDoc): AsyncGenerator<PastOrder> {
  const placeOf = createPlaces(run);
  for await (const doc of ordersOf(orders, run)) {
    const left = asLeftBy(doc, run._id);
    const row = reportRow(placeOf(doc), left, run._id);
    yield { left, row: left.status === doc.status ? row : { ...row, status_now: doc.status } };
  }
}

/** First what the run created, by its index; then, if it must have moved others, those. */
async function* ordersOf(orders: PastRunDesk["orders"], run: RunDoc): AsyncGenerator<OrderDoc> {
  let moves = 0;
  for await (const doc of orders.list({ runId: run._id, oldestFirst: true })) {
    moves += doc.history?.filter(({ status, run_id }) => run_id === run._id && status !== "pending").length ?? 0;
    yield doc;
  }
  if (run.deeds !== undefined && moves === run.deeds.shipped + run.deeds.cancelled) return;
  for await (const doc of orders.list({ movedBy: run._id, oldestFirst: true })) {
    if (doc.run_id !== run._id) yield doc;
  }
}

async function stockRows(
  inventory: PastRunDesk["inventory"],
  sold: ReadonlyMap<string, number>,
  period: Period,
): Promise<ReportProduct[]> {
  const ids = [...sold.keys()].sort();
  const around = await inventory.stockAround(ids, period);
  return ids.flatMap((product_id) => {
    const stock = around.get(product_id);
    if (stock === undefined) return [];
    const { name, before, after } = stock;
    return { product_id, name, before, sold: sold.get(product_id) ?? 0, after };
  });
}

function byIndex(left: ReportOrder, right: ReportOrder): number {
  return left.index - right.index;
}
