import type { Books, RunEnd } from "../books/model.js";
import type { RunDoc } from "../db/collections.js";
import type { Inventory } from "../inventory/model.js";
import type { KnownKey, Orders } from "../order/model.js";
import type { Planner } from "../planner/planner.js";
import { rulesPlanner } from "../planner/rules.js";
import type { Clock } from "../shared/clock.js";
import { WarehouseError } from "../shared/errors.js";
import { newRunId } from "../shared/ids.js";
import type { Features, OrderProgress } from "../tools/batch.js";
import type { BatchRun } from "./batch-run.js";
import { createTurns, makeBatch, type ReadyBatch } from "./batches.js";
import { type Budget, type BudgetLimits, createBudget, type Stop } from "./budget.js";
import { buildGraph, type OrderGraph } from "./build.js";
import { createDryRun } from "./dry-run.js";
import type { Feed } from "./feed.js";
import { createOpening, type Opening } from "./opening.js";
import type { ReadOrder } from "./read-back.js";
import type { RunOutcome, RunProgress } from "./report.js";
import { createRunBook, type RunBook } from "./run-book.js";
import { workThrough } from "./streams.js";

/** What a run works with. */
export interface RunDesk {
  readonly inventory: Inventory;
  readonly orders: Orders;
  readonly books: Books;
  readonly clock: Clock;
}

/** How a run is to go; everything has a default. */
export interface RunSettings {
  /** The rules by default. */
  readonly planner?: Planner;
  readonly dryRun?: boolean;
  /** Orders per graph run, and graph runs at a time; the planner's by default. */
  readonly batchSize?: number;
  readonly concurrency?: number;
  readonly limits?: BudgetLimits;
  /** Whether the rules finish what is left when a model cannot go on or its budget is used up; true by default. */
  readonly fallback?: boolean;
  /** Aborted, the batches in flight are finished and no other is begun. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: RunProgress) => void;
  /** With more orders than this, the report leaves them out: 10,000 by default, `Infinity` for all. */
  readonly keepOrders?: number;
}

/** What a run is about. */
export interface RunWork {
  readonly command: RunDoc["command"];
  readonly source: readonly string[];
  readonly total: number | undefined;
  readonly invalid: number;
  /** Which orders may be in the database by their keys: none, any, or those that an earlier run of the same came to. */
  readonly known: "none" | "any" | "in_order";
  readonly feed: Feed;
}

/** One run on its way. */
interface Drive {
  readonly desk: RunDesk;
  readonly work: RunWork;
  readonly settings: RunSettings;
  readonly runId: string;
  readonly book: RunBook;
  readonly budget: Budget;
  readonly opening: Opening;
  readonly graph: OrderGraph;
  readonly planner: Planner;
  readonly featuresOf: () => Features;
}

/**
 * Takes orders through the graph, batch by batch, and records the run.
 *
 * While one batch is written, the next is read and looked up. Batches take stock in file order however many are on
 * their way. The record is there before anything else is written.
 * @throws WarehouseError what made the run fail, once the batches in flight have ended and the run is recorded so;
 *   a run that failed before it wrote anything leaves no record
 */
export async function driveRun(desk: RunDesk, work: RunWork, settings: RunSettings): Promise<RunOutcome> {
  const start = desk.clock.elapsedMs();
  const drive = startDrive(desk, work, settings);
  const [worked] = await Promise.allSettled([workThroughBatches(drive)]);
  const durationMs = desk.clock.elapsedMs() - start;
  if (worked.status === "rejected") {
    await recordFailure(drive, worked.reason, durationMs);
    throw worked.reason;
  }
  const interrupted = !worked.value || work.feed.cutShort === true;
  await drive.opening.begin();
  await finishRecord(drive, drive.book.end(interrupted ? "interrupted" : "completed", durationMs));
  return drive.book.outcome(drive.featuresOf().inventory, { interrupted, durationMs });
}

/** What cannot be recorded looks like a run that was killed, which is true enough; what wrote nothing leaves nothing. */
async function recordFailure(drive: Drive, reason: unknown, durationMs: number): Promise<void> {
  const { book, opening } = drive;
  if (!opening.begun || !book.isWhole) return;
  const error = reason instanceof WarehouseError ? reason.message : "An unexpected failure";
  await Promise.allSettled([finishRecord(drive, book.end("failed", durationMs, error))]);
}

async function finishRecord({ desk, settings, runId }: Drive, end: RunEnd): Promise<void> {
  if (settings.dryRun !== true) await desk.books.runs.finish(runId, end);
}

function startDrive(desk: RunDesk, work: RunWork, settings: RunSettings): Drive {
  const { planner = rulesPlanner, dryRun = false, limits = {}, fallback = true, keepOrders = 10_000 } = settings;
  const { source, total, invalid } = work;
  const { clock } = desk;
  const startedAt = clock.now();
  const runId = newRunId(startedAt);
  const budget = createBudget(limits);
  const opening = createOpening(async () => {
    if (dryRun) return;
    await desk.books.runs.start({ runId, startedAt, command: work.command, planner: planner.name, source });
  });
  const actor = { by: planner.name, runId };
  const finisher = { by: rulesPlanner.name, runId };
  return {
    desk,
    work,
    settings,
    runId,
    planner,
    budget,
    opening,
    book: createRunBook({ runId, planner: planner.name, source, dryRun, keepOrders, total, invalid }),
    graph: buildGraph({ planner, actor, finisher, budget, opening, fallback, clock }),
    featuresOf: dryRun ? createDryRun(desk) : () => desk,
  };
}

/** @returns whether the orders came to their end */
function workThroughBatches(drive: Drive): Promise<boolean> {
  const { settings, planner, desk, book } = drive;
  const { concurrency = planner.concurrency, signal = new AbortController().signal, onProgress } = settings;
  const start = desk.clock.elapsedMs();
  return workThrough(readyBatches(drive), { concurrency, signal }, async (ready) => {
    await runBatch(drive, ready);
    onProgress?.(book.progress(desk.clock.elapsedMs() - start));
  });
}

/** Reads, looks up and joins orders to batches. */
async function* readyBatches({
  desk,
  work,
  settings,
  runId,
  book,
  planner,
  featuresOf,
}: Drive): AsyncGenerator<ReadyBatch> {
  const { batchSize = planner.batchSize } = settings;
  const nextTurn = createTurns();
  let lookUp = work.known !== "none";
  let number = 0;
  for await (const orders of work.feed.batches({ runId, batchSize, enterUnreadable: book.enterUnreadable })) {
    number += 1;
    const keys = lookUp ? orders.flatMap((order) => (order.kind === "draft" ? [order.draft.key] : [])) : [];
    const known: ReadonlyMap<string, KnownKey> = await desk.orders.knownKeys(keys);
    // An earlier run went in the same order, so behind a batch that is new all are. Were one not, create_order tells.
    lookUp &&= work.known === "any" || known.size > 0;
    yield makeBatch(orders, { number, features: featuresOf(), known, ...nextTurn() });
  }
}

async function runBatch(drive: Drive, ready: ReadyBatch): Promise<void> {
  const { graph, budget, book, settings, work } = drive;
  const { batch, progress } = ready;
  let settled: Settled = { read: [], progress };
  const onSettled: BatchRun["onSettled"] = (read, last) => void (settled = { read, progress: last });
  const run: BatchRun = { batch, wantsRows: book.hasRows, onSettled };
  const { recursionLimit } = budget;
  const [result] = await Promise.allSettled([graph.invoke({ orders: progress }, { context: { run }, recursionLimit })]);
  batch.passTurn();
  if (result.status === "rejected") {
    const [entered] = await Promise.allSettled([enterLeftovers(drive, ready)]);
    if (entered.status === "rejected") book.lose();
    throw result.reason;
  }
  book.note(result.value);
  book.enter(ready, settled.read, settled.progress);
  await work.feed.settled?.(settled.progress);
  const { stopped } = result.value;
  if (settings.fallback === false && stopped !== undefined) throw stopped.error ?? unfinished(stopped);
}

/** Without leave to fall back, a planner whose budget is used up fails the run as one whose model is down does. */
function unfinished({ code, message }: Stop): WarehouseError {
  const text = `${message}, and without fallback the rest waits: run the same command again, or warehouse resume`;
  return new WarehouseError("model_unavailable", text, { details: { stopped: code } });
}

interface Settled {
  readonly read: readonly (ReadOrder | undefined)[];
  readonly progress: readonly OrderProgress[];
}

/** Enters what a batch that failed has come to, so that the run's record is true nevertheless. */
async function enterLeftovers({ desk, book, featuresOf, settings }: Drive, ready: ReadyBatch): Promise<void> {
  if (settings.dryRun === true) return;
  const { batch, progress } = ready;
  const keys = batch.orders.flatMap(({ draft }) => draft?.key ?? []);
  const known = await desk.orders.knownKeys(keys);
  const ids = batch.orders.map(({ draft }, place) =>
    draft === undefined ? progress[place]?.orderId : known.get(draft.key)?.order_id,
  );
  const found = (await featuresOf().orders.readBack(ids.filter((id) => id !== undefined))).values();
  const docs = ids.map((id) => (id === undefined ? undefined : found.next().value));
  book.enter(ready, docs, progress);
}
