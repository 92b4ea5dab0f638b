import type { OrderDoc } from "../db/collections.js";
import type { Orders } from "../order/model.js";
import { orderLines } from "../order/view.js";
import type { Incoming } from "./batches.js";
import { type ClaimDesk, type Claims, createClaims } from "./claims.js";
import type { Feed, FeedRun } from "./feed.js";

export interface PendingOptions {
  /** Only what this run left. */
  readonly runId: string | undefined;
  /** Go on when none is left, and wait for more. */
  readonly follow: boolean;
  readonly leaseMs: number;
  readonly signal: AbortSignal;
  /** Told when there is nothing to do for the first time in a row: all are done, or others work on them. */
  readonly onWait: (why: "none" | "held") => void;
}

export interface PendingFeed extends Feed {
  /** Gives back what was claimed and not worked on. */
  close(): Promise<void>;
}

interface PendingDesk extends ClaimDesk {
  readonly orders: Pick<Orders, "leases" | "watchArrivals">;
}

/**
 * Pending orders as they can be claimed, oldest first, until none is left or, to follow, until the signal.
 *
 * Orders that others hold are waited for: either they do them, or their leases run out and this run does.
 */
export function createPendingFeed(desk: PendingDesk, options: PendingOptions): PendingFeed {
  let claims: Claims | undefined;
  let cutShort = false;
  return {
    async *batches(run) {
      let index = 0;
      const unreadable = (doc: OrderDoc): void => run.enterUnreadable(index++, doc);
      claims = createClaims(desk, { ...options, owner: run.runId, unreadable });
      for await (const docs of claimed(desk, claims, run, options)) {
        yield docs.flatMap((doc) => incomingOf(doc, index++));
      }
      cutShort = options.signal.aborted;
    },
    settled: async (progress) => claims?.settled(progress),
    get cutShort() {
      return cutShort;
    },
    close: async () => claims?.close(),
  };
}

async function* claimed(
  { orders }: PendingDesk,
  claims: Claims,
  { batchSize }: FeedRun,
  { follow, signal, onWait }: PendingOptions,
): AsyncGenerator<readonly OrderDoc[]> {
  const arrivals = orders.watchArrivals();
  let waiting: "none" | "held" | undefined;
  try {
    while (!signal.aborted) {
      const docs = await claims.next(batchSize);
      if (docs.length > 0) {
        waiting = undefined;
        await arrivals.rest();
        yield docs;
        continue;
      }
      const why = (await claims.anyLeft()) ? "held" : "none";
      if (why === "none" && !follow) return;
      if (waiting !== why) onWait(why);
      waiting = why;
      await (why === "none" ? arrivals.next(signal) : arrivals.poll(signal));
    }
  } finally {
    await arrivals.rest();
  }
}

function incomingOf(doc: OrderDoc, index: number): Incoming[] {
  const lines = orderLines(doc);
  return lines === undefined ? [] : [{ kind: "found", index, doc, lines }];
}
