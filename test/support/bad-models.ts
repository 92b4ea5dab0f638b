import { type ReadPrompt, readPrompt } from "../../src/bench/perfect-model/read-prompt.js";
import { rightCalls } from "../../src/bench/perfect-model/right-calls.js";
import { delegateTool } from "../../src/planner/prompts.js";
import type { ModelScript, ModelServerAnswer, ScriptedCall } from "./model-server.js";

/** Turns the right calls on a prompt into what this model answers; `time` counts its answers from 1. */
type Misbehaviour = (right: readonly ScriptedCall[], prompt: ReadPrompt, time: number) => ModelServerAnswer;

function model(answer: Misbehaviour): () => ModelScript {
  return () => {
    let time = 0;
    return (request) => {
      const prompt = readPrompt(request);
      time += 1;
      return answer(rightCalls(prompt), prompt, time);
    };
  };
}

/** The same, with a plan that makes sense, so that the workers are reached. */
function worker(answer: Misbehaviour): () => ModelScript {
  return model((right, prompt, time) =>
    prompt.asked === "supervisor" ? { calls: right } : answer(right, prompt, time),
  );
}

const all = ["#1-#9"];
const toEveryone = (orders: readonly string[]): ScriptedCall => ({
  name: delegateTool,
  args: { steps: ["order", "inventory", "delivery"].map((each) => ({ worker: each, orders })) },
});
const everyTool = (orders: readonly string[]): ScriptedCall[] => [
  { name: "update_delivery_status", args: { orders, status: "in_transit" } },
  { name: "cancel_order", args: { orders, reason: "insufficient_stock" } },
  { name: "update_stock", args: { orders } },
  { name: "create_order", args: { orders } },
  { name: "check_stock", args: { orders } },
];
const madeUp = ["677b8a9ff033af3a53c9a75a", "A-1", "#77", "order 1", "#0", "-1"];

/** Keeps the half of the handles that the predicate wants. */
function withHandles(calls: readonly ScriptedCall[], keep: (handle: string) => boolean): ScriptedCall[] {
  return calls.map(({ name, args }) => {
    const { orders = [], ...rest } = args as { orders?: readonly string[] };
    return { name, args: { ...rest, orders: orders.filter(keep) } };
  });
}

/** Models that go wrong in every way but one: they answer. Each makes a fresh script. */
export const badModels: Readonly<Record<string, () => ModelScript>> = {
  "makes up ids and handles": worker((right) => ({
    calls: right.map(({ name, args }) => ({ name, args: { ...(args as object), orders: madeUp } })),
  })),
  "makes up handles beside the right ones": worker((right) => ({
    calls: right.map(({ name, args }) => ({
      name,
      args: { ...(args as object), orders: [...madeUp, ...(args as { orders: string[] }).orders] },
    })),
  })),
  "plans for orders that there are not": model((right, { asked }) => ({
    calls: asked === "supervisor" ? [toEveryone(madeUp)] : right,
  })),
  "calls every worker's tools": worker(() => ({ calls: everyTool(["#1-#5"]) })),
  "calls tools that there are not": worker(() => ({ calls: [{ name: "refund", args: { orders: all } }] })),
  "repeats every call": model((right) => ({ calls: [...right, ...right, ...right] })),
  "skips every other order": worker((right) => ({
    calls: withHandles(
      right.map(({ name, args }) => ({ name, args: { ...(args as object), orders: ["#1", "#2", "#3", "#4", "#5"] } })),
      (handle) => Number(handle.slice(1)) % 2 === 0,
    ),
  })),
  "works in the wrong order": model((right, { asked }) => ({
    calls:
      asked === "supervisor"
        ? [
            {
              name: delegateTool,
              args: { steps: ["delivery", "inventory", "order"].map((each) => ({ worker: each, orders: ["#1-#5"] })) },
            },
          ]
        : right,
  })),
  "stops after recording": model((right, { asked }) => ({
    calls:
      asked === "supervisor"
        ? [{ name: delegateTool, args: { steps: [{ worker: "order", orders: ["#1-#5"] }] } }]
        : right,
  })),
  "stops at once": model(() => ({ calls: [] })),
  "plans for ever": model(() => ({ calls: [toEveryone(["#1-#5"])] })),
  "reads the stock for ever": worker(() => ({ calls: [{ name: "check_stock", args: { orders: ["#1-#5"] } }] })),
  "tries another wrong handle each time": worker((right, _prompt, time) => ({
    calls: right.map(({ name, args }) => ({ name, args: { ...(args as object), orders: [`#${time + 50}`] } })),
  })),
  "answers prose": model(() => ({ text: "Sure! I will now check the stock and ship everything." })),
  "claims success without acting": model((_right, { asked }) =>
    asked === "supervisor"
      ? { calls: [toEveryone(["#1-#5"])], text: "All orders are done." }
      : { text: "Order #1 is created, its stock is updated, it is in transit. All orders are done." },
  ),
  "answers broken JSON": worker((right) => ({
    calls: right.map(({ name, args }) => ({ name, args: JSON.stringify(args).slice(0, -3) })),
  })),
  "plans in broken JSON": model((right, { asked }) => ({
    calls: asked === "supervisor" ? [{ name: delegateTool, args: '{"steps":[{"worker":' }] : right,
  })),
  "sends arguments of the wrong kind": worker((right) => ({
    calls: right.flatMap(({ name }) =>
      [null, 7, [], "all of them", { orders: {} }, { orders: [{ a: 1 }] }].map((args) => ({ name, args })),
    ),
  })),
  "sends huge answers": model(() => ({ text: "x".repeat(5_000_000) })),
  "sends a thousand calls": worker((right) => ({ calls: Array.from({ length: 1_000 }, () => right).flat() })),
  "sends a huge list": worker((right) => ({
    calls: right.map(({ name, args }) => ({
      name,
      args: { ...(args as object), orders: Array.from({ length: 20_000 }, (_, index) => `#${index}`) },
    })),
  })),
  "cancels everything": worker((right) => ({
    calls: [
      ...right,
      { name: "cancel_order", args: { orders: ["#1-#5"], reason: "insufficient_stock" } },
      { name: "cancel_order", args: { orders: ["#1-#5"], reason: "unknown_product" } },
    ],
  })),
  "makes the published run's mistakes": model((_right, { asked }) => publishedRun(asked)),
};

/** It makes order 1 of two calls, takes stock for all, ships only two, and reports that all is done. */
function publishedRun(asked: ReadPrompt["asked"]): ModelServerAnswer {
  const text = "Both orders have been processed.";
  switch (asked) {
    case "supervisor":
      return { calls: [toEveryone(["#1-#5"])], text };
    case "order":
      return {
        calls: [
          { name: "create_order", args: { product_id: "prod1", quantity: 2, address: "123 Main St" } },
          { name: "create_order", args: { products: [{ product_id: "prod2", quantity: 1 }], address: "123 Main St" } },
          { name: "create_order", args: { orders: ["#1-#5"] } },
        ],
        text,
      };
    case "inventory":
      return { calls: [{ name: "update_stock", args: { orders: ["#1-#5"] } }], text };
    case "delivery":
      return {
        calls: [{ name: "update_delivery_status", args: { orders: ["#1", "#2"], status: "in_transit" } }],
        text,
      };
  }
}
