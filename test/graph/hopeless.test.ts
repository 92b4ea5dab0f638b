import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { processOrders, type ProcessSettings } from "../../src/graph/run.js";
import type { Planner, Routing } from "../../src/planner/planner.js";
import { WarehouseError } from "../../src/shared/errors.js";
import { dumpOf } from "../support/dump.js";
import { scriptedPlanner, sensibleCalls, sensibleRoute } from "../support/rogue-planner.js";
import { deskOf, type FileOrder, sourceOf } from "../support/runs.js";
import { actor, auditOf, openShop, sampleProducts, type Shop } from "../support/shop.js";

let shop: Shop;

beforeAll(async () => {
  shop = await openShop();
  await shop.inventory.seedProducts(sampleProducts, actor);
});

afterAll(async () => {
  await shop.close();
});

const orders: readonly FileOrder[] = Array.from({ length: 4 }, () => ({ lines: [["prod1", 1]] }));
const refused = new WarehouseError("model_unauthorized", "The key is refused");
const modelCall = { startedAt: new Date(0), durationMs: 1, inputTokens: 1, outputTokens: 1, estimated: false };

const run = (planner: Planner, settings: ProcessSettings = {}) =>
  processOrders(deskOf(shop), sourceOf(orders), { planner, batchSize: 1, ...settings });

/** A promise with its ends outside. */
function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

describe("a run whose model never answers", () => {
  it.each([1, 4])("fails with the model's error and leaves nothing, %i batches at a time", async (concurrency) => {
    const before = await dumpOf(shop.database.db);
    await expect(run(scriptedPlanner({ route: () => Promise.reject(refused) }), { concurrency })).rejects.toBe(refused);
    expect(await dumpOf(shop.database.db)).toEqual(before);
  });

  it("fails the same without fallback, and when nothing would be written anyway", async () => {
    const before = await dumpOf(shop.database.db);
    const planner = scriptedPlanner({ route: () => Promise.reject(refused) });
    await expect(run(planner, { fallback: false })).rejects.toBe(refused);
    await expect(run(planner, { dryRun: true })).rejects.toBe(refused);
    expect(await dumpOf(shop.database.db)).toEqual(before);
  });
});

describe("a run whose model answers one batch and fails another", () => {
  it("waits for the answer that is still open, and the rules finish", async () => {
    const failed = gate();
    let asked = 0;
    const route: Planner["route"] = async (view): Promise<Routing> => {
      asked += 1;
      if (asked === 1) {
        await failed.opened;
        return { to: sensibleRoute(view), modelCalls: [modelCall] };
      }
      failed.open();
      throw refused;
    };
    const planner: Planner = { ...scriptedPlanner({ act: sensibleCalls }), route };
    const { report, stopped } = await run(planner, { concurrency: 2 });
    expect(stopped?.error).toBe(refused);
    expect(report.totals).toMatchObject({ orders: 4, in_transit: 4, already_done: 0 });
    expect(await auditOf(shop)).toEqual({});
    const record = await shop.books.runs.find(report.run ?? "");
    const failures = record?.steps?.filter(({ refused: code }) => code === "model_unauthorized");
    expect(failures?.[0]).toMatchObject({ worker: "supervisor", tool: null, model_calls: 1, results: { failed: 1 } });
  });
});
