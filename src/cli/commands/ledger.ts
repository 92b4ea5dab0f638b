import { Command } from "commander";
import type { Inventory, LedgerFilter } from "../../inventory/model.js";
import type { App } from "../app.js";
import { examples } from "../options.js";
import { printList } from "../print-list.js";
import { ledgerColumns, ledgerRows, movementView } from "../render/ledger.js";
import { requireOrders, requireProducts, requireRun } from "./required.js";

interface LedgerOptions {
  readonly product?: string;
  readonly order?: string;
  readonly run?: string;
}

export function ledgerCommand(app: App): Command {
  return new Command("ledger")
    .description("List stock movements, oldest first")
    .option("--product <id>", "only movements of this product")
    .option("--order <id>", "only movements for this order")
    .option("--run <id>", "only movements of this run")
    .addHelpText("before", examples("warehouse ledger --product prod1"))
    .action((options: LedgerOptions) => listMovements(app, options));
}

async function listMovements(app: App, options: LedgerOptions): Promise<void> {
  const { inventory } = await app.desk();
  if (options.product !== undefined) await requireTraded(inventory, options.product);
  const printed = await printList(app.out, inventory.ledger(await filterOf(app, options)), {
    view: movementView,
    rows: (entry) => ledgerRows(movementView(entry), options.product),
    columns: ledgerColumns,
    empty: "No stock movements.",
  });
  await app.suggest(printed === 0 ? ["stock"] : ["audit"]);
}

/** A product that is gone may have movements still. @throws WarehouseError `not_found` */
async function requireTraded(inventory: Pick<Inventory, "ledger" | "stockLevels">, productId: string): Promise<void> {
  const levels = await inventory.stockLevels([productId]);
  if (levels.length > 0) return;
  for await (const _ of inventory.ledger({ productId })) return;
  requireProducts([productId], levels);
}

/** An order may be named by its own `order_id`, a run by the start of its id; the ledger knows them by the whole. */
async function filterOf(app: App, { product, order, run }: LedgerOptions): Promise<LedgerFilter> {
  const { orders, books } = await app.desk();
  const runId = run === undefined ? undefined : (await requireRun(books.runs, run, app))._id;
  const filter = { ...(product !== undefined && { productId: product }), ...(runId !== undefined && { runId }) };
  if (order === undefined) return filter;
  const [found] = await requireOrders(orders, [order]);
  return { ...filter, orderId: found === undefined ? order : String(found._id) };
}
