import type { CheckedOrder } from "../order/load/open.js";
import { rulesPlanner } from "../planner/rules.js";
import { type Incoming, incoming } from "./batches.js";
import { driveRun, type RunDesk, type RunSettings, type RunWork } from "./drive.js";
import { createPendingFeed, type PendingOptions } from "./pending-feed.js";
import { requireNoConflicts, requireProducts } from "./precheck.js";
import type { RunOutcome } from "./report.js";
import { chunked } from "./streams.js";

/** Checked orders that can be read more than once. */
export interface ProcessSource {
  readonly names: readonly string[];
  readonly count: number;
  /** Orders of the input that are left out because they are not valid. */
  readonly invalidCount: number;
  /** Whether any order brings its own `order_id`; only then can one contradict what is in the database. */
  readonly hasOrderIds: boolean;
  /** In groups of any size. */
  orders(): AsyncIterable<readonly CheckedOrder[]>;
}

export interface ProcessSettings extends RunSettings {
  /** Place the orders anew even if they were processed before. */
  readonly again?: boolean;
}

/**
 * Takes the orders of files through the graph: each is shipped, or cancelled with the reason, exactly once per key.
 *
 * @throws WarehouseError `no_products` or `order_conflict` before anything is written; `database_…` if it is lost
 *   on the way, and `model_…` without fallback
 */
export async function processOrders(
  desk: RunDesk,
  source: ProcessSource,
  settings: ProcessSettings = {},
): Promise<RunOutcome> {
  if (source.count > 0) await requireProducts(desk.inventory);
  const again = settings.again === true;
  const work: RunWork = {
    command: "process",
    source: source.names,
    total: source.count,
    invalid: source.invalidCount,
    known: again ? "none" : await whatIsKnown(desk, source),
    feed: {
      batches: ({ runId, batchSize }) => draftsOf(source, batchSize, again ? `/again/${runId}` : ""),
    },
  };
  return driveRun(desk, work, settings);
}

async function whatIsKnown(desk: RunDesk, source: ProcessSource): Promise<RunWork["known"]> {
  if (!source.hasOrderIds) return "in_order";
  return (await requireNoConflicts(desk.orders, source.orders())) ? "any" : "none";
}

async function* draftsOf(source: ProcessSource, size: number, again: string): AsyncGenerator<readonly Incoming[]> {
  for await (const orders of chunked(source.orders(), size)) yield orders.map((order) => incoming(order, again));
}

export interface PendingSettings extends RunSettings {
  /** Only what this run left. */
  readonly runId?: string;
  /** When others may take over what a run that died has claimed, at the earliest. */
  readonly leaseMs?: number;
  readonly onWait?: PendingOptions["onWait"];
}

export interface WorkSettings extends Omit<PendingSettings, "runId"> {
  /** Wait for more orders when none is left. */
  readonly follow?: boolean;
}

/**
 * Finishes what a stopped run left pending, or what any did; what workers hold is left to them while they live.
 *
 * @throws as `processOrders` does
 */
export async function resumeRun(desk: RunDesk, settings: PendingSettings = {}): Promise<RunOutcome> {
  return takePending(desk, "resume", settings);
}

/**
 * Takes pending orders through the graph until none is left, whoever recorded them, beside any number of others.
 *
 * Each order is claimed by a lease before it is worked on, so workers share the work. That it is done once does not
 * rest on the lease, but on the ledger's keys and the guarded status moves.
 * @throws as `processOrders` does
 */
export async function workPending(desk: RunDesk, settings: WorkSettings = {}): Promise<RunOutcome> {
  return takePending(desk, "work", settings);
}

const defaultLeaseMs = 30_000;

/** Orders that a worker claims at a time, unless told otherwise: more would leave others without work. */
const mostClaimed = 2_500;

async function takePending(
  desk: RunDesk,
  command: "resume" | "work",
  settings: PendingSettings & WorkSettings,
): Promise<RunOutcome> {
  const { runId, follow = false, leaseMs = defaultLeaseMs, onWait = () => undefined } = settings;
  const { signal = new AbortController().signal, planner = rulesPlanner } = settings;
  const { batchSize = Math.min(planner.batchSize, mostClaimed) } = settings;
  await requireProducts(desk.inventory);
  const feed = createPendingFeed(desk, { runId, follow, leaseMs, onWait, signal });
  const source = runId === undefined ? [] : [runId];
  try {
    const work: RunWork = { command, source, total: undefined, invalid: 0, known: "none", feed };
    return await driveRun(desk, work, { ...settings, batchSize });
  } finally {
    await feed.close();
  }
}
