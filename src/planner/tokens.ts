import type { Tiktoken } from "js-tiktoken/lite";
import type { ChatRequest, ChatUsage } from "./chat.js";

/** Longer texts are counted by their head: the figure is an estimate anyway, and the count must not stall. */
const countedCharacters = 100_000;

let loading: Promise<Tiktoken> | undefined;

/** Loaded at first need: the tables weigh two megabytes. */
async function encoding(): Promise<Tiktoken> {
  loading ??= Promise.all([import("js-tiktoken/lite"), import("js-tiktoken/ranks/o200k_base")]).then(
    ([{ Tiktoken: Encoder }, { default: ranks }]) => new Encoder(ranks),
  );
  return loading;
}

/** Tokens of a text by o200k, the encoding of the current OpenAI models; near enough for the others. */
export async function countTokens(text: string): Promise<number> {
  const head = text.slice(0, countedCharacters);
  const tokens = (await encoding()).encode(head, [], []).length;
  return head.length === text.length ? tokens : Math.round((tokens * text.length) / head.length);
}

/** What a call cost, for servers that give no usage numbers: messages and tools in, the answer out. */
export async function estimateUsage(request: ChatRequest, answer: string): Promise<ChatUsage> {
  const tools = request.tools.map((tool) => JSON.stringify({ type: "function", function: tool })).join("");
  return {
    inputTokens: await countTokens(request.system + request.user + tools),
    outputTokens: await countTokens(answer),
    estimated: true,
  };
}
