import { type Incoming, makeBatch } from "../../src/graph/batches.js";
import { createDryRun } from "../../src/graph/dry-run.js";
import { systemClock } from "../../src/shared/clock.js";
import type { ProductStock } from "../../src/inventory/model.js";
import type { Scene, Worker } from "../../src/tools/batch.js";
import { advanceAll, type CallOutcome } from "../../src/tools/results.js";
import { callTool } from "../../src/tools/toolbox.js";
import { aDraft, type Line } from "./shop.js";

/** A batch over stock in memory: a dry run's features over a database that holds nothing but products. */
export interface TrialBatch {
  /** Calls a tool as a planner would; the next call finds what this one did. */
  call(worker: Worker, tool: string, args: unknown): Promise<CallOutcome>;
  /** The kinds, or the codes of refusals, of one call's results. */
  kinds(worker: Worker, tool: string, args: unknown): Promise<readonly string[]>;
  scene(): Scene;
}

/** @param stock units by product; @param orders lines per order, `#1` first */
export function trialBatch(stock: Readonly<Record<string, number>>, ...orders: (readonly Line[])[]): TrialBatch {
  const products = Object.entries(stock).map(([product_id, quantity]): ProductStock => ({
    product_id,
    name: product_id,
    price: 1,
    quantity,
  }));
  const features = createDryRun({
    inventory: {
      products: (ids) =>
        Promise.resolve(
          new Map(products.filter(({ product_id }) => ids.includes(product_id)).map((each) => [each.product_id, each])),
        ),
      ledger: () => noMovements(),
    },
    orders: {
      readBack: (ids) => Promise.resolve(ids.map(() => undefined)),
      knownKeys: () => Promise.resolve(new Map()),
    },
    clock: systemClock,
  })();
  const drafts = orders.map((pairs, index): Incoming => ({ kind: "draft", index, draft: aDraft(pairs) }));
  const turn = Promise.resolve();
  const ready = makeBatch(drafts, { number: 1, features, known: new Map(), turn, passTurn: () => undefined });
  let scene: Scene = { ...ready, actor: { by: "test", runId: "run" } };
  const call = async (worker: Worker, tool: string, args: unknown): Promise<CallOutcome> => {
    const outcome = await callTool(worker, { tool, args }, scene);
    scene = { ...scene, progress: advanceAll(scene.progress, outcome) };
    return outcome;
  };
  return {
    call,
    kinds: async (worker, tool, args) => kindsOf(await call(worker, tool, args)),
    scene: () => scene,
  };
}

function kindsOf(outcome: CallOutcome): readonly string[] {
  const results = outcome.kind === "refused" ? [outcome] : outcome.results;
  return results.map((result) => (result.kind === "refused" ? result.code : result.kind));
}

async function* noMovements(): AsyncGenerator<never> {}
