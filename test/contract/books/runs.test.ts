import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { newRunId } from "../../../src/shared/ids.js";
import { openShop, type Shop } from "../../support/shop.js";

let shop: Shop;
let now = new Date("2025-01-06T10:00:00Z");

beforeEach(async () => {
  shop = await openShop({ now: () => now, elapsedMs: () => 0 });
});
afterEach(async () => {
  vi.useRealTimers();
  await shop.close();
});

async function start(at: string) {
  now = new Date(at);
  const runId = newRunId(now);
  await shop.books.runs.start({ runId, startedAt: now, command: "process", planner: "rules", source: ["orders.json"] });
  return { _id: runId };
}

describe("runs", () => {
  it("keeps a run from its start to its end", async () => {
    const { _id } = await start(new Date().toISOString());
    expect(await shop.books.runs.find(_id)).toMatchObject({
      status: "running",
      source: ["orders.json"],
      started_at: now,
    });
    now = new Date("2025-01-06T10:00:02Z");
    const step = {
      batch: 0,
      worker: "order",
      tool: "create_order",
      orders: 1,
      results: { created: 1 },
      started_at: now,
      duration_ms: 1,
    };
    await shop.books.runs.finish(_id, {
      status: "interrupted",
      totals: { orders: 1, in_transit: 0, cancelled: 0, already_done: 0, invalid: 0, units: 0, amount: 0 },
      deeds: { created: 0, shipped: 0, cancelled: 0, units: 0, amount: 0 },
      usage: { model_calls: 0, input_tokens: 0, output_tokens: 0, by_worker: {} },
      steps: [step],
      stepsOmitted: [],
      durationMs: 2000,
      error: "stopped",
    });
    expect(await shop.books.runs.find(_id)).toMatchObject({
      status: "interrupted",
      finished_at: now,
      duration_ms: 2000,
      steps: [step],
      error: "stopped",
    });
  });

  it("finds a run by the start of its id, if only one fits", async () => {
    const one = await start("2025-01-06T10:00:00Z");
    const two = await start("2025-01-07T10:00:00Z");
    expect((await shop.books.runs.find("20250107"))?._id).toBe(two._id);
    expect(await shop.books.runs.find("202501")).toBeUndefined();
    expect(await shop.books.runs.find("")).toBeUndefined();
    expect((await shop.books.runs.find(one._id))?._id).toBe(one._id);
  });

  it("reads stopped once its process was silent for long: it was killed", async () => {
    const { _id } = await start("2025-01-06T10:00:00Z");
    expect(await shop.books.runs.find(_id)).toMatchObject({ status: "stopped" });
    expect(await shop.books.runs.list(1)).toMatchObject([{ _id, status: "stopped" }]);
    expect([...(await shop.books.runs.processing([_id]))]).toEqual([_id]);
  });

  it("reads running while its process lives, however long ago it began", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    const { _id } = await start("2025-01-06T10:00:00Z");
    vi.advanceTimersByTime(15_000);
    await vi.waitFor(async () => {
      expect(await shop.books.runs.find(_id)).toMatchObject({ status: "running", seen_at: expect.any(Date) as Date });
    });
  });

  it("lists the newest first", async () => {
    const one = await start("2025-01-06T10:00:00Z");
    const two = await start("2025-01-07T10:00:00Z");
    expect((await shop.books.runs.list(10)).map(({ _id }) => _id)).toEqual([two._id, one._id]);
    expect(await shop.books.runs.list(1)).toHaveLength(1);
  });
});
