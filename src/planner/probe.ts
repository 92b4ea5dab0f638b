import { z } from "zod";
import { type Check, failedCheck } from "../shared/checks.js";
import type { Clock } from "../shared/clock.js";
import { WarehouseError } from "../shared/errors.js";
import { createChatModel } from "./chat-model.js";
import type { ChatAnswer } from "./chat.js";
import { type ModelEndpoint, type ModelRequest, noKey, resolveModel } from "./providers.js";
import { schemaOf } from "./schema.js";

const input = z.object({ units: z.number().int() });
const tool = { name: "report_units", description: "Report a number of units.", parameters: schemaOf(input) };
const question = { system: "Call the tool that fits.", user: "Report 3 units.", tools: [tool] };

export interface ProbeOptions extends ModelRequest {
  readonly clock: Clock;
  readonly timeoutMs: number;
}

/** Asks a model one small question that only a tool call answers; the key is never in what comes back. */
export async function probeModel(options: ProbeOptions): Promise<Check[]> {
  let endpoint: ModelEndpoint;
  try {
    endpoint = resolveModel(options);
  } catch (error) {
    return [failed("Model key", error)];
  }
  const key: Check = {
    what: "Model key",
    status: "ok",
    found: endpoint.apiKey === noKey ? "none is set, none is sent" : "is set",
  };
  return [key, ...(await askOnce(endpoint, options))];
}

async function askOnce(endpoint: ModelEndpoint, { clock, timeoutMs }: ProbeOptions): Promise<Check[]> {
  const model = createChatModel({ endpoint, clock, timeoutMs, maxRetries: 0 });
  try {
    const answer = await model.complete(question);
    const found = `${endpoint.name} answered in ${answer.durationMs} ms`;
    return [{ what: "Model endpoint", status: "ok", found }, callCheck(answer), usageCheck(answer)];
  } catch (error) {
    return [failed("Model endpoint", error)];
  }
}

function callCheck({ calls: [call] }: ChatAnswer): Check {
  const what = "Tool call";
  if (call?.name === tool.name && input.safeParse(call.args).success)
    return { what, status: "ok", found: "comes back well-formed" };
  const found = call === undefined ? "the model called no tool" : "the call came back with another name or shape";
  return { what, status: "failed", found, fix: "choose a model that is made for tool calls" };
}

function usageCheck({ usage }: ChatAnswer): Check {
  const what = "Usage numbers";
  if (!usage.estimated) return { what, status: "ok", found: "come with the answer" };
  return { what, status: "warning", found: "the server gives none", fix: "nothing to do: tokens are counted here" };
}

function failed(what: string, error: unknown): Check {
  if (!(error instanceof WarehouseError)) throw error;
  return failedCheck(what, error);
}
