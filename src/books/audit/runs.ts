import type { RunDoc } from "../../db/collections.js";
import type { AuditContext } from "./audit.js";
import { type Deeds, judgeRun, judgeUsage, noDeeds } from "./run-rules.js";

/** The finished runs as they were before the orders are read: what they did can no longer change. */
export async function finishedRuns({ database }: AuditContext): Promise<ReadonlySet<string>> {
  const ids = database.collections.runs.find({ deeds: { $exists: true } }, { projection: { _id: 1 } });
  const finished = new Set<string>();
  for await (const { _id } of ids) finished.add(_id);
  return finished;
}

/** I6 and I7 of every finished run. */
export async function auditRuns(
  { database, findings }: AuditContext,
  finished: ReadonlySet<string>,
  deeds: ReadonlyMap<string, Deeds>,
): Promise<void> {
  const judge = (run: RunDoc): void => {
    if (!finished.has(run._id)) return;
    findings.I6.looked();
    findings.I7.looked();
    const report = judgeRun(run, deeds.get(run._id) ?? noDeeds());
    const usage = judgeUsage(run);
    if (report !== undefined) findings.I6.breach({ id: run._id, problem: report, adoptable: false });
    if (usage !== undefined) findings.I7.breach({ id: run._id, problem: usage, adoptable: false });
  };
  for await (const run of database.collections.runs.find().sort({ started_at: 1 })) judge(run);
}
