import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openDatabase } from "../../src/db/connect.js";
import type { RunReport } from "../../src/graph/report.js";
import { startBin } from "../support/bin.js";
import { type CliStore, openCliStore } from "../support/cli-store.js";
import { dumpOf } from "../support/dump.js";
import { perfectModel } from "../support/model-scripts.js";
import { type ModelScript, type ModelServer, startModelServer } from "../support/model-server.js";

const fixture = new URL("../../fixtures/orders.json", import.meta.url).pathname;
const key = "sk-not-to-be-seen";

// Several processes one after the other, on a machine that runs other tests too.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let store: CliStore;
const servers: ModelServer[] = [];
beforeEach(async () => {
  store = await openCliStore();
  await store.json("seed");
});
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
  await store.close();
});

async function serve(script: ModelScript): Promise<ModelServer> {
  const server = await startModelServer(script);
  servers.push(server);
  return server;
}

function start(words: readonly string[], baseUrl: string, env: Readonly<Record<string, string>> = {}) {
  const model = { WAREHOUSE_MODEL: "openai/scripted", OPENAI_BASE_URL: baseUrl, OPENAI_API_KEY: key };
  return startBin(words, { env: { ...store.env, ...model, ...env }, cwd: store.directory });
}

async function dump() {
  const { WAREHOUSE_DATA_DIR: dataDir = "", MONGODB_URI: uri, WAREHOUSE_DB: dbName = "" } = store.env;
  const database = await openDatabase({ dbName, dataDir, ...(uri !== undefined && { uri }) });
  const found = await dumpOf(database.db);
  await database.close();
  return found;
}

describe("warehouse process --model", () => {
  it.each([
    ["a refused key", { status: 401, rawBody: "{}" }, "model_unauthorized", /check it in the environment or \.env/],
    ["an unknown model", { status: 404, rawBody: "{}" }, "model_unknown", /check the name given with --model/],
    ["no credit", { status: 402, rawBody: "{}" }, "model_unavailable", /top up the account/],
    ["a server of another kind", { rawBody: "<html>" }, "model_unavailable", /OpenAI-compatible/],
  ])("exits 5 for %s, with the fix, before anything is written", async (_case, answer, code, message) => {
    const { baseUrl } = await serve(() => answer);
    const before = await dump();
    const { code: exit, stdout, stderr } = await start(["process", fixture, "--json"], baseUrl).ended;
    const { error } = JSON.parse(stdout) as { error: { code: string; message: string } };
    expect({ exit, ...error }).toMatchObject({ exit: 5, code, message: expect.stringMatching(message) as string });
    expect(stdout + stderr).not.toContain(key);
    expect(await dump()).toEqual(before);
  });

  it("exits 5 without a key, and names the variable", async () => {
    const { code, stderr } = await store.run(["process", fixture, "--model", "openai/gpt-4o-mini"]);
    expect({ code, stderr }).toEqual({ code: 5, stderr: expect.stringMatching(/set OPENAI_API_KEY/) as string });
  });

  it("is driven by the model, and neither tracing nor logs send or print a thing", async () => {
    const { baseUrl } = await serve(perfectModel);
    const tracer = await serve(() => ({}));
    const { code, stdout, stderr } = await start(["process", fixture, "--json"], baseUrl, {
      LANGSMITH_TRACING: "true",
      LANGCHAIN_TRACING_V2: "true",
      LANGCHAIN_VERBOSE: "true",
      LANGSMITH_API_KEY: "secret",
      LANGSMITH_ENDPOINT: tracer.baseUrl,
      LANGSMITH_GATEWAY: tracer.baseUrl,
      OPENAI_LOG: "debug",
    }).ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const report = JSON.parse(stdout) as RunReport;
    expect(report).toMatchObject({ planner: "openai/scripted", usage: { model_calls: 4 } });
    expect(report.usage).not.toHaveProperty("estimated");
    expect(report.orders?.map(({ finished_by }) => finished_by)).toEqual(["openai/scripted", "openai/scripted"]);
    expect(tracer.requests).toEqual([]);
  });

  it("lets the rules finish when the server dies in the middle, and says so", async () => {
    const server = await serve(async (request) => {
      if (request.turn === 1) setImmediate(() => void server.close());
      return perfectModel(request);
    });
    const { code, stdout, stderr } = await start(["process", fixture], server.baseUrl).ended;
    expect(code).toBe(0);
    expect(stderr).toMatch(/cannot be reached: start the server.*; the rules finished/);
    expect(stdout).toMatch(/2 in transit/);
    expect(await store.json("audit")).toMatchObject({ ok: true });
  });

  it("leaves orders pending without fallback and exits 5; resume finishes them", async () => {
    const failing = await serve((request) =>
      request.turn === 0 ? perfectModel(request) : { status: 401, rawBody: "{}" },
    );
    const { code, stderr } = await start(["process", fixture, "--no-fallback"], failing.baseUrl).ended;
    expect({ code, stderr }).toEqual({ code: 5, stderr: expect.stringMatching(/refused the key/) as string });
    expect(await store.json("orders", "--status", "pending")).toHaveLength(2);
    const { baseUrl } = await serve(perfectModel);
    const resumed = await start(["resume", "--json"], baseUrl).ended;
    expect(resumed.code).toBe(0);
    expect(JSON.parse(resumed.stdout)).toMatchObject({ totals: { in_transit: 2 }, usage: { model_calls: 3 } });
    expect(await store.json("audit")).toMatchObject({ ok: true });
  });

  it("stops asking at its --timeout, pauses of the server included, and ends by itself", async () => {
    const { baseUrl, requests } = await serve(() => ({ status: 429, headers: { "retry-after": "25" }, rawBody: "{}" }));
    const started = performance.now();
    const { code, stderr } = await start(["process", fixture, "--timeout", "1"], baseUrl).ended;
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringMatching(/time for the planner was up/) as string,
    });
    expect(performance.now() - started).toBeLessThan(20_000);
    expect(requests).toHaveLength(1);
  });

  it("finishes its batches at Ctrl-C and says how to go on", async () => {
    const orders = Array.from({ length: 6 }, () => ({
      products: [{ product_id: "prod3", quantity: 1 }],
      address: "A",
    }));
    const file = await store.file("six.json", orders);
    const slow = await serve(async (request) => ({ ...(await perfectModel(request)), delayMs: 200 }));
    const running = start(["process", file, "--batch-size", "1", "--concurrency", "2"], slow.baseUrl);
    while (slow.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    running.child.kill("SIGINT");
    const { code, stderr } = await running.ended;
    expect(code).toBe(130);
    expect(stderr).toMatch(/warehouse process/);
    expect(await store.json("orders", "--status", "pending")).toEqual([]);
    const { baseUrl } = await serve(perfectModel);
    const rest = await start(["process", file, "--json"], baseUrl).ended;
    expect(JSON.parse(rest.stdout)).toMatchObject({ totals: { orders: 6, in_transit: 6 } });
    expect(await store.json("audit")).toMatchObject({ ok: true });
  });

  it("is shown step by step by warehouse run, with totals that are the sums of its calls", async () => {
    const { baseUrl } = await serve(perfectModel);
    const { stdout } = await start(["process", fixture, "--json"], baseUrl).ended;
    const { run, usage } = JSON.parse(stdout) as RunReport;
    const detail = (await store.json("run", run ?? "")) as {
      steps: { worker: string; tool: string | null; input_tokens?: number; output_tokens?: number }[];
    };
    expect(detail).toMatchObject({ usage });
    const calls = detail.steps.filter(({ tool }) => tool === null);
    expect(calls.map(({ worker }) => worker)).toEqual(["supervisor", "order", "inventory", "delivery"]);
    expect(calls.reduce((sum, call) => sum + (call.input_tokens ?? 0), 0)).toBe(usage.input_tokens);
    expect((await store.run(["run", run ?? ""])).stdout).toMatch(/400 in, 40 out, 4 calls/);
  });
});
