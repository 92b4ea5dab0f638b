import { z } from "zod";
import type { OrderDoc } from "../db/collections.js";
import { isFinal } from "../delivery/model.js";
import type { AllocationResult, Short } from "../inventory/model.js";
import { orderLines } from "../order/view.js";
import { requireOrder } from "./find.js";
import { actor, gone } from "./order-tools.js";
import { keyRule, orderIdRule } from "./rules.js";
import { defineMcpTool, done, type McpFeatures, refused, type ToolOutcome, type ToolRefusal } from "./tool.js";

const updateInput = z.strictObject({
  order_id: orderIdRule,
  idempotency_key: keyRule
    .describe("Optional check: the key that the order was created with; repeating is harmless with or without it")
    .optional(),
});

const updateStockTool = defineMcpTool({
  name: "update_stock",
  title: "Take an order's units from stock",
  description:
    "Take the units of every line of one pending order from stock: all or nothing, exactly once however often it is called. A shortage is refused, names the lines, and changes nothing.",
  effect: "write",
  input: updateInput,
  output: z.object({
    order_id: z.string(),
    allocated: z.literal(true),
    already: z.boolean().describe("The units were taken before this call"),
    products: z.array(z.object({ product_id: z.string(), quantity: z.number() })),
  }),
  run: updateStock,
});

async function updateStock(
  { order_id, idempotency_key: key }: z.output<typeof updateInput>,
  features: McpFeatures,
): Promise<ToolOutcome> {
  const order = await requireOrder(features, order_id);
  if (key !== undefined && key !== order.key) return otherKey(order, key);
  const lines = orderLines(order);
  if (order.status === "cancelled") return closed(order);
  if (lines === undefined) return unreadable(order);
  if (order.status !== "pending") return taken(order, true);
  const [result] = await features.inventory.allocate([{ order_id: order._id, lines }], { actor });
  return outcomeOf(order, result);
}

function outcomeOf(order: OrderDoc, result: AllocationResult | undefined): ToolOutcome {
  switch (result?.kind) {
    case "allocated":
      return taken(order, false);
    case "already_allocated":
      return taken(order, true);
    case "closed":
      return closed(order);
    case "short":
      return short(order, result);
    case undefined:
      return gone(String(order._id));
  }
}

function taken(order: OrderDoc, already: boolean): ToolOutcome {
  return done({ order_id: String(order._id), allocated: true, already, products: orderLines(order) ?? [] });
}

function short({ _id }: OrderDoc, { reason, shortages }: Short): ToolRefusal {
  const said = shortages
    .slice(0, 5)
    .map(({ product_id, wanted, available }) => `${product_id}: wanted ${wanted}, available ${available}`);
  const more = shortages.length > said.length ? `; and ${shortages.length - said.length} more` : "";
  return refused(reason, `Order ${String(_id)} cannot be filled (${said.join("; ")}${more}); nothing was taken`, {
    fix: `wait until goods come in, or cancel_order with the reason ${reason}`,
    details: { order_id: String(_id), shortages: shortages.slice(0, 200), shortage_count: shortages.length },
  });
}

function closed({ _id }: OrderDoc): ToolRefusal {
  return refused("illegal_move", `Order ${String(_id)} is cancelled: there is nothing to take for it`, {
    fix: "create_order with a new idempotency_key",
    details: { order_id: String(_id), status: "cancelled" },
  });
}

function unreadable({ _id }: OrderDoc): ToolRefusal {
  return refused("invalid_input", `The lines of order ${String(_id)} are not whole units of products`, {
    fix: "cancel_order, and create_order anew with whole quantities",
    details: { order_id: String(_id) },
  });
}

function otherKey({ _id, status }: OrderDoc, key: string): ToolRefusal {
  const fix = isFinal(status)
    ? "get_order shows it"
    : "leave idempotency_key out, or give the order that this key created";
  return refused("order_conflict", `Order ${String(_id)} was not created with the key ${key}`, {
    fix,
    details: { order_id: String(_id), idempotency_key: key },
  });
}

export const stockTools = [updateStockTool];
