/** Answers larger than this are no answer: a model that babbles must not fill the memory. */
const maxAnswerBytes = 4 * 1024 * 1024;
/** A server that asks for a longer pause is not waited for. */
const maxRetryAfterSeconds = 30;

/**
 * `fetch` with the differences between OpenAI-compatible servers evened out: tool arguments given as an object, a
 * message without a role, a hopeless 429 that the client library would repeat.
 */
export async function fetchEvenly(input: string | URL | Request, init?: RequestInit): Promise<Response> {
  const response = await fetch(input, init);
  if (response.status === 429) return boundRetries(response);
  if (!response.ok) return response;
  const text = await readBounded(response);
  return new Response(evenOut(text), {
    status: response.status,
    headers: { "content-type": "application/json" },
  });
}

async function boundRetries(response: Response): Promise<Response> {
  const text = await readBounded(response);
  const headers = new Headers(response.headers);
  headers.delete("content-encoding");
  headers.delete("content-length");
  const wait = Number(headers.get("retry-after") ?? 0);
  if (text.includes("insufficient_quota") || wait > maxRetryAfterSeconds) headers.set("x-should-retry", "false");
  return new Response(text, { status: response.status, headers });
}

async function readBounded(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const body: AsyncIterable<Uint8Array> | null = response.body;
  if (body === null) return "";
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > maxAnswerBytes) throw new Error(`The answer is larger than ${String(maxAnswerBytes)} bytes`);
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
  return {
    ...choice,
    message: { ...message, role: "assistant", content: message.content ?? "", tool_calls: calls.map(evenCall) },
  };
}

function evenCall(call: Record<string, unknown>, index: number): Record<string, unknown> {
  const given = isObject(call.function) ? call.function : {};
  const args = given.arguments ?? {};
  return {
    id: typeof call.id === "string" ? call.id : `call_${String(index)}`,
    type: "function",
    function: {
      name: typeof given.name === "string" ? given.name : "",
      arguments: typeof args === "string" ? args : JSON.stringify(args),
    },
  };
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined; // the client library parses it again and says what is wrong
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
