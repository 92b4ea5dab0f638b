import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { processOrders, type ProcessSettings } from "../../src/graph/run.js";
import type { Planner, Routing } from "../../src/planner/planner.js";
import { WarehouseError } from "../../src/shared/errors.js";
import { scriptedPlanner, sensibleCalls, sensibleRoute } from "../support/rogue-planner.js";
import { expectFiveDone, fiveOrders as orders } from "../support/five-orders.js";
import { deskOf, sourceOf } from "../support/runs.js";
import { actor, auditOf, openShop, sampleProducts, type Shop } from "../support/shop.js";

let shop: Shop;

beforeAll(async () => {
  shop = await openShop();
});

beforeEach(async () => {
  await shop.inventory.reset();
  await shop.inventory.seedProducts(sampleProducts, actor);
});

afterAll(async () => {
  await shop.close();
});

const all = orders.map((_, index) => `#${index + 1}`);

async function run(planner: Planner, settings: ProcessSettings = {}) {
  const outcome = await processOrders(deskOf(shop), sourceOf(orders), { planner, ...settings });
  const record = await shop.books.runs.find(outcome.report.run ?? "");
  return {
    outcome,
    steps: record?.steps ?? [],
    refused: (record?.steps ?? []).flatMap(({ refused }) => refused ?? []),
  };
}

const modelCall = { startedAt: new Date(0), durationMs: 7, inputTokens: 60, outputTokens: 5, estimated: true };

const every = (tool: string, more: object = {}) => ({ tool, args: { orders: all, ...more } });

describe("a planner that", () => {
  it.each<readonly [string, Planner]>([
    ["does as the rules do", scriptedPlanner({})],
    ["stops before it began", scriptedPlanner({ route: () => "settle" })],
    ["never calls anything", scriptedPlanner({ act: () => [] })],
    ["skips the middle order", scriptedPlanner({ act: (worker, view) => without("#3", sensibleCalls(worker, view)) })],
    [
      "works only on the last order",
      scriptedPlanner({ act: (worker, view) => only("#5", sensibleCalls(worker, view)) }),
    ],
    [
      "repeats every call",
      scriptedPlanner({ act: (worker, view) => sensibleCalls(worker, view).flatMap((c) => [c, c, c]) }),
    ],
    ["makes up handles", scriptedPlanner({ act: () => [{ tool: "create_order", args: { orders: ["#77", "A-1"] } }] })],
    ["ships at once", scriptedPlanner({ act: () => [every("update_delivery_status", { status: "in_transit" })] })],
    [
      "cancels everything",
      scriptedPlanner({
        act: (worker, view) => [
          ...sensibleCalls(worker, view),
          every("cancel_order", { reason: "insufficient_stock" }),
        ],
      }),
    ],
    [
      "asks only for the last one's stock",
      scriptedPlanner({
        act: (worker, view) =>
          worker === "inventory" ? [{ tool: "update_stock", args: { orders: ["#5"] } }] : sensibleCalls(worker, view),
      }),
    ],
    [
      "calls every tool from every worker",
      scriptedPlanner({
        act: () => [
          every("update_delivery_status", { status: "in_transit" }),
          every("cancel_order", { reason: "unknown_product" }),
          every("update_stock"),
          every("create_order"),
          every("check_stock"),
        ],
      }),
    ],
    [
      "sends arguments of its own",
      scriptedPlanner({
        act: () => [
          {
            tool: "create_order",
            args: { orders: all, products: [{ product_id: "prod1", quantity: 1 }], address: "mine" },
          },
        ],
      }),
    ],
    ["goes only where nothing is to do", scriptedPlanner({ route: () => "delivery" })],
    ["reads the stock for ever", scriptedPlanner({ route: () => "inventory", act: () => [every("check_stock")] })],
  ])("%s leaves every order done once", async (_, planner) => {
    const { outcome } = await run(planner);
    expect(outcome.report.totals).toMatchObject({ orders: 5, in_transit: 3, cancelled: 2, already_done: 0, units: 14 });
    await expectFiveDone(shop);
  });

  it("makes the published run's mistakes harms nothing, and the report says who finished what", async () => {
    const { outcome, refused } = await run(
      scriptedPlanner({
        route: (_, time) => (["order", "inventory", "delivery"] as const)[time - 1] ?? "settle",
        act(worker) {
          if (worker === "order")
            return [{ tool: "create_order", args: { product_id: "prod1", quantity: 2 } }, every("create_order")];
          if (worker === "inventory") return [every("check_stock"), every("update_stock")];
          return [{ tool: "update_delivery_status", args: { orders: ["#1"], status: "in_transit" } }];
        },
      }),
    );
    const finishers = outcome.report.orders?.map(({ finished_by }) => finished_by);
    expect(finishers).toEqual(["test/rogue", "rules", "rules", "rules", "rules"]);
    expect(refused).toContain("invalid_arguments");
    await expectFiveDone(shop);
  });

  it("goes round in circles is stopped soon", async () => {
    let asked = 0;
    const { outcome } = await run(scriptedPlanner({ act: () => ((asked += 1), [every("refund")]) }));
    expect(outcome.stopped?.code).toBe("no_progress");
    expect(asked).toBeLessThan(10);
    await expectFiveDone(shop);
  });

  it("does one thing at a time for ever runs out of steps", async () => {
    let turn = 0;
    const planner = scriptedPlanner({
      act: () => [{ tool: turn++ % 2 === 0 ? "check_stock" : "update_stock", args: { orders: ["#1"] } }],
      route: () => "inventory",
    });
    expect((await run(planner, { limits: { maxSteps: 5 } })).outcome.stopped?.code).toBe("max_steps");
    await expectFiveDone(shop);
  });

  it("mends its refused calls is asked again, at most ten times a visit", async () => {
    const seen: number[] = [];
    const planner: Planner = {
      ...scriptedPlanner({}),
      act(worker, view, { exchanges }) {
        if (worker === "order" && exchanges.length < 2) {
          return { calls: [{ tool: "create_order", args: { orders: [`#${90 + exchanges.length}`] } }] };
        }
        if (worker === "order") seen.push(exchanges.length);
        return { calls: sensibleCalls(worker, view) };
      },
    };
    const { outcome } = await run(planner);
    expect(seen[0]).toBe(2);
    expect(outcome.report.orders?.every(({ finished_by }) => finished_by === "test/rogue")).toBe(true);
    await expectFiveDone(shop);
  });

  it("chooses illegal routes is told so once, then the rules finish", async () => {
    const refusedRoutes: (string | undefined)[] = [];
    const planner: Planner = {
      ...scriptedPlanner({}),
      route: (_view, { refusedRoute }) => (refusedRoutes.push(refusedRoute), { to: "delivery" }),
    };
    expect((await run(planner)).outcome.stopped?.code).toBe("illegal_route");
    expect(refusedRoutes).toEqual([undefined, "delivery"]);
    await expectFiveDone(shop);
  });
});

describe("a planner whose model", () => {
  const down = new WarehouseError("model_unavailable", "The model is down");
  const dyingAfter = (calls: number): Planner =>
    scriptedPlanner({
      act: (worker, view, time) => (time > calls ? Promise.reject(down) : sensibleCalls(worker, view)),
      route: (view) => ({ to: sensibleRoute(view), modelCalls: [modelCall] }),
    });

  it.each([0, 1, 2, 3, 4])("dies after %i calls leaves the rest to the rules", async (calls) => {
    const { outcome } = await run(dyingAfter(calls), { batchSize: 2 });
    expect(outcome.stopped).toMatchObject({ code: "model_unavailable", message: "The model is down" });
    await expectFiveDone(shop);
  });

  it("dies is not asked again for later batches", async () => {
    let asked = 0;
    const route = (): Routing => {
      asked += 1;
      if (asked > 1) throw down;
      return { to: "inventory", modelCalls: [modelCall] };
    };
    await run(scriptedPlanner({ route }), { batchSize: 1 });
    expect(asked).toBe(2);
    await expectFiveDone(shop);
  });

  it("dies without fallback leaves the batch pending for resume, and the run failed", async () => {
    await expect(run(dyingAfter(0), { batchSize: 2, fallback: false })).rejects.toBe(down);
    const statuses = await shop.database.collections.orders.find().toArray();
    expect(statuses.map(({ status }) => status)).toEqual(["pending", "pending"]);
    expect((await shop.books.runs.list(1))[0]).toMatchObject({ status: "failed", error: "The model is down" });
    expect(await auditOf(shop)).toEqual({});
  });

  it("has a bug makes the run fail, and the record is true", async () => {
    const bug = new TypeError("undefined is not a function");
    const planner = scriptedPlanner({
      act: (worker, view, time) => (time > 2 ? Promise.reject(bug) : sensibleCalls(worker, view)),
    });
    await expect(run(planner)).rejects.toBe(bug);
    expect((await shop.books.runs.list(1))[0]).toMatchObject({ status: "failed", deeds: { created: 5, shipped: 0 } });
    expect(await auditOf(shop)).toEqual({});
  });

  it("stalls is stopped when the time is up", async () => {
    const planner: Planner = {
      ...scriptedPlanner({}),
      act: (_worker, _view, { signal }) =>
        new Promise((_, reject) => {
          signal.addEventListener("abort", () => {
            reject(new Error("aborted"));
          });
        }),
    };
    expect((await run(planner, { limits: { timeoutMs: 50 } })).outcome.stopped?.code).toBe("timeout");
    await expectFiveDone(shop);
  });

  it("spends too much is stopped, and its tokens are in the report and the record", async () => {
    const planner: Planner = {
      ...scriptedPlanner({}),
      route: (view) => ({ to: sensibleRoute(view), modelCalls: [modelCall] }),
      act: (worker, view) => ({ calls: sensibleCalls(worker, view), modelCalls: [modelCall, modelCall] }),
    };
    const { outcome, steps } = await run(planner, { limits: { maxTokens: 250 } });
    expect(outcome.stopped?.code).toBe("max_tokens");
    expect(outcome.report.usage).toEqual({
      model_calls: 4,
      input_tokens: 240,
      output_tokens: 20,
      estimated: true,
      by_worker: {
        supervisor: { model_calls: 2, input_tokens: 120, output_tokens: 10, duration_ms: 14 },
        inventory: { model_calls: 2, input_tokens: 120, output_tokens: 10, duration_ms: 14 },
      },
    });
    expect(steps.filter(({ model_calls }) => model_calls === 1)).toHaveLength(4);
    await expectFiveDone(shop);
  });
});

function without(handle: string, calls: ReturnType<typeof sensibleCalls>) {
  return calls.map(({ tool, args }) => ({
    tool,
    args: { ...(args as object), orders: handlesOf(args).filter((each) => each !== handle) },
  }));
}

function only(handle: string, calls: ReturnType<typeof sensibleCalls>) {
  return calls.map(({ tool, args }) => ({
    tool,
    args: { ...(args as object), orders: handlesOf(args).filter((each) => each === handle) },
  }));
}

function handlesOf(args: unknown): string[] {
  return (args as { readonly orders: string[] }).orders;
}
