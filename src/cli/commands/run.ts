import { Command } from "commander";
import type { App } from "../app.js";
import { examples } from "../options.js";
import { renderRun, runDetail } from "../render/runs.js";
import { requireRun } from "./required.js";

export function runCommand(app: App): Command {
  return new Command("run")
    .description("Show one run step by step: worker, tool, orders, duration, tokens")
    .argument("<id>", "the run's id, or the start of it")
    .addHelpText("before", examples("warehouse run 20250106-101530-4f2a9c01"))
    .action(async (id: string) => {
      const { books } = await app.desk();
      const run = await requireRun(books.runs, id, app);
      await app.print(runDetail(run), renderRun);
      await app.suggest(["report", run._id]);
    });
}
