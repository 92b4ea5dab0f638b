import type { OrderDoc, OrderLineDoc } from "../../db/collections.js";
import type { OrderView } from "../../order/model.js";
import { renderFacts } from "./facts.js";
import { count, money, signed, units } from "./format.js";
import { ledgerRows, type MovementView } from "./ledger.js";
import type { Look } from "./look.js";
import { reasonWords } from "./reason.js";
import { paintStatus } from "./status.js";
import { type Column, renderTable } from "./table.js";
import { visible } from "./visible.js";

/** One order with what happened to it, as `order --json` shows it. */
export interface OrderDetail extends OrderView {
  readonly history: readonly HistoryView[];
  readonly movements: readonly MovementView[];
}

interface HistoryView {
  readonly status: string;
  readonly at: string;
  readonly by: string;
  readonly run: string | null;
}

/** Another program's order may have no history. */
export function historyView({ history = [] }: OrderDoc): HistoryView[] {
  return history.map(({ status, at, by, run_id }) => ({ status, at: at.toISOString(), by, run: run_id ?? null }));
}

/** One order: its facts, lines, history and movements. */
export function renderOrder(order: OrderDetail, look: Look): string {
  return [
    factsOf(order, look),
    renderLines(order, look),
    titled("History", renderHistory(order, look), order.history.length, look),
    titled("Stock movements", renderMovements(order, look), order.movements.length, look),
  ].join("\n");
}

function factsOf(order: OrderDetail, look: Look): string {
  return renderFacts(
    [
      ["Order", visible(order.order_id)],
      ["Key", order.key === null ? null : visible(order.key)],
      ["Status", paintStatus(order.status, look)],
      ["Reason", order.reason === null ? null : visible(reasonWords(order.reason))],
      ["Address", order.address === "" ? null : visible(order.address)],
      ["Total", money(order.total)],
      ["Run", order.run],
      ["Created", order.created_at === null ? null : look.time(new Date(order.created_at))],
    ],
    look,
  );
}

const lineColumns: readonly Column<OrderLineDoc>[] = [
  { header: "Product", cell: ({ product_id }) => visible(product_id), wrapsTo: 8 },
  { header: "Units", cell: ({ quantity }) => units(quantity), align: "right" },
  { header: "Price", cell: ({ unit_price }) => money(unit_price), align: "right" },
];

function renderLines({ products, shortages }: OrderDetail, look: Look): string {
  if (products.length === 0) return "It has no lines that can be read.\n";
  if (shortages.length === 0) return renderTable(lineColumns, products, look);
  const lacking = new Map(shortages.map((shortage) => [shortage.product_id, shortage.available]));
  const available: Column<OrderLineDoc> = {
    header: "Available then",
    cell: ({ product_id }) => shortText(lacking.get(product_id)),
    align: "right",
  };
  return renderTable([...lineColumns, available], products, look);
}

function shortText(available: number | undefined): string {
  return available === undefined ? "" : count(available);
}

function renderHistory({ history }: OrderDetail, look: Look): string {
  return renderTable(
    [
      { header: "When", cell: ({ at }) => look.time(new Date(at)) },
      { header: "Status", cell: ({ status }) => visible(status) },
      { header: "By", cell: ({ by }) => visible(by), wrapsTo: 8 },
      { header: "Run", cell: ({ run }) => run ?? "-", optional: true },
    ],
    history,
    look,
  );
}

function renderMovements({ movements }: OrderDetail, look: Look): string {
  return renderTable(
    [
      { header: "When", cell: ({ movement }) => look.time(new Date(movement.at)) },
      { header: "Kind", cell: ({ movement }) => movement.kind },
      { header: "Product", cell: ({ line }) => visible(line?.product_id ?? "-"), wrapsTo: 8 },
      { header: "Units", cell: ({ line }) => (line === undefined ? "-" : signed(line.delta)), align: "right" },
    ],
    movements.flatMap((movement) => ledgerRows(movement)),
    look,
  );
}

function titled(title: string, body: string, rows: number, { paint }: Look): string {
  return `${paint.strong(title)}\n${rows === 0 ? "None.\n" : body}`;
}
