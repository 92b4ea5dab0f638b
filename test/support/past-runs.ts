import type { RunDoc, RunStepDoc } from "../../src/db/collections.js";
import type { PastRun } from "../../src/graph/past-run.js";
import type { ReportOrder, RunReport } from "../../src/graph/report.js";
import type { PageSource } from "../../src/cli/render/html/page.js";
import { renderPage } from "../../src/cli/render/html/page.js";

const startedAt = new Date("2025-01-06T10:15:30Z");

export function aReportOrder(parts: Partial<ReportOrder> = {}): ReportOrder {
  return {
    index: 0,
    order_id: "677b8a9ff033af3a53c9a75a",
    key: `${"a".repeat(64)}:0`,
    status: "in_transit",
    products: [{ product_id: "prod1", quantity: 2, unit_price: 999.99 }],
    address: "123 Main St",
    total: 1999.98,
    reason: null,
    shortages: [],
    already_done: false,
    finished_by: "rules",
    ...parts,
  };
}

export function aStep(parts: Partial<RunStepDoc> = {}): RunStepDoc {
  return {
    batch: 1,
    worker: "inventory",
    tool: "update_stock",
    orders: 1,
    results: { allocated: 1 },
    started_at: startedAt,
    duration_ms: 12,
    ...parts,
  };
}

export function aRunDoc(parts: Partial<RunDoc> = {}): RunDoc {
  return {
    _id: "20250106-101530-4f2a9c01",
    command: "process",
    planner: "rules",
    source: ["orders.json"],
    status: "completed",
    started_at: startedAt,
    steps: [aStep()],
    ...parts,
  };
}

/** A past run with these orders. */
export function aPastRun(orders: readonly ReportOrder[], report: Partial<RunReport> = {}): PastRun {
  const cancelled = orders.filter(({ status }) => status === "cancelled").length;
  const totals = { already_done: 0, invalid: 0, units: 2, amount: 1999.98 };
  return {
    report: {
      run: "20250106-101530-4f2a9c01",
      planner: "rules",
      source: ["orders.json"],
      dry_run: false,
      orders,
      inventory: [{ product_id: "prod1", name: "Laptop", before: 10, sold: 2, after: 8 }],
      totals: { orders: orders.length, in_transit: orders.length - cancelled, cancelled, ...totals },
      usage: { model_calls: 0, input_tokens: 0, output_tokens: 0, by_worker: {} },
      duration_ms: 41,
      ...report,
    },
    shortfalls: [],
    unlisted: 0,
    // eslint-disable-next-line @typescript-eslint/require-await -- a source that has everything at hand
    orders: async function* () {
      yield* orders;
    },
  };
}

/** The whole page. */
export async function pageOf(parts: Partial<PageSource>): Promise<string> {
  const past = parts.past ?? aPastRun([aReportOrder()]);
  const now = new Date("2025-01-07T08:00:00Z");
  let page = "";
  for await (const piece of renderPage({ run: aRunDoc(), limit: 10_000, now, ...parts, past })) page += piece;
  return page;
}
