import type { CheckedOrder } from "../order/load/open.js";
import { newRunId } from "../shared/ids.js";
import { incoming } from "./batches.js";
import type { RunDesk } from "./drive.js";
import { conflictError, requireNoConflicts, requireProducts } from "./precheck.js";
import type { ProcessSource } from "./run.js";
import { chunked, workThrough } from "./streams.js";
import { createSubmission, type Submission, type SubmitReport } from "./submission.js";

export interface SubmitSettings {
  /** Record the orders anew even if they were recorded before. */
  readonly again?: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: (orders: number, total: number) => void;
  /** With more orders than this, the report leaves them out: 10,000 by default, `Infinity` for all. */
  readonly keepOrders?: number;
}

export interface SubmitOutcome {
  readonly report: SubmitReport;
  readonly interrupted: boolean;
  /** Orders that an interrupted run did not come to. */
  readonly left: number;
}

const submitter = "submit";

/** Each is one insert; small enough to bear a stop between two of them. */
const perInsert = 1_000;

/**
 * Records the orders of files as pending, exactly once per key, for `work` to take up.
 *
 * @throws WarehouseError `no_products` or `order_conflict` before anything is written; `database_…` if it is lost on
 *   the way
 */
export async function submitOrders(
  desk: RunDesk,
  source: ProcessSource,
  settings: SubmitSettings = {},
): Promise<SubmitOutcome> {
  const { again = false, keepOrders = 10_000 } = settings;
  if (source.count > 0) await requireProducts(desk.inventory);
  if (source.hasOrderIds && !again) await requireNoConflicts(desk.orders, source.orders());
  const start = desk.clock.elapsedMs();
  const startedAt = desk.clock.now();
  const runId = newRunId(startedAt);
  const submission = createSubmission({ runId, source: source.names, invalid: source.invalidCount, keepOrders });
  await desk.books.runs.start({ runId, startedAt, command: "submit", planner: submitter, source: source.names });
  const [recorded] = await Promise.allSettled([recordAll(desk, submission, source, settings)]);
  const durationMs = desk.clock.elapsedMs() - start;
  if (recorded.status === "rejected") {
    // A run whose last insert has an unknown end is not accounted for: it looks like one that was killed.
    const end = submission.isWhole ? [desk.books.runs.finish(runId, submission.end("failed", durationMs))] : [];
    await Promise.allSettled(end);
    throw recorded.reason;
  }
  const interrupted = !recorded.value;
  await desk.books.runs.finish(runId, submission.end(interrupted ? "interrupted" : "completed", durationMs));
  return { report: submission.report(durationMs), interrupted, left: source.count - submission.orders };
}

/** While one insert is under way, the next orders are read. @returns whether the orders came to their end */
function recordAll(
  desk: RunDesk,
  submission: Submission,
  source: ProcessSource,
  { again = false, signal = new AbortController().signal, onProgress }: SubmitSettings,
): Promise<boolean> {
  const suffix = again ? `/again/${submission.runId}` : "";
  return workThrough(chunked(source.orders(), perInsert), { concurrency: 1, signal }, async (orders) => {
    await recordOrders(desk, submission, orders, suffix);
    onProgress?.(submission.orders, source.count);
  });
}

async function recordOrders(
  { inventory, orders }: RunDesk,
  submission: Submission,
  checked: readonly CheckedOrder[],
  suffix: string,
): Promise<void> {
  const drafts = checked.map((order) => incoming(order, suffix).draft);
  const products = await inventory.products([...new Set(drafts.flatMap(({ lines }) => lines.map(idOf)))]);
  const prices = new Map([...products].map(([productId, { price }]) => [productId, price]));
  const results = await submission.enter(checked, () =>
    orders.create(drafts, { prices, actor: { by: submitter, runId: submission.runId } }),
  );
  const conflicts = checked.filter((_, place) => results[place]?.kind === "conflict");
  if (conflicts.length > 0) throw conflictError(conflicts.map(({ index, key }) => ({ index, order_id: key })));
}

function idOf({ product_id }: { readonly product_id: string }): string {
  return product_id;
}
