import type { Scene, Worker } from "./batch.js";
import { cancelOrderTool } from "./cancel-order.js";
import { checkStockTool } from "./check-stock.js";
import { createOrderTool } from "./create-order.js";
import type { Tool, ToolName } from "./define-tool.js";
import { type CallOutcome, refused } from "./results.js";
import { updateDeliveryStatusTool } from "./update-delivery-status.js";
import { updateStockTool } from "./update-stock.js";

/** What a planner wants done: `args` is unchecked, whoever made it. */
export interface ToolCall {
  readonly tool: string;
  readonly args: unknown;
}

/** All tools by name. */
export const tools: Readonly<Record<ToolName, Tool>> = {
  check_stock: checkStockTool,
  update_stock: updateStockTool,
  create_order: createOrderTool,
  cancel_order: cancelOrderTool,
  update_delivery_status: updateDeliveryStatusTool,
};

/** The tools that a worker has: those it may call and the only ones it is shown. */
export function toolsOf(worker: Worker): readonly Tool[] {
  return Object.values(tools).filter((tool) => tool.worker === worker);
}

/**
 * Carries out one call of a worker, or says why not; nothing that a planner sends can do more than its tools allow.
 * @throws WarehouseError when the database cannot do it
 */
export async function callTool(worker: Worker, { tool: name, args }: ToolCall, scene: Scene): Promise<CallOutcome> {
  const own = toolsOf(worker).map((tool) => tool.name);
  const tool = isToolName(name) ? tools[name] : undefined;
  if (tool === undefined) return refused("unknown_tool", `There is no such tool; yours are ${own.join(", ")}`);
  if (tool.worker !== worker) {
    return refused("not_your_tool", `${tool.name} is the ${tool.worker} worker's; yours are ${own.join(", ")}`);
  }
  return tool.call(args, scene);
}

function isToolName(name: string): name is ToolName {
  return Object.hasOwn(tools, name);
}
