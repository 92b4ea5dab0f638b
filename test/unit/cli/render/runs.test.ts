import { describe, expect, it } from "vitest";
import { renderRun, type RunDetail } from "../../../../src/cli/render/runs.js";
import { plainLook } from "./look.js";

const step = { batch: 1, worker: "order", tool: "create_order", orders: 2, started_at: "2025-01-06T10:15:30.000Z" };
const usage = { model_calls: 3, input_tokens: 1500, output_tokens: 60, by_worker: {} };
const run: RunDetail = {
  run: "20250106-101530-4f2a9c01",
  command: "process",
  planner: "openai/gpt-4o-mini",
  source: ["orders.json"],
  status: "completed",
  started_at: "2025-01-06T10:15:30.000Z",
  finished_at: null,
  duration_ms: 2400,
  totals: { orders: 2, in_transit: 2, cancelled: 0, already_done: 0, invalid: 0, units: 1, amount: 999.99 },
  usage,
  error: null,
  steps: [
    { ...step, results: { created: 2 }, duration_ms: 40 },
    { ...step, results: {}, duration_ms: 5, refused: "#9 names no order here" },
    { ...step, tool: null, results: {}, duration_ms: 900, model_calls: 3, input_tokens: 1500, output_tokens: 60 },
  ],
  steps_omitted: [],
};

describe("renderRun", () => {
  it("shows each step's worker, tool, orders, time, tokens and refusal, and the totals", () => {
    const text = renderRun(run, plainLook());
    expect(text).toMatch(/^Orders +2 \(2 in transit\); 1 unit, 999\.99$/m);
    expect(text).toMatch(/^Tokens +1,500 in, 60 out, 3 calls$/m);
    expect(text).toMatch(/^Refused +1 step$/m);
    expect(text).toMatch(/1 +order +create_order +2 +5 ms +refused: #9 names no order here$/m);
    expect(text).toMatch(/1 +order +model +2 +900 ms +1,560$/m);
  });

  it("says that refusals may be among steps that are left out", () => {
    const omitted = { worker: "order", tool: null, steps: 9, orders: 9, duration_ms: 1 };
    const steps_omitted = [{ ...omitted, model_calls: 0, input_tokens: 0, output_tokens: 0 }];
    expect(renderRun({ ...run, steps_omitted }, plainLook())).toMatch(/^Refused +at least 1 step$/m);
  });

  it("has neither refusals nor a column of tokens where there was none", () => {
    const [first] = run.steps;
    const text = renderRun({ ...run, usage: { ...usage, model_calls: 0 }, steps: [first!] }, plainLook());
    expect(text).not.toMatch(/Refused|Result +Tokens/);
  });
});
