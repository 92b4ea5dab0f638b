import type { OrderDoc } from "../db/collections.js";
import type { CheckedOrder } from "../order/load/open.js";
import { orderLines } from "../order/view.js";
import { type Incoming, incoming } from "./batches.js";
import { driveRun, type RunDesk, type RunSettings, type RunWork } from "./drive.js";
import { requireNoConflicts, requireProducts } from "./precheck.js";
import type { RunOutcome } from "./report.js";

/** Checked orders that can be read more than once. */
export interface ProcessSource {
  readonly names: readonly string[];
  readonly count: number;
  /** Orders of the input that are left out because they are not valid. */
  readonly invalidCount: number;
  /** Whether any order brings its own `order_id`; only then can one contradict what is in the database. */
  readonly hasOrderIds: boolean;
  orders(): AsyncIterable<CheckedOrder>;
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
    incoming: (runId) => draftsOf(source, again ? `/again/${runId}` : ""),
  };
  return driveRun(desk, work, settings);
}

async function whatIsKnown(desk: RunDesk, source: ProcessSource): Promise<RunWork["known"]> {
  if (!source.hasOrderIds) return "in_order";
  return (await requireNoConflicts(desk.orders, source.orders())) ? "any" : "none";
}

async function* draftsOf(source: ProcessSource, again: string): AsyncGenerator<Incoming> {
  for await (const order of source.orders()) yield incoming(order, again);
}

export interface PendingSettings extends RunSettings {
  /** Only what this run left. */
  readonly runId?: string;
  /** Where pending orders come from, instead of all in the order of their ids: claimed ones, for instance. */
  readonly pending?: AsyncIterable<OrderDoc>;
}

/** Finishes what a stopped run left pending, or what any did. @throws as `processOrders` does */
export async function resumeRun(desk: RunDesk, settings: PendingSettings = {}): Promise<RunOutcome> {
  return takePending(desk, "resume", settings);
}

/** Takes pending orders through the graph until none is left, whoever recorded them. @throws as `processOrders` does */
export async function workPending(desk: RunDesk, settings: PendingSettings = {}): Promise<RunOutcome> {
  return takePending(desk, "work", settings);
}

async function takePending(desk: RunDesk, command: "resume" | "work", settings: PendingSettings): Promise<RunOutcome> {
  const { runId, pending = desk.orders.pending(runId === undefined ? {} : { runId }) } = settings;
  await requireProducts(desk.inventory);
  const work: RunWork = {
    command,
    source: runId === undefined ? [] : [runId],
    total: undefined,
    invalid: 0,
    known: "none",
    incoming: (_runId, unreadable) => foundOrders(pending, unreadable),
  };
  return driveRun(desk, work, settings);
}

/** Orders of other programs may hold lines that nobody can take units for: those stay as they are. */
async function* foundOrders(
  pending: AsyncIterable<OrderDoc>,
  unreadable: (index: number, doc: OrderDoc) => void,
): AsyncGenerator<Incoming> {
  let index = 0;
  for await (const doc of pending) {
    const lines = orderLines(doc);
    if (lines === undefined) unreadable(index, doc);
    else yield { kind: "found", index, doc, lines };
    index += 1;
  }
}
