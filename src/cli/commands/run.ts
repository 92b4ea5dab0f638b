import { Command } from "commander";
import { WarehouseError } from "../../shared/errors.js";
import type { App } from "../app.js";
import { examples } from "../options.js";
import { renderRun, type RunDetail, runDetail } from "../render/runs.js";

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
  const run = await books.runs.find(id);
  if (run !== undefined) return runDetail(run);
  throw new WarehouseError("not_found", `There is no run ${id}`, { details: { run: id, fix: app.command(["runs"]) } });
}
