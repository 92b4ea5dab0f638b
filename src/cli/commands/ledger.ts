import { Command } from "commander";
import type { LedgerFilter } from "../../inventory/model.js";
import type { App } from "../app.js";
import { examples } from "../options.js";
import { printList } from "../print-list.js";
import { ledgerColumns, ledgerRows, movementView } from "../render/ledger.js";
import { requireOrders } from "./required.js";

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
  const printed = await printList(app.out, inventory.ledger(await filterOf(app, options)), {
    view: movementView,
    rows: (entry) => ledgerRows(movementView(entry), options.product),
    columns: ledgerColumns,
    empty: "No stock movements.",
  });
  await app.suggest(printed === 0 ? ["stock"] : ["audit"]);
}

/** An order may be named by its own `order_id`; the ledger knows it by the database's. */
async function filterOf(app: App, { product, order, run }: LedgerOptions): Promise<LedgerFilter> {
  const filter = { ...(product !== undefined && { productId: product }), ...(run !== undefined && { runId: run }) };
  if (order === undefined) return filter;
  const [found] = await requireOrders((await app.desk()).orders, [order]);
  return { ...filter, orderId: found === undefined ? order : String(found._id) };
}
