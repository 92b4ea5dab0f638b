import { setTimeout as sleep } from "node:timers/promises";
import type { AIMessageChunk, UsageMetadata } from "@langchain/core/messages";
import { ChatOpenAI } from "@langchain/openai";
import { modelError, readError, refusesParameter } from "./chat-errors.js";
import type { ChatAnswer, ChatModel, ChatRequest, ChatToolCall, ChatUsage, ToolSpec } from "./chat.js";
import { type ModelEndpoint, officialOpenAi } from "./providers.js";
import { pauseAfter } from "./retries.js";
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

/** Five times what a batch needs, with room for a model that thinks aloud: one that never ends must not be waited for. */
const answerTokens = 2_000;

/** What a server may not take; each is left out for good once it was refused. */
interface Accepted {
  temperature: boolean;
  max_tokens: boolean;
  tool_choice: boolean;
  /** Whether a choice between several tools may be required; some servers break on it. */
  required: boolean | "untried";
}

/**
 * A chat model behind an OpenAI-compatible server, asked through LangChain's `ChatOpenAI`.
 *
 * Text in the answer is ignored: only tool calls can lead to anything.
 */
export function createChatModel(options: ChatModelOptions): ChatModel {
  const { endpoint, clock } = options;
  const accepted: Accepted = { temperature: true, max_tokens: true, tool_choice: true, required: "untried" };
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
    try {
      const answer = await invoke(options, accepted, request);
      if (isChoice(request)) accepted.required &&= true;
      return answer;
    } catch (cause) {
      if (leaveOut(cause, accepted, request)) continue;
      failures += 1;
      const pauseMs = failures > options.maxRetries ? undefined : pauseAfter(readError(cause), failures);
      if (pauseMs === undefined || request.signal?.aborted === true) throw modelError(cause, options.endpoint);
      await sleep(pauseMs, undefined, { signal: request.signal });
    }
  }
}

/** Whether the request was refused for one of its optional parameters; it is not sent any more then. */
function leaveOut(cause: unknown, accepted: Accepted, request: ChatRequest): boolean {
  if (accepted.required === "untried" && isChoice(request) && (readError(cause).status ?? 0) >= 500) {
    accepted.required = false;
    return true;
  }
  const parameter = (["temperature", "max_tokens", "tool_choice"] as const).find(
    (name) => accepted[name] && refusesParameter(cause, name),
  );
  if (parameter !== undefined) accepted[parameter] = false;
  return parameter !== undefined;
}

function invoke(options: ChatModelOptions, accepted: Accepted, request: ChatRequest): Promise<AIMessageChunk> {
  const { model, apiKey, baseUrl } = options.endpoint;
  const chat = new ChatOpenAI({
    model,
    apiKey,
    timeout: options.timeoutMs,
    ...(accepted.temperature ? { temperature: 0 } : {}),
    ...(accepted.max_tokens ? { maxTokens: answerTokens } : {}),
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
  const choice = choiceOf(request.tools, accepted);
  return chat.bindTools(tools, choice === undefined ? {} : { tool_choice: choice }).invoke(
    [
      { role: "system", content: request.system },
      { role: "user", content: request.user },
    ],
    // A signal of its own, because listeners stay on it.
    { callbacks: [], ...(request.signal === undefined ? {} : { signal: AbortSignal.any([request.signal]) }) },
  );
}

/** A call must come; the only tool is named, because that is what more servers understand. */
function choiceOf([only, ...others]: readonly ToolSpec[], { tool_choice, required }: Accepted) {
  if (!tool_choice || only === undefined) return undefined;
  if (others.length > 0) return required === false ? undefined : "required";
  return { type: "function" as const, function: { name: only.name } };
}

function isChoice({ tools }: ChatRequest): boolean {
  return tools.length > 1;
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
