import type { ReportOrder } from "../../graph/report.js";
import { rulesPlanner } from "../../planner/rules.js";

/** Who brought an order of a run where it is, if that was neither an earlier run nor the run's own planner. */
export function otherFinisher(
  { already_done, finished_by }: Pick<ReportOrder, "already_done" | "finished_by">,
  planner: string,
): string | undefined {
  if (already_done || finished_by === null || finished_by === planner) return undefined;
  return finished_by === rulesPlanner.name ? "the rules" : finished_by;
}
