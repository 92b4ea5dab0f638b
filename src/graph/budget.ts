import type { ModelCall } from "../planner/planner.js";
import type { ErrorCode, WarehouseError } from "../shared/errors.js";

/** Why a planner was not asked any more; the rules finished. */
export interface Stop {
  readonly code: ErrorCode | "max_steps" | "max_tokens" | "timeout" | "no_progress" | "illegal_route";
  /** A sentence for people, without a full stop. */
  readonly message: string;
  /** What the planner failed with. */
  readonly error?: WarehouseError;
}

export interface BudgetLimits {
  /** How often the planner may be asked, in all. */
  readonly maxSteps?: number;
  /** Tokens in and out, in all. */
  readonly maxTokens?: number;
  readonly timeoutMs?: number;
}

/** What a whole run may use; batches share it. */
export interface Budget {
  /** Why nothing is left, if so. */
  readonly stopped: Stop | undefined;
  /** Aborted when the time is up. */
  readonly signal: AbortSignal;
  /** Supersteps that a graph run can need. */
  readonly recursionLimit: number;
  /** Counts one question to the planner of a batch that asked `asked` times before, unless that is too much. */
  ask(asked: number): Stop | undefined;
  spend(calls: readonly ModelCall[]): void;
  /** Ends all asking: the planner cannot go on. */
  stop(stop: Stop): void;
}

/** A batch needs about a dozen questions; who asks a hundred times is lost. */
const perBatch = 100;

/** Limits for a whole run, besides the one of each batch. */
export function createBudget({ maxSteps = Infinity, maxTokens = Infinity, timeoutMs }: BudgetLimits): Budget {
  const signal = timeoutMs === undefined ? new AbortController().signal : AbortSignal.timeout(timeoutMs);
  let steps = 0;
  let tokens = 0;
  let stop: Stop | undefined;
  const used = (): Stop | undefined => {
    if (signal.aborted) return { code: "timeout", message: "The time for the planner was up" };
    if (steps >= maxSteps) return { code: "max_steps", message: `The planner had its ${maxSteps} steps` };
    if (tokens >= maxTokens) return { code: "max_tokens", message: `The planner had its ${maxTokens} tokens` };
    return undefined;
  };
  return {
    get stopped() {
      return (stop ??= used());
    },
    signal,
    recursionLimit: 2 * Math.min(maxSteps, perBatch) + 10,
    ask(asked) {
      if (this.stopped !== undefined) return this.stopped;
      if (asked >= perBatch)
        return { code: "max_steps", message: `The planner was asked ${perBatch} times for a batch` };
      steps += 1;
      return undefined;
    },
    spend(calls) {
      for (const { inputTokens, outputTokens } of calls) tokens += inputTokens + outputTokens;
    },
    stop(reason) {
      stop ??= reason;
    },
  };
}
