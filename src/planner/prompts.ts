import { z } from "zod";
import { workers, type Worker } from "../tools/batch.js";
import type { Tool, ToolName } from "../tools/define-tool.js";
import type { OrderResult, Refusal } from "../tools/results.js";
import { tools, toolsOf } from "../tools/toolbox.js";
import type { ChatRequest, ToolSpec } from "./chat.js";
import { joinHandles } from "./handles.js";
import { schemaOf } from "./schema.js";
import { type BatchView, type Exchange, needOf, type Need, type OrderView } from "./planner.js";

/**
 * What a model is told. The fixed part comes first, so that a provider's cache serves it; then the state of the
 * batch. Orders appear by handle, products by alias: no text of the file or the catalogue, so nothing in either
 * can speak to the model, and no customer's data leaves the machine.
 */
type Prompt = Pick<ChatRequest, "system" | "user" | "tools">;

const ranges = "Name orders by handle; #1-#9 is a range.";

const supervisorText = `You supervise an order desk. Plan its work in one call of delegate: the workers in the order in which they act, each with its orders.
order: records new orders, and at the end cancels the short ones. inventory: takes stock for recorded orders. delivery: ships orders that have their stock.
Each order goes to order, then inventory, then delivery; short ones go to inventory too, then to order again instead of delivery. ${ranges}`;

const workerTexts: Readonly<Record<Worker, string>> = {
  inventory: `You run the stock of an order desk. Take stock for the orders that wait for it, all in one call. ${ranges}`,
  order: `You keep the orders of an order desk. Record the new ones in one call; cancel the short ones with their reason. ${ranges}`,
  delivery: `You run the deliveries of an order desk. Move the orders that have their stock to in_transit, all in one call. ${ranges}`,
};

export const delegateTool = "delegate";

/** What the supervisor's plan looks like. */
export const delegateInput = z.object({
  steps: z.array(z.object({ worker: z.enum(workers), orders: z.array(z.string()) })),
});

/** The workers that an order still has before it. */
const workersAhead: Readonly<Record<Need, readonly Worker[]>> = {
  check: ["order", "inventory", "delivery"],
  record: ["order", "inventory", "delivery"],
  allocate: ["inventory", "delivery"],
  cancel: ["order"],
  ship: ["delivery"],
  nothing: [],
};

/** The supervisor's tool; it takes no worker who cannot have anything to do any more. */
function delegateSpec(orders: readonly OrderView[]): ToolSpec {
  const ahead = new Set(orders.flatMap((order) => workersAhead[needOf(order)]));
  if (orders.some(seemsShort)) ahead.add("order");
  const worker = z.enum([...ahead]);
  const step = z.object({ worker, orders: z.array(z.string()).min(1) });
  return {
    name: delegateTool,
    description: "Send orders to workers, in this order.",
    parameters: schemaOf(z.object({ steps: z.array(step).min(1) })),
  };
}

/** By a check of the stock, which binds nobody. */
function seemsShort({ stock, shortage }: OrderView): boolean {
  return stock === "open" && shortage !== undefined;
}

/** How an order's need reads in a prompt. */
const needTexts: Readonly<Record<Need, string>> = {
  check: "new",
  record: "new",
  allocate: "recorded, waits for stock",
  cancel: "recorded",
  ship: "has its stock",
  nothing: "done",
};

/** The supervisor's question: a line an order, with what it wants and where it stands. */
export function supervisorPrompt(view: BatchView): Prompt {
  const orders = view.orders.filter((order) => needOf(order) !== "nothing");
  const lines = orders.map((order) => orderLine(order, view));
  return { system: supervisorText, user: lines.join("\n"), tools: [delegateSpec(orders)] };
}

/** A worker's question: its orders by what they need, and what was refused before. */
export function workerPrompt(worker: Worker, view: BatchView, exchanges: readonly Exchange[]): Prompt {
  const refusals = exchanges.flatMap(refusalLines);
  const mend = refusals.length === 0 ? [] : ["Refused just now:", ...refusals.slice(-20)];
  const orders = sentTo(worker, view);
  return {
    system: workerTexts[worker],
    user: [...stateLines(orders), ...mend].join("\n"),
    tools: usefulTools(worker, orders).map(toolSpec),
  };
}

/** Whether a tool can do anything for an order. */
const serves: Readonly<Record<ToolName, (order: OrderView) => boolean>> = {
  check_stock: (order) => needOf(order) === "check",
  update_stock: (order) => needOf(order) === "allocate",
  create_order: ({ status }) => status === null,
  cancel_order: (order) => needOf(order) === "cancel",
  update_delivery_status: (order) => needOf(order) === "ship",
};

/** A worker's own tools without those that could only be refused now: fewer tokens, fewer mistakes. */
function usefulTools(worker: Worker, orders: readonly OrderView[]): readonly Tool[] {
  const own = toolsOf(worker);
  const useful = own.filter(({ name }) => orders.some(serves[name]));
  return useful.length === 0 ? own : useful;
}

/** The orders of the batch that the supervisor sent this worker. */
function sentTo(worker: Worker, { orders, plan }: BatchView): readonly OrderView[] {
  const [delegation] = plan;
  if (delegation?.worker !== worker) return orders;
  const sent = new Set(delegation.orders);
  return orders.filter(({ handle }) => sent.has(handle));
}

function orderLine(order: OrderView, view: BatchView): string {
  const lines = view.linesOf(order.handle).map(({ product, quantity }) => `${product}x${quantity}`);
  const shown = lines.length > 8 ? [...lines.slice(0, 8), `+${lines.length - 8}`] : lines;
  const short = seemsShort(order) ? shortText(order) : "";
  return `${order.handle} ${shown.join(" ")}: ${stateText(order)}${short}`;
}

/** What a check said of an open order is for the plan only; to a worker it would be words. */
function stateText(order: OrderView): string {
  const need = needOf(order);
  return needTexts[need] + (need === "cancel" ? shortText(order) : "");
}

function shortText({ shortage }: OrderView): string {
  return `, short (${shortage?.reason ?? "insufficient_stock"})`;
}

/** Where orders stand, those alike on one line. */
function stateLines(orders: readonly OrderView[]): string[] {
  const groups = new Map<string, string[]>();
  for (const order of orders) {
    const state = stateText(order);
    groups.set(state, [...(groups.get(state) ?? []), order.handle]);
  }
  return [...groups].map(([state, handles]) => `${joinHandles(handles)}: ${state}`);
}

/** Names of tools that are none stay out: nothing that a model made up is told to it again. */
function refusalLines({ call, outcome }: Exchange): string[] {
  const refusals = outcome.kind === "refused" ? [outcome] : outcome.results.filter(isRefused);
  const name = Object.hasOwn(tools, call.tool) ? `${call.tool}: ` : "";
  return [...new Set(refusals.map(({ message }) => name + message))];
}

function isRefused(result: OrderResult): result is OrderResult & Refusal {
  return result.kind === "refused";
}

function toolSpec({ name, description, input }: Tool): ToolSpec {
  return { name, description, parameters: schemaOf(input) };
}
