import { Command, Option } from "commander";
import { orderStatuses } from "../../delivery/model.js";
import type { OrderStatus } from "../../db/collections.js";
import type { OrderFilter } from "../../order/model.js";
import type { App } from "../app.js";
import { examples, wholeNumber } from "../options.js";
import { printList } from "../print-list.js";
import { orderColumns } from "../render/orders.js";
import { requireRun } from "./required.js";

interface OrdersOptions {
  readonly status?: OrderStatus;
  readonly run?: string;
  readonly limit?: number;
  readonly watch?: boolean;
}

export function ordersCommand(app: App): Command {
  return new Command("orders")
    .description("List orders, newest first")
    .addOption(new Option("--status <status>", "only orders in this status").choices(orderStatuses))
    .option("--run <id>", "only orders that this run created")
    .option("--limit <n>", "at most so many", wholeNumber(1))
    .option("--watch", "keep showing them as they change, on the whole terminal, until q or Ctrl-C")
    .addHelpText(
      "before",
      examples("warehouse orders --limit 20", "warehouse orders --status cancelled", "warehouse orders --watch"),
    )
    .action(async (options: OrdersOptions) => {
      const filter = await filterOf(app, options);
      await (options.watch === true ? watchOrders(app, filter) : listOrders(app, filter));
    });
}

async function filterOf(app: App, { status, run, limit }: OrdersOptions): Promise<OrderFilter> {
  const runId = run === undefined ? undefined : (await requireRun((await app.desk()).books.runs, run, app))._id;
  return {
    ...(status !== undefined && { status }),
    ...(runId !== undefined && { runId }),
    ...(limit !== undefined && { limit }),
  };
}

async function watchOrders(app: App, filter: OrderFilter): Promise<void> {
  const [{ showLive }, { openOrdersView }] = await Promise.all([
    import("../live/live-view.js"),
    import("../live/orders-view.js"),
  ]);
  await showLive(app, "orders", () => openOrdersView(app, filter));
}

async function listOrders(app: App, filter: OrderFilter): Promise<void> {
  const [{ orders }, { orderView }] = await Promise.all([app.desk(), import("../../order/view.js")]);
  const printed = await printList(app.out, orders.list(filter), {
    view: orderView,
    rows: (order) => [orderView(order)],
    columns: orderColumns,
    empty: "No orders.",
  });
  await app.suggest(printed === 0 ? ["process", "orders.json"] : ["order", "<id>"]);
}
