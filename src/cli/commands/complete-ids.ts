import { Argument, Command } from "commander";
import type { App } from "../app.js";
import { exitCodes } from "../exit-codes.js";

type Kind = "products" | "orders";

/** Nobody waits longer for a completion. */
const patienceMs = 1_000;
const mostIds = 200;
/** What no shell takes for more than a word. */
const plainWord = /^[\w.:/-]+$/;

/** What completion scripts ask; a shell's prompt is no place for errors, so there are none. */
export function completeIdsCommand(app: App): Command {
  return new Command("complete-ids")
    .addArgument(new Argument("<kind>", "which ids").choices(["products", "orders"]))
    .action(async (kind: Kind) => {
      const timer = setTimeout(() => app.host.exit(exitCodes.done), patienceMs);
      const ids = await readIds(app, kind).catch(() => []);
      clearTimeout(timer);
      await app.print(ids, () => ids.map((id) => `${id}\n`).join(""));
    });
}

async function readIds(app: App, kind: Kind): Promise<string[]> {
  const { uri, dataDir } = app.databaseSettings;
  const { hasData } = await import("../../db/data-dir-checks.js");
  if (uri === undefined && !hasData(dataDir)) return [];
  const { collections } = (await app.desk()).database;
  const newestFirst = { sort: { _id: -1 }, limit: mostIds, projection: { _id: 1 } } as const;
  const cursor =
    kind === "products" ? collections.products.find({}, newestFirst) : collections.orders.find({}, newestFirst);
  return (await cursor.toArray()).map(({ _id }) => String(_id)).filter((id) => plainWord.test(id));
}
