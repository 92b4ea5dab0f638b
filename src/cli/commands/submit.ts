import { Command } from "commander";
import type { SubmitOutcome } from "../../graph/submit.js";
import type { OrderSource } from "../../order/load/open.js";
import type { App } from "../app.js";
import { exitCodes } from "../exit-codes.js";
import { examples } from "../options.js";
import { counted } from "../render/format.js";
import { renderSubmission } from "../render/submission.js";
import { watchProgress } from "./drive.js";
import { withOrderFiles } from "./order-files.js";

interface SubmitOptions {
  readonly again?: boolean;
  readonly skipInvalid?: boolean;
  readonly allOrders?: boolean;
}

export function submitCommand(app: App): Command {
  return new Command("submit")
    .description("Only record the orders of files as pending, for work to take up")
    .argument("<file...>", "JSON or NDJSON order files; - is standard input")
    .option("--again", "record the orders anew even if this input was recorded before")
    .option("--skip-invalid", "record the good orders and list the bad ones")
    .option("--all-orders", "report every order, however many there are")
    .addHelpText("before", examples("warehouse submit orders.ndjson", "warehouse submit - --json < orders.ndjson"))
    .action((files: string[], options: SubmitOptions) =>
      withOrderFiles(app, files, options.skipInvalid === true, async (source) => {
        await finish(app, await record(app, source, options), goOn(files, options));
      }),
    );
}

async function record(app: App, source: OrderSource, options: SubmitOptions): Promise<SubmitOutcome> {
  const { submitOrders } = await import("../../graph/submit.js");
  const signal = app.stopSignal;
  const desk = { ...(await app.desk()), clock: app.clock };
  const progress = await watchProgress(app);
  try {
    return await submitOrders(desk, source, {
      signal,
      again: options.again === true,
      onProgress: (orders, total) => progress?.update(orders, total),
      ...(options.allOrders === true && { keepOrders: Infinity }),
    });
  } finally {
    progress?.stop();
  }
}

async function finish(app: App, { report, interrupted, left }: SubmitOutcome, next: readonly string[]): Promise<void> {
  await app.print(report, renderSubmission);
  if (interrupted) {
    app.exitCode = exitCodes.interrupted;
    await app.tellHowToGoOn(`Stopped with ${counted(left, "order")} not recorded`, next);
    return;
  }
  if (report.totals.invalid > 0) app.exitCode = exitCodes.notAllShipped;
  await app.suggest(["work"], ["orders", "--status", "pending"]);
}

/** The same input again records what is missing; with `--again` it would begin anew, so only what is there goes on. */
function goOn(files: readonly string[], { again, skipInvalid }: SubmitOptions): string[] {
  return again === true ? ["work"] : ["submit", ...files, ...(skipInvalid === true ? ["--skip-invalid"] : [])];
}
