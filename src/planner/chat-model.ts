import type { AIMessageChunk, UsageMetadata } from "@langchain/core/messages";
import { ChatOpenAI } from "@langchain/openai";
import { modelError, refusesParameter } from "./chat-errors.js";
import type { ChatAnswer, ChatModel, ChatRequest, ChatToolCall, ChatUsage } from "./chat.js";
import type { ModelEndpoint } from "./providers.js";
import { fetchEvenly } from "./server-quirks.js";
import { estimateUsage } from "./tokens.js";
import type { Clock } from "../shared/clock.js";

export interface ChatModelOptions {
  readonly endpoint: ModelEndpoint;
  readonly clock: Clock;
  /** For one request. */
  readonly timeoutMs: number;
  /** After the first try; each waits longer, with jitter, or as the server's Retry-After says. */
  readonly maxRetries: number;
}

/** What a server may not take; each is left out for good once it was refused. */
interface Accepted {
  temperature: boolean;
  tool_choice: boolean;
}

/**
 * A chat model behind an OpenAI-compatible server, asked through LangChain's `ChatOpenAI`.
 *
 * Text in the answer is ignored: only tool calls can lead to anything.
 */
export function createChatModel(options: ChatModelOptions): ChatModel {
  const { endpoint, clock } = options;
  const accepted: Accepted = { temperature: true, tool_choice: true };
  return {
    name: endpoint.name,
    async complete(request: ChatRequest): Promise<ChatAnswer> {
      const startedMs = clock.elapsedMs();
      const message = await ask(options, accepted, request);
      return {
        calls: readCalls(message),
        usage: readUsage(message) ?? (await estimateUsage(request, answerText(message))),
        durationMs: Math.round(clock.elapsedMs() - startedMs),
      };
    },
  };
}

async function ask(options: ChatModelOptions, accepted: Accepted, request: ChatRequest): Promise<AIMessageChunk> {
  try {
    return await invoke(options, accepted, request);
  } catch (cause) {
    for (const parameter of ["temperature", "tool_choice"] as const) {
      if (!accepted[parameter] || !refusesParameter(cause, parameter)) continue;
      accepted[parameter] = false;
      return ask(options, accepted, request);
    }
    throw modelError(cause, options.endpoint);
  }
}

function invoke(options: ChatModelOptions, accepted: Accepted, request: ChatRequest): Promise<AIMessageChunk> {
  const model = new ChatOpenAI({
    model: options.endpoint.model,
    apiKey: options.endpoint.apiKey,
    timeout: options.timeoutMs,
    ...(accepted.temperature ? { temperature: 0 } : {}),
    maxRetries: 0, // LangChain's own retries know no Retry-After; the client's below do
    configuration: { baseURL: options.endpoint.baseUrl, maxRetries: options.maxRetries, fetch: fetchEvenly },
  });
  const tools = request.tools.map((tool) => ({ type: "function" as const, function: tool }));
  return model.bindTools(tools, accepted.tool_choice ? { tool_choice: "required" } : {}).invoke(
    [
      { role: "system", content: request.system },
      { role: "user", content: request.user },
    ],
    { callbacks: [], ...(request.signal === undefined ? {} : { signal: request.signal }) },
  );
}

/** The calls in the order given; those whose arguments were no JSON keep them as a text, for the guard to refuse. */
function readCalls(message: AIMessageChunk): ChatToolCall[] {
  const good = (message.tool_calls ?? []).map(({ name, args }) => ({ name, args: args as unknown }));
  const bad = (message.invalid_tool_calls ?? []).map(({ name, args }) => ({ name: name ?? "", args: args ?? "" }));
  return [...good, ...bad];
}

function readUsage(message: AIMessageChunk): ChatUsage | undefined {
  const usage = message.usage_metadata as UsageMetadata | undefined;
  if (usage === undefined || !(usage.input_tokens > 0)) return undefined;
  return { inputTokens: usage.input_tokens, outputTokens: usage.output_tokens || 0, estimated: false };
}

function answerText(message: AIMessageChunk): string {
  const text = typeof message.content === "string" ? message.content : JSON.stringify(message.content);
  return (
    text +
    readCalls(message)
      .map((call) => JSON.stringify(call))
      .join("")
  );
}
