import type { Runs } from "../books/model.js";
import type { OrderDoc, OrderId } from "../db/collections.js";
import type { Leases } from "../order/leases.js";
import { orderLines } from "../order/view.js";
import type { Clock } from "../shared/clock.js";
import type { OrderProgress } from "../tools/batch.js";
import { keepLeases } from "./lease-keeper.js";

/** What claims are made with. */
export interface ClaimDesk {
  readonly orders: { readonly leases: Leases };
  readonly books: { readonly runs: Pick<Runs, "processing"> };
  readonly clock: Clock;
}

export interface ClaimOptions {
  /** The run that claims. */
  readonly owner: string;
  readonly leaseMs: number;
  /** Only what this run recorded. */
  readonly runId: string | undefined;
  /** Told of pending orders, each once, that cannot go through the graph: other programs left them without whole units. */
  readonly unreadable: (doc: OrderDoc) => void;
}

/** The pending orders that one run has taken up. */
export interface Claims {
  /** The oldest orders that nobody else works on, at most `limit`, now held by this run; none if there are none now. */
  next(limit: number): Promise<readonly OrderDoc[]>;
  /** Whether orders are pending that this run has not seen yet, whoever holds them. */
  anyLeft(): Promise<boolean>;
  /** What a batch of claimed orders has come to; what is pending still is left to others. */
  settled(progress: readonly OrderProgress[]): Promise<void>;
  /** Gives back what is held. */
  close(): Promise<void>;
}

/**
 * Claims pending orders page by page, from the oldest on.
 *
 * Each page goes on where the last one ended, so that a run does not read again and again what others hold. From the
 * oldest it starts anew behind the last page, and at the latest after the time of one lease, so that orders whose
 * lease has run out wait no longer for it, however many come in.
 */
export function createClaims({ orders: { leases }, books, clock }: ClaimDesk, options: ClaimOptions): Claims {
  const { owner, leaseMs, runId, unreadable } = options;
  const keeper = keepLeases(leases, { owner, durationMs: leaseMs });
  const left = new Set<string>();
  const isMine = ({ _id }: OrderDoc): boolean => keeper.holds(_id) || left.has(String(_id));
  let after: OrderId | undefined;
  let startedMs = clock.elapsedMs();
  const isReadable = (doc: OrderDoc): boolean => {
    if (orderLines(doc) !== undefined) return true;
    left.add(String(doc._id));
    unreadable(doc);
    return false;
  };
  const claimPage = async (limit: number): Promise<readonly OrderDoc[]> => {
    if (after === undefined) startedMs = clock.elapsedMs();
    const page = await leases.free({ after, limit, runId });
    after = page.length < limit ? undefined : page.at(-1)?._id;
    const readable = page.filter((doc) => !isMine(doc) && isReadable(doc));
    return keeper.take(runId === undefined ? await withoutFresh(readable, { books, clock, leaseMs }) : readable);
  };
  return {
    async next(limit) {
      if (clock.elapsedMs() - startedMs >= leaseMs) after = undefined;
      // The rest of the pages first, then all of them: only that shows that there is nothing.
      for (let ends = after === undefined ? 1 : 2; ends > 0; ends -= after === undefined ? 1 : 0) {
        const claimed = await claimPage(limit);
        if (claimed.length > 0) return claimed;
      }
      return [];
    },
    async anyLeft() {
      for await (const orderId of leases.pendingBeside(owner, { runId })) if (!left.has(String(orderId))) return true;
      return false;
    },
    async settled(progress) {
      const idsOf = (some: readonly OrderProgress[]): OrderId[] => some.flatMap(({ orderId }) => orderId ?? []);
      const undone = idsOf(progress.filter(({ status }) => status === "pending"));
      for (const orderId of undone) left.add(String(orderId));
      await keeper.drop(idsOf(progress.filter(({ status }) => status !== "pending")), undone);
    },
    close: () => keeper.close(),
  };
}

/**
 * Without what a `process` that is still running has just recorded: it is about to do these itself.
 *
 * Such orders carry no lease, which would cost `process` a write. Their age is that of their run's clock, so where
 * clocks differ, work may be done twice (which harms nothing) but no order is held back for long.
 */
async function withoutFresh(
  docs: readonly OrderDoc[],
  { books, clock, leaseMs }: Pick<ClaimDesk, "books" | "clock"> & { readonly leaseMs: number },
): Promise<readonly OrderDoc[]> {
  const fresh = docs.filter((doc) => isFresh(doc, clock.now(), leaseMs));
  const runIds = new Set(fresh.flatMap(({ run_id }) => run_id ?? []));
  if (runIds.size === 0) return docs;
  const processing = await books.runs.processing([...runIds]);
  const theirs = new Set(fresh.filter(({ run_id }) => run_id !== undefined && processing.has(run_id)));
  return docs.filter((doc) => !theirs.has(doc));
}

/** Recorded within the time of one lease; a date in the far future is another clock's. */
export function isFresh({ created_at }: Pick<OrderDoc, "created_at">, now: Date, leaseMs: number): boolean {
  return created_at instanceof Date && Math.abs(now.getTime() - created_at.getTime()) < leaseMs;
}
