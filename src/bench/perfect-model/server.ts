import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { countTokens } from "../../planner/tokens.js";
import { readPrompt } from "./read-prompt.js";
import { type RightCall, rightCalls } from "./right-calls.js";

/** The part of a request's body that is answered or counted. */
export interface ChatBody {
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  readonly tools: readonly { readonly function: { readonly name: string } }[];
}

export interface PerfectServer {
  /** For `--base-url`. */
  readonly baseUrl: string;
  close(): Promise<void>;
}

/**
 * An OpenAI-compatible server on loopback whose model makes no mistake and thinks for `latencyMs`.
 *
 * Its usage numbers are o200k's over messages and tools, and over the calls of the answer.
 */
export async function startPerfectServer(latencyMs: number): Promise<PerfectServer> {
  const server = createServer((request, response) => {
    void answer(request, latencyMs).then(
      (body) => response.setHeader("content-type", "application/json").end(body),
      // A prompt that this model cannot read; the run fails with it.
      (error: unknown) => response.writeHead(400).end(JSON.stringify({ error: { message: String(error) } })),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function answer(request: IncomingMessage, latencyMs: number): Promise<string> {
  const thought = sleep(latencyMs);
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const body = JSON.parse(Buffer.concat(chunks).toString("utf8")) as ChatBody;
  const user = body.messages.find(({ role }) => role === "user")?.content ?? "";
  const calls = rightCalls(readPrompt({ user, tools: body.tools.map((tool) => tool.function.name) }));
  const usage = await usageOf(body, calls);
  await thought;
  return JSON.stringify({
    choices: [{ index: 0, message: { role: "assistant", tool_calls: calls.map(wire) } }],
    usage,
  });
}

/** What an exchange costs, as a provider counts it; near enough, since each adds a few tokens of its own. */
export async function usageOf({ messages, tools }: ChatBody, calls: readonly RightCall[]) {
  const [said, offered, completion_tokens] = await Promise.all(
    [messages, tools, calls].map((part) => countTokens(JSON.stringify(part))),
  );
  return { prompt_tokens: (said ?? 0) + (offered ?? 0), completion_tokens: completion_tokens ?? 0 };
}

function wire({ name, args }: RightCall, index: number): object {
  return { id: `call_${index}`, type: "function", function: { name, arguments: JSON.stringify(args) } };
}
