import { Command } from "commander";
import type { App } from "../app.js";
import { examples } from "../options.js";
import { renderStock } from "../render/stock.js";
import { requireProducts } from "./required.js";

export function stockCommand(app: App): Command {
  return new Command("stock")
    .description("Show products and what can still be sold of them")
    .argument("[product...]", "only these products")
    .option("--watch", "keep showing them as they change, on the whole terminal, until q or Ctrl-C")
    .addHelpText("before", examples("warehouse stock", "warehouse stock prod1 prod2", "warehouse stock --watch"))
    .action((productIds: string[], { watch = false }: { watch?: boolean }) =>
      watch ? watchStock(app, productIds) : listStock(app, productIds),
    );
}

async function listStock(app: App, productIds: readonly string[]): Promise<void> {
  const { inventory } = await app.desk();
  const levels = await inventory.stockLevels(productIds.length === 0 ? undefined : productIds);
  requireProducts(productIds, levels);
  await app.print(levels, renderStock);
  await app.suggest(levels.length === 0 ? ["seed"] : ["process", "orders.json"]);
}

async function watchStock(app: App, productIds: readonly string[]): Promise<void> {
  const [{ showLive }, { openStockView }] = await Promise.all([
    import("../live/live-view.js"),
    import("../live/stock-view.js"),
  ]);
  await showLive(app, "stock", () => openStockView(app, productIds));
}
