/** Larger answers count as empty ones: a model that babbles must not fill the memory. */
const maxAnswerBytes = 4 * 1024 * 1024;

/**
 * `fetch` with the differences between OpenAI-compatible servers evened out: tool arguments given as an object, a
 * message without a role, an answer without end.
 */
export async function fetchEvenly(input: string | URL | Request, init?: RequestInit): Promise<Response> {
  const response = await fetch(input, init);
  if (!response.ok) return response;
  const text = await readBounded(response);
  return new Response(evenOut(text), {
    status: response.status,
    headers: { "content-type": "application/json" },
  });
}

async function readBounded(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const body: AsyncIterable<Uint8Array> | null = response.body;
  if (body === null) return "";
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > maxAnswerBytes) return "{}";
    chunks.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}

/** An answer of any server in the shape that the client library expects; what is no JSON object is its to refuse. */
function evenOut(text: string): string {
  const answer = parseObject(text);
  if (answer === undefined) return text;
  const choices = Array.isArray(answer.choices) ? (answer.choices as unknown[]).filter(isObject) : [];
  return JSON.stringify({ ...answer, choices: [evenChoice(choices[0] ?? {})] });
}

function evenChoice(choice: Record<string, unknown>): Record<string, unknown> {
  const message = isObject(choice.message) ? choice.message : {};
  const calls = Array.isArray(message.tool_calls) ? (message.tool_calls as unknown[]).filter(isObject) : [];
  const content = message.content ?? "";
  return {
    ...choice,
    message: { ...message, role: "assistant", content: asText(content), tool_calls: calls.map(evenCall) },
  };
}

function evenCall(call: Record<string, unknown>, index: number): Record<string, unknown> {
  const given = isObject(call.function) ? call.function : {};
  return {
    id: typeof call.id === "string" ? call.id : `call_${String(index)}`,
    type: "function",
    function: { name: typeof given.name === "string" ? given.name : "", arguments: evenArguments(given.arguments) },
  };
}

/** Always JSON: what is none becomes a JSON string, for the guard to refuse; what was encoded twice is decoded once. */
function evenArguments(args: unknown): string {
  const text = asText(args ?? "").trim();
  if (text === "") return "{}";
  const value = parse(text);
  if (typeof value === "string" && parseObject(value) !== undefined) return value;
  return value === undefined ? JSON.stringify(text) : text;
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function parseObject(text: string): Record<string, unknown> | undefined {
  const value = parse(text);
  return isObject(value) ? value : undefined;
}

/** `undefined` for what is no JSON; whoever needs the value says what is wrong. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
