import { Annotation } from "@langchain/langgraph";
import type { RunStepDoc } from "../db/collections.js";
import type { Delegation } from "../planner/planner.js";
import type { OrderProgress } from "../tools/batch.js";
import type { BatchRun } from "./batch-run.js";
import type { Stop } from "./budget.js";

/**
 * What one graph run knows of its batch: handles, ids, statuses and what came of each call.
 *
 * No documents, and no chat log that workers would share: whole orders stay with the tools, in the context.
 */
export const BatchState = Annotation.Root({
  /** In the batch's order. */
  orders: Annotation<readonly OrderProgress[]>(),
  plan: Annotation<readonly Delegation[]>({ reducer: (_, plan) => plan, default: () => [] }),
  /** Every tool call and model call, in order. */
  trail: Annotation<readonly RunStepDoc[]>({ reducer: (trail, more) => [...trail, ...more], default: () => [] }),
  /** How often the planner was asked. */
  asked: Annotation<number>({ reducer: (asked, more) => asked + more, default: () => 0 }),
  /** Visits to workers since an order last got on. */
  idle: Annotation<number>({ reducer: (_, idle) => idle, default: () => 0 }),
  /** Why the planner was not asked to the end. */
  stopped: Annotation<Stop | undefined>({ reducer: (before, stop) => before ?? stop, default: () => undefined }),
});

export type BatchState = typeof BatchState.State;
export type BatchUpdate = typeof BatchState.Update;

/** What belongs to one graph run beside its state. */
export const BatchContext = Annotation.Root({
  run: Annotation<BatchRun>(),
});
