import { Command } from "commander";
import type { OrderSource } from "../../order/load/open.js";
import type { RunOutcome } from "../../graph/report.js";
import type { App } from "../app.js";
import { examples } from "../options.js";
import { addRunOptions, drive, type RunOptions } from "./drive.js";
import { finishRun } from "./finish-run.js";
import { withOrderFiles } from "./order-files.js";

interface ProcessOptions extends RunOptions {
  readonly dryRun?: boolean;
  readonly again?: boolean;
  readonly skipInvalid?: boolean;
  readonly allOrders?: boolean;
}

export function processCommand(app: App): Command {
  const command = new Command("process")
    .description("Take the orders of files through the agents: stock, order, delivery, report")
    .argument("<file...>", "JSON or NDJSON order files; - is standard input")
    .option("--dry-run", "plan and report everything, write nothing")
    .option("--again", "place the orders anew even if this input was processed before")
    .option("--skip-invalid", "process the good orders and list the bad ones")
    .option("--all-orders", "report every order, however many there are")
    .addHelpText("before", examples("warehouse process orders.json", "warehouse process - --json < orders.ndjson"));
  return addRunOptions(command).action((files: string[], options: ProcessOptions) => processFiles(app, files, options));
}

function processFiles(app: App, files: readonly string[], options: ProcessOptions): Promise<void> {
  const { skipInvalid = false, allOrders = false } = options;
  return withOrderFiles(app, files, skipInvalid, async (source) => {
    const outcome = await run(app, source, options);
    await finishRun(app, outcome, { all: allOrders, goOn: goOn(files, options, outcome) });
  });
}

async function run(app: App, source: OrderSource, options: ProcessOptions): Promise<RunOutcome> {
  const { processOrders } = await import("../../graph/run.js");
  const { dryRun = false, again = false, allOrders = false } = options;
  return drive(app, options, (desk, settings) =>
    processOrders(desk, source, { ...settings, dryRun, again, ...(allOrders && { keepOrders: Infinity }) }),
  );
}

/** The same input again finishes what is left; with `--again` it would start anew, so what is pending is resumed. */
function goOn(files: readonly string[], { again, skipInvalid }: ProcessOptions, { report }: RunOutcome): string[] {
  if (again === true) return ["resume", ...(report.run === null ? [] : [report.run])];
  return ["process", ...files, ...(skipInvalid === true ? ["--skip-invalid"] : [])];
}
