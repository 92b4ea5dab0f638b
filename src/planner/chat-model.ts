import { setTimeout as sleep } from "node:timers/promises";
import type { AIMessageChunk, UsageMetadata } from "@langchain/core/messages";
import { ChatOpenAI } from "@langchain/openai";
import { modelError, readError, refusesParameter } from "./chat-errors.js";
import type { ChatAnswer, ChatModel, ChatRequest, ChatToolCall, ChatUsage } from "./chat.js";
import { type ModelEndpoint, officialOpenAi } from "./providers.js";
import { pauseAfter } from "./retries.js";
import { fetchEvenly } from "./server-quirks.js";
import { estimateUsage } from "./tokens.js";
import { type Asked, createToolChoice, type ToolChoice } from "./tool-choice.js";
import type { Clock } from "../shared/clock.js";

export interface ChatModelOptions {
  readonly endpoint: ModelEndpoint;
  readonly clock: Clock;
  /** For one request. */
  readonly timeoutMs: number;
  /** After the first try; each waits longer, with jitter, or as the server's Retry-After says. */
  readonly maxRetries: number;
}

/** Five times what a batch needs, with room for a model that thinks aloud: one that never ends must not be waited for. */
const answerTokens = 2_000;

/** What a server may not take; each is left out for good once it was refused. */
interface Accepted {
  temperature: boolean;
  max_tokens: boolean;
  readonly choice: ToolChoice;
}

/** What of it one request had: requests are on their way side by side, and each is refused for its own. */
interface Sent {
  readonly temperature: boolean;
  readonly max_tokens: boolean;
  readonly choice: Asked | undefined;
}

/**
 * A chat model behind an OpenAI-compatible server, asked through LangChain's `ChatOpenAI`.
 *
 * Text in the answer is ignored: only tool calls can lead to anything.
 */
export function createChatModel(options: ChatModelOptions): ChatModel {
  const { endpoint, clock } = options;
  const accepted: Accepted = { temperature: true, max_tokens: true, choice: createToolChoice() };
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

/** Asks until an answer comes or it is no use; at once no more when the request's signal aborts. */
async function ask(options: ChatModelOptions, accepted: Accepted, request: ChatRequest): Promise<AIMessageChunk> {
  for (let failures = 0; ;) {
    const sent: Sent = { ...accepted, choice: accepted.choice.of(request.tools) };
    try {
      const answer = await invoke(options, sent, request);
      accepted.choice.worked();
      return answer;
    } catch (cause) {
      if (accepted.choice.failed(cause, sent.choice) || leaveOut(cause, sent, accepted)) continue;
      failures += 1;
      const pauseMs = failures > options.maxRetries ? undefined : pauseAfter(readError(cause), failures);
      if (pauseMs === undefined || request.signal?.aborted === true) throw modelError(cause, options.endpoint);
      await sleep(pauseMs, undefined, { signal: request.signal });
    }
  }
}

/** Whether a request was refused for one of the optional parameters that it had; it is not sent any more then. */
function leaveOut(cause: unknown, sent: Sent, accepted: Accepted): boolean {
  const parameter = (["temperature", "max_tokens"] as const).find(
    (name) => sent[name] && refusesParameter(cause, name),
  );
  if (parameter !== undefined) accepted[parameter] = false;
  return parameter !== undefined;
}

function invoke(options: ChatModelOptions, sent: Sent, request: ChatRequest): Promise<AIMessageChunk> {
  const { model, apiKey, baseUrl } = options.endpoint;
  const chat = new ChatOpenAI({
    model,
    apiKey,
    timeout: options.timeoutMs,
    ...(sent.temperature ? { temperature: 0 } : {}),
    ...(sent.max_tokens ? { maxTokens: answerTokens } : {}),
    maxRetries: 0,
    configuration: {
      baseURL: baseUrl,
      maxRetries: 0,
      fetch: fetchEvenly,
      logLevel: "off", // OPENAI_LOG would write prompts to stdout
      ...(baseUrl === officialOpenAi ? {} : { organization: null, project: null }), // nobody else's business
    },
  });
  const tools = request.tools.map((tool) => ({ type: "function" as const, function: tool }));
  return chat.bindTools(tools, sent.choice === undefined ? {} : { tool_choice: sent.choice }).invoke(
    [
      { role: "system", content: request.system },
      { role: "user", content: request.user },
    ],
    // A signal of its own, because listeners stay on it.
    { callbacks: [], ...(request.signal === undefined ? {} : { signal: AbortSignal.any([request.signal]) }) },
  );
}

/** The calls in the order given; those whose arguments were no JSON keep them as a text, for the guard to refuse. */
function readCalls({ tool_calls = [] }: AIMessageChunk): ChatToolCall[] {
  return tool_calls.map(({ name, args }) => ({ name, args: args as unknown }));
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
