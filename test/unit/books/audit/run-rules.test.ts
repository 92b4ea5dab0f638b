import { describe, expect, it } from "vitest";
import { countDeeds, judgeRun, judgeUsage, noDeeds } from "../../../../src/books/audit/run-rules.js";
import type { OrderDoc, RunDoc } from "../../../../src/db/collections.js";

const at = new Date(0);
const order: OrderDoc = {
  _id: "o",
  run_id: "r1",
  products: [{ product_id: "prod1", quantity: 3, unit_price: 0.1 }],
  delivery_address: "x",
  status: "cancelled",
  history: [
    { status: "pending", at, by: "rules", run_id: "r1" },
    { status: "in_transit", at, by: "rules", run_id: "r2" },
    { status: "cancelled", at, by: "cli" },
  ],
};
const run: RunDoc = {
  _id: "r2",
  command: "process",
  planner: "rules",
  source: [],
  status: "completed",
  started_at: at,
};
const totals = { orders: 1, in_transit: 1, cancelled: 0, already_done: 0, invalid: 0, units: 3, amount: 0.3 };
const deeds = { created: 0, shipped: 1, cancelled: 0, units: 3, amount: 0.3 };

function counted(runId: string) {
  const all = new Map([
    ["r1", noDeeds()],
    ["r2", noDeeds()],
  ]);
  countDeeds(order, (id) => all.get(id)!);
  return all.get(runId)!;
}

describe("countDeeds", () => {
  it("credits each run with its own moves, whatever became of the order later", () => {
    expect(counted("r1")).toEqual({ ...noDeeds(), created: 1 });
    expect(counted("r2")).toEqual({ ...noDeeds(), shipped: 1, units: 3, amountCents: 30 });
  });
});

describe("judgeRun", () => {
  it("finds a true report right", () => {
    expect(judgeRun({ ...run, deeds, totals }, counted("r2"))).toBeUndefined();
  });

  it("says nothing of a run that has not reported", () => {
    expect(judgeRun(run, counted("r2"))).toBeUndefined();
  });

  it("names every figure that is not so", () => {
    const lie = { ...run, deeds: { ...deeds, shipped: 2 }, totals: { ...totals, amount: 0.31 } };
    expect(judgeRun(lie, counted("r2"))).toBe(
      "reported 2 orders shipped instead of 1, 31 cents in its totals instead of 30",
    );
  });
});

describe("judgeUsage", () => {
  const step = { batch: 0, worker: "order", tool: null, orders: 1, results: {}, started_at: at, duration_ms: 1 };
  const call = { ...step, model_calls: 1, input_tokens: 100, output_tokens: 10 };
  const tokens = { model_calls: 2, input_tokens: 200, output_tokens: 20 };

  it("finds true sums right, also over omitted steps", () => {
    const omitted = {
      worker: "order",
      tool: null,
      steps: 1,
      orders: 1,
      duration_ms: 1,
      model_calls: 1,
      input_tokens: 100,
      output_tokens: 10,
    };
    const usage = { ...tokens, by_worker: { order: tokens } };
    expect(judgeUsage({ ...run, usage, steps: [call, step], steps_omitted: [omitted] })).toBeUndefined();
  });

  it("names totals that are no sums, in all and by worker", () => {
    const usage = { ...tokens, by_worker: {} };
    expect(judgeUsage({ ...run, usage, steps: [call] })).toBe(
      "reported 2 model calls instead of 1, 200 input tokens instead of 100, 20 output tokens instead of 10, " +
        "0 model calls of order instead of 1, 0 input tokens of order instead of 100, 0 output tokens of order instead of 10",
    );
  });
});
