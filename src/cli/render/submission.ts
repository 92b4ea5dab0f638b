import type { SubmitReport } from "../../graph/submission.js";
import { renderFacts } from "./facts.js";
import { count, counted, duration } from "./format.js";
import type { Look } from "./look.js";

/** What was recorded, in a few lines. */
export function renderSubmission({ totals, duration_ms, run }: SubmitReport, look: Look): string {
  const { orders, recorded, already_recorded, invalid } = totals;
  const perSecond = duration_ms > 0 ? Math.round((orders * 1000) / duration_ms) : 0;
  const parts = [
    `${count(recorded)} recorded as pending`,
    ...(already_recorded > 0 ? [`${count(already_recorded)} recorded before`] : []),
  ];
  return renderFacts(
    [
      ["Orders", `${count(orders)} (${parts.join(", ")})${invalid > 0 ? `, and ${count(invalid)} invalid` : ""}`],
      ["Time", `${duration(duration_ms)}${orders > 1 ? `, ${counted(perSecond, "order")}/s` : ""}`],
      ["Run", run],
    ],
    look,
  );
}
