import { Command } from "commander";
import type { App } from "../app.js";
import { examples } from "../options.js";
import { addRunOptions, drive, type RunOptions } from "./drive.js";
import { finishRun } from "./finish-run.js";
import { requireRun } from "./required.js";
import { waits } from "./work.js";

export function resumeCommand(app: App): Command {
  const command = new Command("resume")
    .description("Finish what a stopped run, or any, has left pending")
    .argument("[run]", "only what this run recorded")
    .addHelpText("before", examples("warehouse resume", "warehouse resume 20250106-101530-4f2a9c01"));
  return addRunOptions(command).action((run: string | undefined, options: RunOptions) => resume(app, run, options));
}

async function resume(app: App, run: string | undefined, options: RunOptions): Promise<void> {
  const { books } = await app.desk();
  const runId = run === undefined ? undefined : (await requireRun(books.runs, run, app))._id;
  const { resumeRun } = await import("../../graph/run.js");
  const outcome = await drive(app, options, (desk, settings) =>
    resumeRun(desk, {
      ...settings,
      onWait: (why) => void app.out.note(waits[why]),
      ...(runId !== undefined && { runId }),
    }),
  );
  await finishRun(app, outcome, { all: false, goOn: ["resume", ...(runId === undefined ? [] : [runId])] });
}
