import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { leakIn } from "./model-watch.js";

/** One request as the server got it. */
export interface ModelServerRequest {
  /** 0 for the first. */
  readonly turn: number;
  readonly system: string;
  readonly user: string;
  readonly tools: readonly string[];
  readonly body: Readonly<Record<string, unknown>>;
  /** The body to the byte, for searches over everything that was sent. */
  readonly raw: string;
  readonly authorization: string | undefined;
}

export interface ScriptedCall {
  readonly name: string;
  readonly args: unknown;
}

/** What the script answers; the fields cover the ways in which servers differ and fail. */
export interface ModelServerAnswer {
  readonly calls?: readonly ScriptedCall[];
  readonly text?: string | null;
  /** `null`: none, as some servers do. */
  readonly usage?: { readonly prompt_tokens: number; readonly completion_tokens: number } | null;
  /** Tool arguments as an object instead of a string. */
  readonly argumentsAsObject?: boolean;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent instead of a well-formed answer. */
  readonly rawBody?: string;
  readonly delayMs?: number;
  /** Cut the connection without an answer. */
  readonly hangUp?: boolean;
}

export type ModelScript = (request: ModelServerRequest) => ModelServerAnswer | Promise<ModelServerAnswer>;

export interface ModelServer {
  /** For `--base-url`. */
  readonly baseUrl: string;
  readonly requests: readonly ModelServerRequest[];
  /** Fails when a request of any test held what no model may be told. */
  close(): Promise<void>;
}

/** An OpenAI-compatible server on a real socket that answers as the script says. */
export async function startModelServer(script: ModelScript): Promise<ModelServer> {
  const requests: ModelServerRequest[] = [];
  const server = createServer((request, response) => {
    void answerRequest(request, response, script, requests);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${String(port)}/v1`,
    requests,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      const leaks = new Set(requests.flatMap(({ raw }) => leakIn(raw) ?? []));
      if (leaks.size > 0) throw new Error(`A model was told ${JSON.stringify([...leaks])}`);
    },
  };
}

async function answerRequest(
  request: IncomingMessage,
  response: ServerResponse,
  script: ModelScript,
  requests: ModelServerRequest[],
): Promise<void> {
  const record = readRequest(await readText(request), request.headers.authorization, requests.length);
  requests.push(record);
  const answer = await script(record);
  if (answer.delayMs !== undefined) await sleep(answer.delayMs);
  if (answer.hangUp === true) {
    request.socket.destroy();
    return;
  }
  response.writeHead(answer.status ?? 200, { "content-type": "application/json", ...answer.headers });
  response.end(answer.rawBody ?? JSON.stringify(completion(answer)));
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

function readRequest(raw: string, authorization: string | undefined, turn: number): ModelServerRequest {
  const body = JSON.parse(raw) as {
    messages: { role: string; content: string }[];
    tools?: { function: { name: string } }[];
  };
  const content = (role: string) => body.messages.find((message) => message.role === role)?.content ?? "";
  const tools = (body.tools ?? []).map((tool) => tool.function.name);
  return { turn, system: content("system"), user: content("user"), tools, body, raw, authorization };
}

function completion(answer: ModelServerAnswer): Record<string, unknown> {
  const calls = answer.calls ?? [];
  return {
    id: "chatcmpl-1",
    object: "chat.completion",
    model: "scripted",
    choices: [
      {
        index: 0,
        finish_reason: calls.length > 0 ? "tool_calls" : "stop",
        message: {
          role: "assistant",
          content: answer.text ?? null,
          ...(calls.length > 0 ? { tool_calls: calls.map((call, index) => toolCall(call, index, answer)) } : {}),
        },
      },
    ],
    ...(answer.usage === null ? {} : { usage: usageOf(answer) }),
  };
}

function usageOf(answer: ModelServerAnswer): Record<string, number> {
  const usage = answer.usage ?? { prompt_tokens: 100, completion_tokens: 10 };
  return { ...usage, total_tokens: usage.prompt_tokens + usage.completion_tokens };
}

function toolCall(call: ScriptedCall, index: number, answer: ModelServerAnswer): Record<string, unknown> {
  const text = typeof call.args === "string" ? call.args : JSON.stringify(call.args);
  const args = answer.argumentsAsObject === true ? call.args : text;
  return { id: `call_${String(index)}`, type: "function", function: { name: call.name, arguments: args } };
}
