import { expandHandles } from "../../planner/handles.js";
import { delegateTool } from "../../planner/prompts.js";
import type { Worker } from "../../tools/batch.js";

/** What of a request a model reads, beside its fixed instructions. */
export interface Question {
  readonly user: string;
  /** Names. */
  readonly tools: readonly string[];
}

/** An order as a model reads of it. */
export interface ReadOrder {
  readonly handle: string;
  readonly state: "new" | "recorded" | "waiting" | "allocated" | "done";
  /** The reason, for one that is short. */
  readonly short: string | undefined;
}

/** What a model that reads well finds in a prompt. */
export interface ReadPrompt {
  readonly asked: "supervisor" | Worker;
  readonly orders: readonly ReadOrder[];
  readonly refusals: readonly string[];
}

const states = {
  new: "new",
  recorded: "recorded",
  "recorded, waits for stock": "waiting",
  "has its stock": "allocated",
  done: "done",
} as const;

const marker = "Refused just now:";
const short = /, short \((\w+)\)$/;

/** Reads a prompt's text and tools; it knows nothing of the batch but what a model is told. */
export function readPrompt({ user, tools }: Question): ReadPrompt {
  const [table = "", refusals = ""] = user.split(marker);
  return {
    asked: askedOf(tools),
    orders: table.split("\n").filter(Boolean).flatMap(readLine),
    refusals: refusals.split("\n").filter(Boolean),
  };
}

function askedOf(tools: readonly string[]): ReadPrompt["asked"] {
  if (tools.includes(delegateTool)) return "supervisor";
  if (tools.includes("create_order") || tools.includes("cancel_order")) return "order";
  return tools.includes("update_delivery_status") ? "delivery" : "inventory";
}

function readLine(line: string): ReadOrder[] {
  const [names = "", text = ""] = line.split(": ");
  const state = states[text.replace(short, "") as keyof typeof states] as ReadOrder["state"] | undefined;
  if (state === undefined) throw new Error(`A prompt says what no model could understand: ${line}`);
  const handles = expandHandles(names, 10_000).filter((handle) => /^#\d+$/.test(handle));
  return handles.map((handle) => ({ handle, state, short: short.exec(text)?.[1] }));
}
