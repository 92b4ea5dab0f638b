import { Command } from "commander";
import type { App } from "../app.js";
import { examples } from "../options.js";
import { renderStock } from "../render/stock.js";
import { requireProducts } from "./required.js";

export function stockCommand(app: App): Command {
  return new Command("stock")
    .description("Show products and what can still be sold of them")
    .argument("[product...]", "only these products")
    .addHelpText("before", examples("warehouse stock", "warehouse stock prod1 prod2"))
    .action(async (productIds: string[]) => {
      const { inventory } = await app.desk();
      const levels = await inventory.stockLevels(productIds.length === 0 ? undefined : productIds);
      requireProducts(productIds, levels);
      await app.print(levels, renderStock);
      await app.suggest(levels.length === 0 ? ["seed"] : ["process", "orders.json"]);
    });
}
