import type { RunDoc } from "../../db/collections.js";
import type { PastRun } from "../../graph/past-run.js";
import { fold } from "./fold.js";
import { counted } from "./format.js";
import type { Look } from "./look.js";
import { renderReport, type ReportOptions } from "./report.js";
import { visible } from "./visible.js";

/** A past run's report as the run itself printed it, with what else the database knows of it by now. */
export function renderPastRun(run: RunDoc, past: PastRun, look: Look, options: ReportOptions): string {
  const notes = notesOn(run, past).flatMap((note) =>
    fold(note, look.width).map((line) => `${look.paint.warn(line)}\n`),
  );
  return [...notes, ...(notes.length > 0 ? ["\n"] : []), renderReport(past.report, look, options)].join("");
}

/** What a reader must know before the figures, a sentence each. */
export function notesOn({ status, error, command }: RunDoc, { report, unlisted }: PastRun): string[] {
  const why = error === undefined ? "" : `: ${visible(error)}`;
  return [
    ...(status === "running" ? ["This run has not ended: this is what it did so far."] : []),
    ...(status === "stopped" ? ["This run was killed before its end: this is what it did."] : []),
    ...(status === "interrupted" ? ["This run was stopped before all of its orders were done."] : []),
    ...(status === "failed" ? [`This run failed${why}.`] : []),
    ...(command === "submit" ? ["This run only recorded orders, for work to take up."] : []),
    ...(report.orders_omitted === true ? ["Its orders are left out, being so many; --all-orders lists them."] : []),
    ...(unlisted > 0
      ? [
          `${counted(unlisted, "order")} of its input had been done before it and ${unlisted === 1 ? "is" : "are"} not listed.`,
        ]
      : []),
  ];
}
