import { Command } from "commander";
import type { ProductSeed } from "../../inventory/model.js";
import { WarehouseError } from "../../shared/errors.js";
import type { App } from "../app.js";
import { confirm } from "../confirm.js";
import { examples } from "../options.js";
import { renderSeeding, type Seeding } from "../render/stock.js";

interface SeedOptions {
  readonly file?: string;
  readonly reset?: boolean;
  readonly yes?: boolean;
}

export function seedCommand(app: App): Command {
  return new Command("seed")
    .description("Put the sample products, or those of a file, at exactly their stated stock")
    .option("--file <products.json>", "an array of { _id, name, price, quantity }")
    .option("--reset", "empty products, orders, ledger and runs first")
    .option("--yes", "do not ask before --reset")
    .addHelpText("before", examples("warehouse seed", "warehouse seed --file products.json"))
    .action(async (options: SeedOptions) => {
      await app.print(await seed(app, options), renderSeeding);
      await app.suggest(["process", "orders.json"], ["stock"]);
    });
}

/** Everything that can be wrong is found before the first write. */
async function seed(app: App, { file, reset = false, yes = false }: SeedOptions): Promise<Seeding> {
  const products = await readProducts(file);
  if (reset && !yes) await confirmReset(app);
  const { inventory } = await app.desk();
  if (reset) await inventory.reset();
  return { reset, products: await inventory.seedProducts(products, { by: "seed" }) };
}

async function readProducts(file: string | undefined): Promise<readonly ProductSeed[]> {
  if (file === undefined) return (await import("../../inventory/sample-products.js")).sampleProducts;
  return (await import("../../inventory/load.js")).loadProducts(file);
}

async function confirmReset(app: App): Promise<void> {
  const { dbName } = app.databaseSettings;
  const { database } = await app.desk();
  const question = `Empty products, orders, ledger and runs of "${dbName}" at ${database.location}?`;
  if (await confirm(app, question)) return;
  throw new WarehouseError("confirmation_needed", "Nothing was emptied: --reset needs a yes", {
    details: { fix: app.command(["seed", "--reset", "--yes"]) },
  });
}
