import { Command } from "commander";
import type { App } from "../app.js";
import { examples, wholeNumber } from "../options.js";
import { renderStockChange } from "../render/stock.js";

const mostUnits = 1_000_000_000;

export function receiveCommand(app: App): Command {
  return new Command("receive")
    .description("Book goods in: more units of a product can be sold")
    .argument("<product>", "the product's id")
    .argument("<units>", "how many came in", wholeNumber(1, mostUnits))
    .addHelpText("before", examples("warehouse receive prod1 20"))
    .action(async (productId: string, units: number) => {
      const { inventory } = await app.desk();
      await app.print(await inventory.receive(productId, units, { by: "receive" }), renderStockChange);
      await app.suggest(["stock", productId], ["ledger", "--product", productId]);
    });
}
