import { Command, InvalidArgumentError } from "commander";
import type { App } from "../app.js";
import { examples, wholeNumber } from "../options.js";
import { renderStockChange } from "../render/stock.js";

const mostUnits = 1_000_000_000;

export function adjustCommand(app: App): Command {
  return new Command("adjust")
    .description("Correct a product's stock, with the reason; it never falls below zero")
    .argument("<product>", "the product's id")
    .argument("<units>", "the correction: 3, +3 or -3", unitsOff)
    .requiredOption("--reason <text>", "why, for the ledger; must be given", someText)
    .addHelpText("before", examples('warehouse adjust prod1 -2 --reason "broken in storage"'))
    .action(async (productId: string, delta: number, { reason }: { reason: string }) => {
      const { inventory } = await app.desk();
      await app.print(await inventory.adjust(productId, delta, reason, { by: "adjust" }), renderStockChange);
      await app.suggest(["stock", productId], ["ledger", "--product", productId]);
    });
}

function unitsOff(text: string): number {
  const units = wholeNumber(-mostUnits, mostUnits)(text);
  if (units === 0) throw new InvalidArgumentError("It must not be 0.");
  return units;
}

function someText(text: string): string {
  if (text.trim() === "") throw new InvalidArgumentError("It must not be empty.");
  return text;
}
