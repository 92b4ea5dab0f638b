import { Command } from "commander";
import type { App } from "../app.js";
import { examples } from "../options.js";
import { renderRun, type RunDetail, runDetail } from "../render/runs.js";
import { requireRun } from "./required.js";

export function runCommand(app: App): Command {
  return new Command("run")
    .description("Show one run step by step: worker, tool, orders, duration, tokens")
    .argument("<id>", "the run's id, or the start of it")
    .addHelpText("before", examples("warehouse run 20250106-101530-4f2a9c01"))
    .action(async (id: string) => {
      await app.print(await readRun(app, id), renderRun);
      await app.suggest(["orders", "--run", id]);
    });
}

async function readRun(app: App, id: string): Promise<RunDetail> {
  const { books } = await app.desk();
  return runDetail(await requireRun(books.runs, id, app));
}
