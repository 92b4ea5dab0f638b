import { type ReadPrompt, readPrompt } from "../../src/bench/perfect-model/read-prompt.js";
import { rightCalls } from "../../src/bench/perfect-model/right-calls.js";
import { delegateTool } from "../../src/planner/prompts.js";
import type { ModelScript, ModelServerAnswer, ScriptedCall } from "./model-server.js";

/** Gives a number from 0, below its argument. */
export type Pick = (below: number) => number;

const handles = ["#1", "#2", "#3", "#1-#3", "2-4", "#1-#20", "#0", "#99", "A-1", "677b8a9ff033af3a53c9a75a", ""];
const toolNames = ["create_order", "update_stock", "cancel_order", "update_delivery_status", "check_stock", "refund"];
const workerNames = ["order", "inventory", "delivery"];

/** A model that is right about half the time and else does anything that a model may do, or its server. */
export function randomModel(pick: Pick): ModelScript {
  return (request) => {
    const prompt = readPrompt(request);
    // Without one answer the run would not begin.
    const kind = request.turn === 0 ? 0 : pick(24);
    return kind < 3 ? failure(kind, pick) : { calls: randomCalls(prompt, pick), ...babble(pick) };
  };
}

function failure(kind: number, pick: Pick): ModelServerAnswer {
  const failures: readonly ModelServerAnswer[] = [
    { text: "All orders are done." },
    { hangUp: pick(4) === 0, text: null },
    { status: pick(4) === 0 ? 500 : 200, rawBody: pick(4) === 0 ? "<html>" : "{}" },
  ];
  return failures[kind] ?? {};
}

function babble(pick: Pick): ModelServerAnswer {
  return {
    text: pick(3) === 0 ? "I will ship everything." : null,
    usage: pick(2) === 0 ? null : { prompt_tokens: pick(500), completion_tokens: pick(50) },
    argumentsAsObject: pick(5) === 0,
  };
}

function randomCalls(prompt: ReadPrompt, pick: Pick): readonly ScriptedCall[] {
  const right = rightCalls(prompt);
  switch (pick(8)) {
    case 0:
      return [...right, ...right];
    case 1:
      return right.map(({ name, args }) => ({ name, args: JSON.stringify(args).slice(0, -1 - pick(6)) }));
    case 2:
      return right.map(({ name, args }) => ({ name, args: { ...args, orders: someHandles(pick) } }));
    case 3:
      return prompt.asked === "supervisor" ? [randomPlan(pick)] : [...right, randomCall(pick)];
    case 4:
      return prompt.asked === "supervisor" ? [randomPlan(pick)] : [randomCall(pick), randomCall(pick), ...right];
    default:
      return right;
  }
}

function randomPlan(pick: Pick): ScriptedCall {
  const steps = Array.from({ length: pick(6) }, () => ({
    worker: workerNames[pick(workerNames.length)],
    orders: someHandles(pick),
  }));
  return { name: delegateTool, args: { steps } };
}

function randomCall(pick: Pick): ScriptedCall {
  const orders = someHandles(pick);
  const more = [
    {},
    { reason: "insufficient_stock" },
    { reason: "unknown_product" },
    { status: "in_transit" },
    { status: "delivered" },
    { quantity: -5, product_id: "prod1" },
  ];
  return { name: toolNames[pick(toolNames.length)] ?? "", args: { orders, ...more[pick(more.length)] } };
}

function someHandles(pick: Pick): string[] {
  return Array.from({ length: pick(4) }, () => handles[pick(handles.length)] ?? "");
}
