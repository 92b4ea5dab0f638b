import { join } from "node:path";
import type { RunReport } from "../../graph/report.js";
import type { ProcessSettings } from "../../graph/run.js";
import { createChatModel } from "../../planner/chat-model.js";
import { createLlmPlanner } from "../../planner/llm.js";
import { systemClock as clock } from "../../shared/clock.js";
import type { FigureName, Sample } from "../model.js";
import { startPerfectServer } from "../perfect-model/server.js";
import { notebookOrders, writeNotebookOrders, writeOrders } from "../samples.js";
import type { Scratch } from "../scratch.js";
import { type Processed, processFileWith } from "./process-file.js";

const fastOrders = 200;
const slowOrders = 40;
const slowMs = 500;
const budgetOrders = 20;

interface Case {
  readonly path: string;
  readonly latencyMs: number;
  readonly settings?: Pick<ProcessSettings, "batchSize" | "concurrency">;
}

/**
 * The model planner with a model that makes no mistake: what it costs, and how fast it is behind a quick and a slow
 * server.
 */
export async function measureModel(scratch: Scratch, rounds: number): Promise<Sample[]> {
  const fileOf = (orders: number): string => join(scratch.directory, `model-${orders}.ndjson`);
  for (const orders of [fastOrders, slowOrders, budgetOrders]) await writeOrders(fileOf(orders), orders);
  await writeNotebookOrders(fileOf(notebookOrders));
  const slow = { path: fileOf(slowOrders), latencyMs: slowMs };
  const samples = [
    ...(await costOf(scratch, fileOf(notebookOrders), "two", 1)),
    ...(await costOf(scratch, fileOf(budgetOrders), "twenty", budgetOrders)),
  ];
  for (let round = 0; round < rounds; round += 1) {
    const cases: readonly (readonly [FigureName, number, Case])[] = [
      ["model_quick", fastOrders, { path: fileOf(fastOrders), latencyMs: 0 }],
      ["model_slow_one", slowOrders, { ...slow, settings: { batchSize: 10, concurrency: 1 } }],
      ["model_slow_four", slowOrders, { ...slow, settings: { batchSize: 10, concurrency: 4 } }],
    ];
    for (const [name, orders, how] of cases) {
      const { elapsedMs } = await driveByModel(scratch, how);
      samples.push({ name, value: (orders * 1000) / elapsedMs });
    }
  }
  return samples;
}

/** @param per orders that the tokens are shared by */
async function costOf(scratch: Scratch, path: string, size: "two" | "twenty", per: number): Promise<Sample[]> {
  const { usage } = (await driveByModel(scratch, { path, latencyMs: 0 })).report;
  return [
    { name: `${size}_calls`, value: usage.model_calls },
    { name: `${size}_input`, value: usage.input_tokens / per },
    { name: `${size}_output`, value: usage.output_tokens / per },
  ];
}

/**
 * Takes a file through the graph with the perfect model.
 * @throws Error when the model did not do every order itself
 */
export async function driveByModel(scratch: Scratch, { path, latencyMs, settings = {} }: Case): Promise<Processed> {
  const server = await startPerfectServer(latencyMs);
  try {
    const endpoint = { name: "bench/perfect", model: "perfect", baseUrl: server.baseUrl, apiKey: "none" };
    const model = createChatModel({ endpoint, clock, timeoutMs: 60_000, maxRetries: 0 });
    const planner = createLlmPlanner(model, clock);
    const done = await scratch.use((database) => processFileWith(database, path, { ...settings, planner }));
    requireOwnWork(done.report);
    return done;
  } finally {
    await server.close();
  }
}

function requireOwnWork({ orders = [], planner }: RunReport): void {
  if (orders.some(({ finished_by }) => finished_by !== planner)) throw new Error("The bench's model left orders");
}
