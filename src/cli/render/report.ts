import type { RunTotalsDoc, UsageDoc, WorkerUsageDoc } from "../../db/collections.js";
import type { ReportOrder, ReportProduct, RunReport } from "../../graph/report.js";
import { type Fact, renderFacts } from "./facts.js";
import { otherFinisher } from "./finisher.js";
import { hanging } from "./fold.js";
import { count, counted, duration, money } from "./format.js";
import type { Look } from "./look.js";
import { orderBlock } from "./order-block.js";
import { codeWords, reasonWords } from "./reason.js";
import { paintStatus } from "./status.js";
import { type Column, idWidth, renderTable } from "./table.js";
import { visible } from "./visible.js";

export interface ReportOptions {
  /** Show every order and product instead of the first hundred. */
  readonly all: boolean;
}

const shown = 100;

/** The notebook's four parts: orders, inventory before, sold and after, deliveries, summary. */
export function renderReport(report: RunReport, look: Look, { all }: ReportOptions = { all: false }): string {
  const limit = all ? Infinity : shown;
  const orders = report.orders ?? [];
  const parts = [
    report.dry_run ? `${look.paint.warn("Dry run: nothing was written.")}\n` : "",
    orders.length === 0 ? "" : part("Orders", ordersPart(orders, limit, look), look),
    report.inventory.length === 0 ? "" : part("Inventory", inventoryPart(report.inventory, limit, look), look),
    orders.length === 0 ? "" : part("Deliveries", deliveriesPart(orders, report.planner, limit, look), look),
    part("Summary", summaryPart(report, look), look),
  ];
  return parts.filter((text) => text !== "").join("\n");
}

function part(title: string, body: string, { paint }: Look): string {
  return `${paint.strong(title)}\n${body}`;
}

function ordersPart(orders: readonly ReportOrder[], limit: number, look: Look): string {
  const blocks = orders.slice(0, limit).map((order) => orderBlock({ ...order, mark: `#${order.index + 1}` }, look));
  return blocks.join("") + more(orders.length, limit, "order", look);
}

const productColumns: readonly Column<ReportProduct>[] = [
  { header: "Product", cell: ({ product_id }) => visible(product_id), wrapsTo: 8 },
  { header: "Name", cell: ({ name }) => visible(name), wrapsTo: 8 },
  { header: "Before", cell: ({ before }) => count(before), align: "right" },
  { header: "Sold", cell: ({ sold }) => count(sold), align: "right" },
  { header: "After", cell: ({ after }) => count(after), align: "right" },
];

function inventoryPart(products: readonly ReportProduct[], limit: number, look: Look): string {
  const table = renderTable(productColumns, products.slice(0, limit), look);
  return table + more(products.length, limit, "product", look) + otherwiseChanged(products, look);
}

/** Others sell and receive while a run is on its way, and what is taken for orders that wait is not sold yet. */
function otherwiseChanged(products: readonly ReportProduct[], look: Look): string {
  const others = products.filter(({ before, sold, after }) => before - sold !== after).length;
  if (others === 0) return "";
  const text = `${counted(others, "product")} changed otherwise, too: warehouse ledger shows how`;
  return hanging("  ", text, look)
    .map((line) => `${look.paint.faint(line)}\n`)
    .join("");
}

function deliveriesPart(orders: readonly ReportOrder[], planner: string, limit: number, look: Look): string {
  const columns: readonly Column<ReportOrder>[] = [
    { header: "#", cell: ({ index }) => String(index + 1), align: "right" },
    { header: "Order", cell: ({ order_id }) => visible(order_id ?? "-"), wrapsTo: idWidth },
    { header: "Status", cell: ({ status }) => paintStatus(status, look) },
    { header: "Note", cell: (order) => noteOf(order, planner), wrapsTo: 12 },
  ];
  return renderTable(columns, orders.slice(0, limit), look) + more(orders.length, limit, "order", look);
}

/** Why an order was cancelled, that it had been done before or by another, or what became of it since. */
function noteOf(order: ReportOrder, planner: string): string {
  const { already_done, reason, shortages, status_now } = order;
  const lacking = shortages.map(
    ({ product_id, wanted, available }) =>
      `${visible(product_id)} wanted ${count(wanted)}, available ${count(available)}`,
  );
  const why =
    reason === null
      ? []
      : [[visible(reasonWords(reason)), lacking.join("; ")].filter((text) => text !== "").join(": ")];
  const since = status_now === undefined ? [] : [`${codeWords(status_now)} since`];
  const finisher = otherFinisher(order, planner);
  const by = finisher === undefined ? [] : [`by ${visible(finisher)}`];
  return [...(already_done ? ["already done"] : []), ...why, ...by, ...since].join("; ");
}

function summaryPart(report: RunReport, look: Look): string {
  const { totals, usage, planner, duration_ms, run } = report;
  const perSecond = duration_ms > 0 ? Math.round((totals.orders * 1000) / duration_ms) : 0;
  const facts: readonly Fact[] = [
    ["Orders", ordersSummary(totals, otherStatuses(report))],
    ["Units", count(totals.units)],
    ["Amount", money(totals.amount)],
    ["Time", `${duration(duration_ms)}${totals.orders > 1 ? `, ${counted(perSecond, "order")}/s` : ""}`],
    ["Planner", visible(planner) + modelUse(usage)],
    ...workerRows(usage),
    ...finisherRows(report),
    ["Run", run],
  ];
  return renderFacts(facts, look, "  ");
}

/** `5 (3 in transit, 2 cancelled)`; what is neither, in the words given or by its number alone. */
export function ordersSummary(
  { orders, in_transit, cancelled, already_done, invalid }: RunTotalsDoc,
  others?: readonly string[],
): string {
  const rest = orders - in_transit - cancelled;
  const parts = [
    `${count(in_transit)} in transit`,
    ...(cancelled > 0 ? [`${count(cancelled)} cancelled`] : []),
    ...(others ?? (rest > 0 ? [`${count(rest)} still pending or already delivered`] : [])),
    ...(already_done > 0 ? [`${count(already_done)} of them done before this run`] : []),
  ];
  const invalidText = invalid > 0 ? `, and ${count(invalid)} invalid` : "";
  return `${count(orders)} (${parts.join(", ")})${invalidText}`;
}

/** The orders that are neither in transit nor cancelled, by status; `undefined` where the report leaves orders out. */
function otherStatuses({ orders }: RunReport): string[] | undefined {
  if (orders === undefined) return undefined;
  const counts = new Map<string, number>();
  for (const { status } of orders) counts.set(status, (counts.get(status) ?? 0) + 1);
  return [...counts]
    .filter(([status]) => status !== "in_transit" && status !== "cancelled")
    .map(([status, number]) => `${count(number)} ${visible(codeWords(status))}`);
}

function modelUse({ model_calls, input_tokens, output_tokens, estimated = false }: UsageDoc): string {
  if (model_calls === 0) return "";
  const tokens = `${count(input_tokens)} tokens in, ${count(output_tokens)} out`;
  return `, ${counted(model_calls, "call")}, ${tokens}${estimated ? " (estimated)" : ""}`;
}

function workerRows({ by_worker }: UsageDoc): (readonly [string, string])[] {
  return Object.entries(by_worker)
    .filter(([, { model_calls }]) => model_calls > 0)
    .map(([worker, used]) => ["", worker + modelUse({ ...used, by_worker: {} }) + waited(used)] as const);
}

/** How many orders each took over from the planner, as far as the report has its orders. */
function finisherRows({ orders = [], planner }: RunReport): (readonly [string, string])[] {
  const counts = new Map<string, number>();
  for (const order of orders) {
    const finisher = otherFinisher(order, planner);
    if (finisher !== undefined) counts.set(finisher, (counts.get(finisher) ?? 0) + 1);
  }
  return [...counts].map(([finisher, taken]) => ["", `${counted(taken, "order")} finished by ${visible(finisher)}`]);
}

function waited({ duration_ms }: WorkerUsageDoc): string {
  return duration_ms === undefined ? "" : `, ${duration(duration_ms)}`;
}

function more(total: number, limit: number, noun: string, { paint }: Look): string {
  return total > limit ? `  ${paint.faint(`… and ${counted(total - limit, `more ${noun}`)}`)}\n` : "";
}
