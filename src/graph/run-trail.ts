import type { OmittedStepsDoc, RunStepDoc, TokensDoc, UsageDoc, WorkerUsageDoc } from "../db/collections.js";

/** A run's document stays small: so many steps are kept, the rest is summed. */
const keptSteps = 1_000;

/** The trail of a whole run, in bounded memory, with what its model calls used. */
export interface RunTrail {
  add(steps: readonly RunStepDoc[]): void;
  readonly steps: readonly RunStepDoc[];
  readonly omitted: readonly OmittedStepsDoc[];
  usage(): UsageDoc;
}

/** An empty trail. */
export function createRunTrail(): RunTrail {
  const steps: RunStepDoc[] = [];
  const omitted = new Map<string, OmittedStepsDoc>();
  const byWorker = new Map<string, WorkerUsageDoc>();
  let estimated = false;
  const addOne = (step: RunStepDoc): void => {
    estimated ||= step.results["estimated"] === 1;
    if (step.model_calls !== undefined) byWorker.set(step.worker, withCall(byWorker.get(step.worker), step));
    if (steps.length < keptSteps) {
      steps.push(step);
      return;
    }
    const key = `${step.worker}/${step.tool ?? ""}`;
    omitted.set(key, withStep(omitted.get(key) ?? noSteps(step), step));
  };
  return {
    add: (more) => more.forEach(addOne),
    steps,
    get omitted() {
      return [...omitted.values()];
    },
    usage() {
      const total = [...byWorker.values()].reduce<TokensDoc>(withTokens, noTokens);
      return { ...total, ...(estimated && { estimated }), by_worker: Object.fromEntries(byWorker) };
    },
  };
}

const noTokens: TokensDoc = { model_calls: 0, input_tokens: 0, output_tokens: 0 };

function withTokens(sum: TokensDoc = noTokens, step: Partial<TokensDoc>): TokensDoc {
  return {
    model_calls: sum.model_calls + (step.model_calls ?? 0),
    input_tokens: sum.input_tokens + (step.input_tokens ?? 0),
    output_tokens: sum.output_tokens + (step.output_tokens ?? 0),
  };
}

function withCall(sum: WorkerUsageDoc | undefined, call: RunStepDoc): WorkerUsageDoc {
  return { ...withTokens(sum, call), duration_ms: Math.round((sum?.duration_ms ?? 0) + call.duration_ms) };
}

function noSteps({ worker, tool }: RunStepDoc): OmittedStepsDoc {
  return { worker, tool, steps: 0, orders: 0, duration_ms: 0, ...noTokens };
}

function withStep(sum: OmittedStepsDoc, step: RunStepDoc): OmittedStepsDoc {
  return {
    ...sum,
    ...withTokens(sum, step),
    steps: sum.steps + 1,
    orders: sum.orders + step.orders,
    duration_ms: sum.duration_ms + step.duration_ms,
  };
}
