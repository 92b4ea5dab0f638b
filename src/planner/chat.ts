/** A tool as a model sees it. `parameters` is its JSON schema. */
export interface ToolSpec {
  readonly name: string;
  readonly description: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

export interface ChatRequest {
  /** The same text at every call of one kind: providers cache a fixed prefix. */
  readonly system: string;
  readonly user: string;
  readonly tools: readonly ToolSpec[];
  readonly signal?: AbortSignal | undefined;
}

/** One tool call as the model wrote it; `args` is unchecked, and a text where it was no JSON. */
export interface ChatToolCall {
  readonly name: string;
  readonly args: unknown;
}

export interface ChatUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** The server gave no numbers: counted here. */
  readonly estimated: boolean;
}

export interface ChatAnswer {
  readonly calls: readonly ChatToolCall[];
  readonly usage: ChatUsage;
  readonly durationMs: number;
}

/** A language model that answers with tool calls. */
export interface ChatModel {
  /** `provider/name`. */
  readonly name: string;
  /**
   * Asks once, with retries on rate limits, server errors and broken connections.
   * @throws WarehouseError `model_unauthorized`, `model_unknown` or `model_unavailable`, with the fix
   */
  complete(request: ChatRequest): Promise<ChatAnswer>;
}
