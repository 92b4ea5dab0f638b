import type { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import type { GetPromptResult } from "@modelcontextprotocol/sdk/types.js";
import { z } from "zod";

/** Common tasks in words; those that change something are there only when writes are allowed. */
export function registerPrompts(server: McpServer, allowWrites: boolean): void {
  server.registerPrompt(
    "stock_report",
    { title: "Stock report", description: "What is low, what is gone, what the books say" },
    () =>
      asking("List the products, point out those with few or no units left, and run the audit. Keep it to a table."),
  );
  server.registerPrompt(
    "explain_order",
    {
      title: "Explain an order",
      description: "Where an order stands and how it got there",
      argsSchema: { order_id: z.string().describe("The order's id or key") },
    },
    ({ order_id }) =>
      asking(
        `Get the order ${quoted(order_id)} and explain its history, its stock movements and what can happen next.`,
      ),
  );
  if (!allowWrites) return;
  registerFulfilOrder(server);
  registerCancelOrder(server);
}

function registerFulfilOrder(server: McpServer): void {
  server.registerPrompt(
    "fulfil_order",
    {
      title: "Place and ship an order",
      description: "Create an order, take its stock and set it in transit",
      argsSchema: {
        products: z.string().describe("What is wanted, such as: 2 prod1, 1 prod3"),
        address: z.string().describe("Where it goes"),
      },
    },
    ({ products, address }) =>
      asking(
        `Place this order. Products: ${quoted(products)}. Address: ${quoted(address)}.`,
        "Check the stock of each product, create_order with a new idempotency_key that you keep for repeats,",
        "update_stock, then update_delivery_status to in_transit. If update_stock refuses for a shortage,",
        "say which lines are short and ask before you cancel_order with the reason it names.",
      ),
  );
}

function registerCancelOrder(server: McpServer): void {
  server.registerPrompt(
    "cancel_order",
    {
      title: "Cancel an order",
      description: "Cancel an order and see its units come back",
      argsSchema: { order_id: z.string(), reason: z.string() },
    },
    ({ order_id, reason }) =>
      asking(
        `Get the order ${quoted(order_id)} and tell what cancelling it gives back.`,
        `Then cancel_order with the reason ${quoted(reason)} and show the stock of its products.`,
      ),
  );
}

function asking(...sentences: readonly string[]): GetPromptResult {
  return { messages: [{ role: "user", content: { type: "text", text: sentences.join(" ") } }] };
}

/** So that a value cannot pass for the sentence around it. */
function quoted(value: string): string {
  return JSON.stringify(value);
}
