import { createChatModel } from "../../src/planner/chat-model.js";
import { createLlmPlanner } from "../../src/planner/llm.js";
import { processOrders, type ProcessSettings } from "../../src/graph/run.js";
import type { RunOutcome } from "../../src/graph/report.js";
import { systemClock } from "../../src/shared/clock.js";
import { type ModelScript, type ModelServerRequest, startModelServer } from "./model-server.js";
import { deskOf, type FileOrder, sourceOf } from "./runs.js";
import type { Shop } from "./shop.js";

export interface ModelRun {
  readonly outcome: RunOutcome;
  readonly requests: readonly ModelServerRequest[];
}

/** The name under which models act in tests. */
export const modelName = "openai/scripted";

/** Takes orders through the graph, driven by a scripted model on a real socket; patience is short. */
export async function runWithModel(
  shop: Shop,
  orders: readonly FileOrder[],
  script: ModelScript,
  settings: ProcessSettings = {},
): Promise<ModelRun> {
  const server = await startModelServer(script);
  try {
    const endpoint = { name: modelName, model: "scripted", baseUrl: server.baseUrl, apiKey: "secret-key" };
    const chat = createChatModel({ endpoint, clock: systemClock, timeoutMs: 2_000, maxRetries: 0 });
    const planner = createLlmPlanner(chat, systemClock);
    const outcome = await processOrders(deskOf(shop), sourceOf(orders), { planner, ...settings });
    return { outcome, requests: server.requests };
  } finally {
    await server.close();
  }
}
