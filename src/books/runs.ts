import type { Collections, RunDoc } from "../db/collections.js";
import type { Database } from "../db/database.js";
import type { Clock } from "../shared/clock.js";
import type { RunEnd, Runs, RunStart } from "./model.js";

/** How often a run says that it lives, and how long it may be silent: three beats may fail. */
const beatMs = 15_000;
const silentMs = 60_000;

/** The record of runs in one database; a run that was started here says that it lives until it is finished. */
export function createRuns({ collections }: Database, clock: Clock): Runs {
  const { runs } = collections;
  const pulses = new Map<string, NodeJS.Timeout>();
  return {
    async start(run) {
      await startRun(collections, run);
      pulses.set(run.runId, setInterval(() => void Promise.allSettled([beat(collections, run.runId)]), beatMs).unref());
    },
    async finish(runId, end) {
      clearInterval(pulses.get(runId));
      pulses.delete(runId);
      await finishRun(collections, runId, end, clock.now());
    },
    async find(runId) {
      const found = await findRun(collections, runId);
      return found === undefined ? undefined : (await withSilence(collections, [found]))[0];
    },
    processing: (runIds) => processingRuns(collections, runIds),
    async list(limit) {
      const latest = runs.find({}, { projection: { steps: 0, steps_omitted: 0 } }).sort({ started_at: -1 });
      return withSilence(collections, await latest.limit(limit).toArray());
    },
  };
}

/** A beat that fails is no failure of the run; the next one makes up for it. */
async function beat({ runs }: Collections, runId: string): Promise<void> {
  await runs.updateOne({ _id: runId, status: "running" }, [{ $set: { seen_at: "$$NOW" } }]);
}

/** Running ones that have been silent for too long were killed, or their machine was. */
async function withSilence({ runs }: Collections, docs: readonly RunDoc[]): Promise<RunDoc[]> {
  const running = docs.filter(({ status }) => status === "running").map(({ _id }) => _id);
  if (running.length === 0) return [...docs];
  const lastSign = { $ifNull: ["$seen_at", "$started_at"] };
  const silent = { _id: { $in: running }, $expr: { $lt: [lastSign, { $subtract: ["$$NOW", silentMs] }] } };
  const found = await runs.find(silent, { projection: { _id: 1 } }).toArray();
  const stopped = new Set(found.map(({ _id }) => _id));
  return docs.map((doc) => (stopped.has(doc._id) ? { ...doc, status: "stopped" } : doc));
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
