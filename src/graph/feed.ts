import type { OrderDoc } from "../db/collections.js";
import type { OrderProgress } from "../tools/batch.js";
import type { Incoming } from "./batches.js";

/** The run that a feed feeds. */
export interface FeedRun {
  readonly runId: string;
  /** Orders per batch, at most. */
  readonly batchSize: number;
  /** To be told of orders that cannot go through the graph. */
  readonly enterUnreadable: (index: number, doc: OrderDoc) => void;
}

/** Where the orders of a run come from, in batches. */
export interface Feed {
  /** One batch is asked for ahead of need. */
  batches(run: FeedRun): AsyncIterable<readonly Incoming[]>;
  /** Told what the orders of a batch have come to, unless it failed. */
  settled?(progress: readonly OrderProgress[]): Promise<void>;
  /** Whether the batches ended because the run was to stop. */
  readonly cutShort?: boolean;
}
