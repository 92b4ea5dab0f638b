import { afterEach, describe, expect, it } from "vitest";
import { createChatModel } from "../../../src/planner/chat-model.js";
import type { ChatModel } from "../../../src/planner/chat.js";
import { systemClock } from "../../../src/shared/clock.js";
import { startModelServer, type ModelScript, type ModelServer } from "../../support/model-server.js";

const servers: ModelServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function modelAnswering(script: ModelScript): Promise<{ model: ChatModel; server: ModelServer }> {
  const server = await startModelServer(script);
  servers.push(server);
  const endpoint = { name: "openai/scripted", model: "scripted", baseUrl: server.baseUrl, apiKey: "secret-key" };
  const model = createChatModel({ endpoint, clock: systemClock, timeoutMs: 400, maxRetries: 2 });
  return { model, server };
}

const tools = [{ name: "act", description: "Do it", parameters: { type: "object", properties: {} } }];
const request = { system: "You act.", user: "Now.", tools };
const call = { name: "act", args: { orders: ["#1"] } };

describe("complete", () => {
  it("asks at temperature 0 with the tools and gives back the calls and the server's usage", async () => {
    const { model, server } = await modelAnswering(() => ({
      calls: [call],
      usage: { prompt_tokens: 41, completion_tokens: 7 },
    }));
    const answer = await model.complete(request);
    expect(answer.calls).toEqual([call]);
    expect(answer.usage).toEqual({ inputTokens: 41, outputTokens: 7, estimated: false });
    expect(server.requests[0]?.body).toMatchObject({
      model: "scripted",
      temperature: 0,
      tool_choice: "required",
    });
    expect(server.requests[0]?.authorization).toBe("Bearer secret-key");
  });

  it.each([
    ["arguments as an object", { calls: [call], argumentsAsObject: true }, [call]],
    ["several calls", { calls: [call, call] }, [call, call]],
    ["no content and no calls", { text: null }, []],
    ["prose", { text: "All orders are done." }, []],
    ["arguments that are no JSON", { calls: [{ name: "act", args: "{orders:" }] }, [{ name: "act", args: "{orders:" }]],
    ["arguments encoded twice", { calls: [{ name: "act", args: JSON.stringify(JSON.stringify(call.args)) }] }, [call]],
    ["arguments of nothing", { calls: [{ name: "act", args: "" }] }, [{ name: "act", args: {} }]],
    [
      "no arguments",
      { rawBody: '{"choices":[{"message":{"tool_calls":[{"function":{"name":"act"}}]}}]}' },
      [{ name: "act", args: {} }],
    ],
    ["no choices", { rawBody: "{}" }, []],
  ])("takes an answer with %s", async (_case, scripted, calls) => {
    const { model } = await modelAnswering(() => scripted);
    expect((await model.complete(request)).calls).toEqual(calls);
  });

  const named = { type: "function", function: { name: "act" } };
  const refusal = { status: 400, rawBody: '{"error":{"message":"Invalid tool_choice"}}' };
  const several = { ...request, tools: [...tools, { ...tools[0]!, name: "other" }] };
  it.each([
    ["breaks on the word", { status: 500, rawBody: "{}" }, ["required", undefined, undefined, named]],
    ["refuses the word", refusal, ["required", undefined, undefined, named]],
  ])("names the only tool to a server that %s which demands a call", async (_case, failure, choices) => {
    const { model, server } = await modelAnswering(({ body }) =>
      body["tool_choice"] === "required" ? failure : { calls: [call] },
    );
    for (const each of [several, several, request]) await model.complete(each);
    expect(server.requests.map(({ body }) => body["tool_choice"])).toEqual(choices);
  });

  it("demands no call of a server that knows no way to do so", async () => {
    const { model, server } = await modelAnswering(({ body }) =>
      body["tool_choice"] === undefined ? { calls: [call] } : { status: 500, rawBody: "{}" },
    );
    for (const each of [request, request]) await model.complete(each);
    expect(server.requests.map(({ body }) => body["tool_choice"])).toEqual(["required", named, undefined, undefined]);
  });

  it("takes a server that is busy for one that will understand later", async () => {
    const busy = { status: 503, headers: { "retry-after-ms": "1" }, rawBody: "{}" };
    const { model, server } = await modelAnswering(({ turn }) => (turn === 0 ? busy : { calls: [call] }));
    await model.complete(several);
    expect(server.requests.map(({ body }) => body["tool_choice"])).toEqual(["required", "required"]);
  });

  it("takes an answer without end for an empty one", async () => {
    const { model } = await modelAnswering(() => ({ text: "x".repeat(5_000_000) }));
    expect((await model.complete(request)).calls).toEqual([]);
  });

  it.each([
    ["silent", { delayMs: 10_000 }],
    ["asking for a pause", { status: 429, headers: { "retry-after": "20" }, rawBody: "{}" }],
  ])("is given up at once when its signal aborts while the server is %s", async (_case, answer) => {
    const { model, server } = await modelAnswering(() => answer);
    const start = performance.now();
    await expect(model.complete({ ...request, signal: AbortSignal.timeout(50) })).rejects.toThrow();
    expect(performance.now() - start).toBeLessThan(350);
    expect(server.requests).toHaveLength(1);
  });

  it("counts the tokens itself where the server gives none", async () => {
    const { model } = await modelAnswering(() => ({ calls: [call], usage: null }));
    const { usage } = await model.complete(request);
    expect(usage.estimated).toBe(true);
    expect(usage.inputTokens).toBeGreaterThan(10);
    expect(usage.outputTokens).toBeGreaterThan(5);
  });

  it.each(["temperature", "max_tokens"])(
    "leaves %s out once the server refuses it, whoever was asking",
    async (parameter) => {
      const { model, server } = await modelAnswering(({ body }) =>
        parameter in body
          ? { status: 400, rawBody: JSON.stringify({ error: { message: `Unsupported parameter: ${parameter}` } }) }
          : { calls: [call] },
      );
      await Promise.all([model.complete(request), model.complete(request)]);
      await model.complete(request);
      const sent = server.requests.map(({ body }) => parameter in body);
      expect(sent.sort()).toEqual([false, false, false, true, true]);
    },
  );

  it.each([
    ["a rate limit", { status: 429, headers: { "retry-after-ms": "1" }, rawBody: "{}" }],
    ["a server error", { status: 503, headers: { "retry-after-ms": "1" }, rawBody: "{}" }],
    ["a broken connection", { hangUp: true }],
  ])("tries again after %s", async (_case, failure) => {
    const { model } = await modelAnswering(({ turn }) => (turn === 0 ? failure : { calls: [call] }));
    expect((await model.complete(request)).calls).toEqual([call]);
  });

  const soon = { "retry-after-ms": "1" };
  it.each([
    ["a refused key", { status: 401, rawBody: "{}" }, "model_unauthorized", /refused the key.*\.env/],
    ["an unknown model", { status: 404, rawBody: "{}" }, "model_unknown", /has no model scripted/],
    [
      "no credit",
      { status: 429, rawBody: '{"error":{"code":"insufficient_quota"}}' },
      "model_unavailable",
      /No credit left/,
    ],
    ["a lasting server error", { status: 500, headers: soon, rawBody: "{}" }, "model_unavailable", /answered 500/],
    ["an answer that is no JSON", { rawBody: "<html>" }, "model_unavailable", /OpenAI-compatible/],
    ["a pause that is too long", { status: 429, headers: { "retry-after": "3600" } }, "model_unavailable", /the rate/],
    ["silence", { delayMs: 1200 }, "model_unavailable", /did not answer in time/],
  ])("names the fix for %s, and never the key", async (_case, failure, code, message) => {
    const { model } = await modelAnswering(() => failure);
    const error: unknown = await model.complete(request).catch((cause: unknown) => cause);
    expect(error).toMatchObject({ name: "WarehouseError", code, message: expect.stringMatching(message) as string });
    expect(JSON.stringify(error) + String(error)).not.toContain("secret-key");
  });

  it("says that a server cannot be reached", async () => {
    const { model, server } = await modelAnswering(() => ({}));
    await server.close();
    await expect(model.complete(request)).rejects.toThrow(/cannot be reached: start the server, or check --base-url/);
  });
});
