import type { ChangeStream } from "mongodb";
import type { Collections, OrderDoc } from "../db/collections.js";
import { pause, pollDelayMs } from "../db/waiting.js";

/** Waiting for new pending orders. */
export interface Arrivals {
  /** Waits until a pending order is recorded, but 5 s at most. Ends early when `signal` aborts. */
  next(signal: AbortSignal): Promise<void>;
  /** Only waits, longer each time: for what announces itself to nobody, such as a lease that runs out. */
  poll(signal: AbortSignal): Promise<void>;
  /** Orders were found: waiting begins anew, and nothing is listened to until then. */
  rest(): Promise<void>;
}

/** How long one look at a change stream may take. */
const streamWaitMs = 1_000;

/**
 * Waits by a change stream where the deployment has them, else by polling with back-off (250 ms to 5 s).
 *
 * Whatever a change stream fails with, polling does without it; a database that is gone shows at the next look.
 */
export function watchArrivals({ orders }: Pick<Collections, "orders">): Arrivals {
  let hasStreams = true;
  let stream: ChangeStream | undefined;
  let waits = 0;
  const close = async (): Promise<void> => {
    const open = stream;
    stream = undefined;
    await open?.close();
  };
  const poll = async (signal: AbortSignal): Promise<void> => {
    await pause(pollDelayMs(waits), signal);
    waits += 1;
  };
  return {
    async next(signal) {
      if (hasStreams && !signal.aborted) {
        stream ??= orders.watch(newPending, { maxAwaitTimeMS: streamWaitMs });
        hasStreams = await listen(stream, signal);
        if (hasStreams) return;
        await close();
      }
      await poll(signal);
    },
    poll,
    async rest() {
      waits = 0;
      await close();
    },
  };
}

const newPending = [
  { $match: { operationType: "insert", "fullDocument.status": "pending" satisfies OrderDoc["status"] } },
  { $project: { _id: 1 } },
];

/** @returns whether the deployment has change streams, as far as this look could tell */
async function listen(stream: ChangeStream, signal: AbortSignal): Promise<boolean> {
  const stop = (): void => void Promise.allSettled([stream.close()]);
  signal.addEventListener("abort", stop, { once: true });
  const [look] = await Promise.allSettled([stream.tryNext()]);
  signal.removeEventListener("abort", stop);
  return look.status === "fulfilled" || signal.aborted;
}
