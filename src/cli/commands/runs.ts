import { Command } from "commander";
import type { App } from "../app.js";
import { examples, wholeNumber } from "../options.js";
import { renderRuns, runView } from "../render/runs.js";

export function runsCommand(app: App): Command {
  return new Command("runs")
    .description("List past runs, newest first")
    .option("--limit <n>", "at most so many", wholeNumber(1), 50)
    .addHelpText("before", examples("warehouse runs", "warehouse runs --limit 5"))
    .action(async ({ limit }: { limit: number }) => {
      const { books } = await app.desk();
      const runs = (await books.runs.list(limit)).map(runView);
      await app.print(runs, renderRuns);
      await app.suggest(runs.length === 0 ? ["process", "orders.json"] : ["run", "<id>"]);
    });
}
