import type { Collections, RunDoc } from "../db/collections.js";
import type { Database } from "../db/database.js";
import type { Clock } from "../shared/clock.js";
import type { RunEnd, Runs, RunStart } from "./model.js";

/** The record of runs in one database. */
export function createRuns({ collections }: Database, clock: Clock): Runs {
  const { runs } = collections;
  return {
    start: (run) => startRun(collections, run),
    finish: (runId, end) => finishRun(collections, runId, end, clock.now()),
    find: (runId) => findRun(collections, runId),
    processing: (runIds) => processingRuns(collections, runIds),
    list: (limit) =>
      runs
        .find({}, { projection: { steps: 0, steps_omitted: 0 } })
        .sort({ started_at: -1 })
        .limit(limit)
        .toArray(),
  };
}

async function startRun({ runs }: Collections, run: RunStart): Promise<void> {
  const { runId, command, planner, source, startedAt } = run;
  await runs.insertOne({ _id: runId, command, planner, source: [...source], status: "running", started_at: startedAt });
}

async function finishRun({ runs }: Collections, runId: string, end: RunEnd, at: Date): Promise<void> {
  const { status, totals, deeds, usage, steps, stepsOmitted, durationMs, error } = end;
  await runs.updateOne(
    { _id: runId },
    {
      $set: {
        status,
        finished_at: at,
        duration_ms: durationMs,
        totals,
        deeds,
        usage,
        steps: [...steps],
        steps_omitted: [...stepsOmitted],
        ...(error !== undefined && { error }),
      },
    },
  );
}

async function processingRuns({ runs }: Collections, runIds: readonly string[]): Promise<Set<string>> {
  const filter = { _id: { $in: [...runIds] }, status: "running", command: "process" } as const;
  const found = await runs.find(filter, { projection: { _id: 1 } }).toArray();
  return new Set(found.map(({ _id }) => _id));
}

/** The range of ids that begin with the text; two in it mean that the text is too short. */
async function findRun({ runs }: Collections, runId: string): Promise<RunDoc | undefined> {
  const exact = await runs.findOne({ _id: runId });
  if (exact !== null || runId === "") return exact ?? undefined;
  const [only, another] = await runs
    .find({ _id: { $gte: runId, $lt: `${runId}\uffff` } })
    .limit(2)
    .toArray();
  return another === undefined ? only : undefined;
}
