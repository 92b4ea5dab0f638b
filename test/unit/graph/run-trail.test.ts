import { describe, expect, it } from "vitest";
import type { RunStepDoc } from "../../../src/db/collections.js";
import { judgeUsage } from "../../../src/books/audit/run-rules.js";
import { createRunTrail } from "../../../src/graph/run-trail.js";

function aStep(more: Partial<RunStepDoc> = {}): RunStepDoc {
  const step = { batch: 1, worker: "order", tool: "create_order", orders: 2, results: { created: 2 }, duration_ms: 3 };
  return { ...step, started_at: new Date(0), ...more };
}

const modelStep = aStep({ tool: null, orders: 0, results: {}, model_calls: 1, input_tokens: 10, output_tokens: 1 });

describe("createRunTrail", () => {
  it("keeps the first thousand steps and sums the rest by worker and tool", () => {
    const trail = createRunTrail();
    trail.add(Array.from({ length: 1_003 }, () => aStep()));
    trail.add([modelStep, aStep({ worker: "delivery", tool: "update_delivery_status" })]);
    expect(trail.steps).toHaveLength(1_000);
    expect(trail.omitted).toMatchObject([
      { worker: "order", tool: "create_order", steps: 3, orders: 6, duration_ms: 9, model_calls: 0 },
      { worker: "order", tool: null, steps: 1, orders: 0, model_calls: 1, input_tokens: 10, output_tokens: 1 },
      { worker: "delivery", tool: "update_delivery_status", steps: 1, orders: 2 },
    ]);
  });

  it("counts the tokens of kept and omitted steps alike, as the audit does", () => {
    const trail = createRunTrail();
    trail.add(
      Array.from({ length: 1_500 }, (_, index) => ({ ...modelStep, worker: index % 2 ? "order" : "supervisor" })),
    );
    const usage = trail.usage();
    expect(usage).toMatchObject({ model_calls: 1_500, input_tokens: 15_000, output_tokens: 1_500 });
    expect(usage.by_worker["order"]).toMatchObject({ model_calls: 750, input_tokens: 7_500, output_tokens: 750 });
    const run = { usage, steps: [...trail.steps], steps_omitted: [...trail.omitted] };
    expect(
      judgeUsage({
        _id: "r",
        command: "process",
        planner: "m",
        source: [],
        status: "completed",
        started_at: new Date(0),
        ...run,
      }),
    ).toBeUndefined();
  });

  it("names no worker that asked no model", () => {
    const trail = createRunTrail();
    trail.add([aStep()]);
    expect(trail.usage()).toEqual({ model_calls: 0, input_tokens: 0, output_tokens: 0, by_worker: {} });
  });
});
