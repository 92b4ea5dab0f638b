import { Command } from "commander";
import type { App } from "../app.js";
import { examples, wholeNumber } from "../options.js";
import { addRunOptions, drive, type RunOptions } from "./drive.js";
import { finishRun } from "./finish-run.js";

interface WorkOptions extends RunOptions {
  readonly follow?: boolean;
  readonly lease: number;
}

export function workCommand(app: App): Command {
  const command = new Command("work")
    .description("Take pending orders through the agents until none is left")
    .option("--follow", "then wait for more, until Ctrl-C")
    .option(
      "--lease <s>",
      "seconds until others take over what a worker that died had claimed",
      wholeNumber(1, 3600),
      30,
    )
    .addHelpText("before", examples("warehouse work", "warehouse work --follow --batch-size 200"));
  return addRunOptions(command).action((options: WorkOptions) => work(app, options));
}

async function work(app: App, options: WorkOptions): Promise<void> {
  const { workPending } = await import("../../graph/run.js");
  const { follow = false, lease } = options;
  const outcome = await drive(app, options, (desk, settings) =>
    workPending(desk, { ...settings, follow, leaseMs: lease * 1000, onWait: (why) => void app.out.note(waits[why]) }),
  );
  await finishRun(app, outcome, { all: false, goOn: ["work", ...(follow ? ["--follow"] : [])] });
}

/** What a worker is waiting for, for people. */
export const waits = {
  none: "Waiting for new orders; Ctrl-C ends it",
  held: "Waiting for orders that others are working on; those of a worker that died come free when its lease ends",
} as const;
