import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { readPrompt } from "../../src/bench/perfect-model/read-prompt.js";
import { rightCalls } from "../../src/bench/perfect-model/right-calls.js";
import { type ChatBody, usageOf } from "../../src/bench/perfect-model/server.js";
import { countTokens } from "../../src/planner/tokens.js";
import { runWithModel } from "../support/model-runs.js";
import { perfectModel } from "../support/model-scripts.js";
import { type FileOrder, notebookOrders } from "../support/runs.js";
import { actor, auditOf, openShop, sampleProducts, type Shop } from "../support/shop.js";

vi.setConfig({ testTimeout: 30_000 });

let shop: Shop;

beforeAll(async () => {
  shop = await openShop();
  await countTokens("the tables, loaded before an answer waits for them");
});

beforeEach(async () => {
  await shop.inventory.reset();
  await shop.inventory.seedProducts(sampleProducts, actor);
});

afterAll(() => shop.close());

interface Spent {
  readonly calls: number;
  readonly input: number;
  readonly output: number;
}

/** Tokens by o200k over the messages and tools of each request, and the calls of each answer. */
async function spentOn(orders: readonly FileOrder[]): Promise<Spent> {
  const spent: Awaited<ReturnType<typeof usageOf>>[] = [];
  const { outcome } = await runWithModel(shop, orders, async (request) => {
    const calls = rightCalls(readPrompt(request));
    spent.push(await usageOf(request.body as unknown as ChatBody, calls));
    return { calls };
  });
  expect(outcome.report.totals).toMatchObject({ orders: orders.length, in_transit: orders.length });
  expect(await auditOf(shop)).toEqual({});
  return {
    calls: spent.length,
    input: spent.reduce((sum, { prompt_tokens }) => sum + prompt_tokens, 0),
    output: spent.reduce((sum, { completion_tokens }) => sum + completion_tokens, 0),
  };
}

describe("a perfect model", () => {
  it("needs a fraction of the notebook's 24 calls and 40,557 tokens for its two orders", async () => {
    const { calls, input, output } = await spentOn(notebookOrders);
    expect(calls).toBeLessThanOrEqual(4);
    expect(input).toBeLessThanOrEqual(1_500);
    expect(output).toBeLessThanOrEqual(200);
  });

  it("needs at most 120 tokens in and 20 out for each of 20 orders", async () => {
    const orders = Array.from({ length: 20 }, (_, index): FileOrder => ({
      lines: [
        [`prod${(index % 3) + 1}`, 1],
        [`prod${((index + 1) % 3) + 1}`, 1],
      ],
    }));
    await shop.inventory.seedProducts(
      sampleProducts.map((product) => ({ ...product, quantity: 100 })),
      actor,
    );
    const { calls, input, output } = await spentOn(orders);
    expect(calls).toBeLessThanOrEqual(4);
    expect(input / orders.length).toBeLessThanOrEqual(120);
    expect(output / orders.length).toBeLessThanOrEqual(20);
  });
});

describe("batches", () => {
  it("are with the model at the same time, as many as concurrency says", async () => {
    const orders = Array.from({ length: 8 }, (): FileOrder => ({ lines: [["prod3", 1]] }));
    let open = 0;
    let most = 0;
    const { outcome } = await runWithModel(
      shop,
      orders,
      async (request) => {
        open += 1;
        most = Math.max(most, open);
        await new Promise((resolve) => setTimeout(resolve, 50));
        open -= 1;
        return perfectModel(request);
      },
      { batchSize: 2, concurrency: 4 },
    );
    expect(most).toBe(4);
    expect(outcome.report.totals).toMatchObject({ in_transit: 8 });
    expect(outcome.report.usage.model_calls).toBe(16);
    expect(await auditOf(shop)).toEqual({});
  });
});
