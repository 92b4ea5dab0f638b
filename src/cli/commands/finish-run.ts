import type { RunOutcome } from "../../graph/report.js";
import type { App } from "../app.js";
import { type ExitCode, exitCodes } from "../exit-codes.js";
import { counted } from "../render/format.js";
import { renderReport } from "../render/report.js";

export interface FinishOptions {
  /** Show every order and product. */
  readonly all: boolean;
  /** The command that goes on after an interruption. */
  readonly goOn: readonly string[];
}

/** Prints the report of a run, says what is left to do, and sets the exit code. */
export async function finishRun(app: App, outcome: RunOutcome, { all, goOn }: FinishOptions): Promise<void> {
  await app.print(outcome.report, (report, look) => renderReport(report, look, { all }));
  app.exitCode = exitCodeFor(outcome);
  const { stopped, interrupted, left, waiting } = outcome;
  if (stopped !== undefined) await app.out.note(`note: ${stopped.message}; the rules finished`);
  if (!interrupted) {
    await app.suggest(...nextAfter(outcome));
    return;
  }
  const rest = left === undefined ? waiting : left + waiting;
  await app.tellHowToGoOn(`Stopped${rest > 0 ? ` with ${counted(rest, "order")} left` : ""}`, goOn);
}

function exitCodeFor({ interrupted, cancelledNow, waiting, report }: RunOutcome): ExitCode {
  if (interrupted) return exitCodes.interrupted;
  return cancelledNow + waiting + report.totals.invalid > 0 ? exitCodes.notAllShipped : exitCodes.done;
}

function nextAfter({ report, waiting }: RunOutcome): (readonly string[])[] {
  if (report.dry_run) return [["stock"]];
  if (waiting > 0) return [["resume"], ["orders", "--status", "pending"]];
  if (report.totals.cancelled > 0) return [["orders", "--status", "cancelled"], ["stock"]];
  return [["stock"], ...(report.run === null ? [] : [["run", report.run]])];
}
