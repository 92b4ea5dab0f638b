import type { RunStepDoc } from "../db/collections.js";
import type { ModelCall } from "../planner/planner.js";
import type { Scene, Worker } from "../tools/batch.js";
import { type CallOutcome, countKinds } from "../tools/results.js";
import { callTool, type ToolCall, tools } from "../tools/toolbox.js";
import type { Stop } from "./budget.js";
import type { GraphParts } from "./parts.js";

export interface Carried {
  readonly outcome: CallOutcome;
  readonly step: RunStepDoc;
}

/**
 * Carries out one call and writes down what came of it: counts and codes, nothing of the orders.
 *
 * Before the first call that can write, the run is recorded.
 */
export async function carryOut(
  { clock, opening }: Pick<GraphParts, "clock" | "opening">,
  { worker, as = worker }: { readonly worker: Worker; readonly as?: string },
  call: ToolCall,
  scene: Scene,
): Promise<Carried> {
  const startedAt = clock.now();
  const start = clock.elapsedMs();
  const tool = Object.values(tools).find(({ name }) => name === call.tool);
  if (tool?.effect === "write") await opening.begin();
  const outcome = await callTool(worker, call, scene);
  const refusal = firstRefusal(outcome);
  const step: RunStepDoc = {
    batch: scene.batch.number,
    worker: as,
    tool: tool?.name ?? "unknown",
    orders: outcome.kind === "done" ? outcome.results.length : 0,
    results: countKinds(outcome),
    started_at: startedAt,
    duration_ms: clock.elapsedMs() - start,
    ...(refusal !== undefined && { refused: refusal }),
  };
  return { outcome, step };
}

/** One step per call to a model. */
export function modelSteps(batch: number, worker: string, calls: readonly ModelCall[]): RunStepDoc[] {
  return calls.map(({ startedAt, durationMs, inputTokens, outputTokens, estimated }) => ({
    batch,
    worker,
    tool: null,
    orders: 0,
    results: estimated ? { estimated: 1 } : {},
    started_at: startedAt,
    duration_ms: durationMs,
    model_calls: 1,
    input_tokens: inputTokens,
    output_tokens: outputTokens,
  }));
}

/** A question to the planner that got no answer: a call to a model that failed or was cut short. */
export function failedStep({ batch, worker, startedAt, durationMs, stop }: FailedQuestion): RunStepDoc {
  return {
    batch,
    worker,
    tool: null,
    orders: 0,
    results: { failed: 1 },
    started_at: startedAt,
    duration_ms: durationMs,
    model_calls: 1,
    refused: stop.code,
  };
}

interface FailedQuestion {
  readonly batch: number;
  readonly worker: string;
  readonly startedAt: Date;
  readonly durationMs: number;
  readonly stop: Stop;
}

/** A choice of the supervisor that the state does not allow. */
export function refusedRouteStep(batch: number, at: Date): RunStepDoc {
  const refused = "illegal_route";
  return {
    batch,
    worker: "supervisor",
    tool: null,
    orders: 0,
    results: { refused: 1 },
    started_at: at,
    duration_ms: 0,
    refused,
  };
}

/** The code of the first refusal, of the call or of one of its orders. */
export function firstRefusal(outcome: CallOutcome): string | undefined {
  if (outcome.kind === "refused") return outcome.code;
  return outcome.results.find((result) => result.kind === "refused")?.code;
}
