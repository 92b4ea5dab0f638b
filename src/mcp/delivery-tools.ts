import { z } from "zod";
import type { ShipResult } from "../books/model.js";
import type { OrderDoc } from "../db/collections.js";
import { isFinal, type MoveTarget, statusMoves } from "../delivery/model.js";
import { expected } from "../shared/json-rules.js";
import { requireOrder } from "./find.js";
import { actor, gone } from "./order-tools.js";
import { orderIdRule } from "./rules.js";
import { defineMcpTool, done, type McpFeatures, refused, type ToolOutcome, type ToolRefusal } from "./tool.js";

const targets = ["in_transit", "delivered"] as const satisfies readonly MoveTarget[];

const updateDeliveryStatusTool = defineMcpTool({
  name: "update_delivery_status",
  title: "Move an order along",
  description:
    "Set an order in_transit (its units must be taken by update_stock first) or delivered (from in_transit). Repeating changes nothing. To cancel, use cancel_order.",
  effect: "write",
  input: z.strictObject({
    order_id: orderIdRule,
    status: z.enum(targets, { error: expected(`one of ${targets.join(", ")} (cancel_order cancels)`) }),
  }),
  output: z.object({ order_id: z.string(), status: z.enum(targets), already: z.boolean() }),
  run: async ({ order_id, status }, features) => moveOrder(await requireOrder(features, order_id), status, features),
});

async function moveOrder(order: OrderDoc, to: MoveTarget, features: McpFeatures): Promise<ToolOutcome> {
  const { books, deliveries } = features;
  const ids = [order._id];
  const [result] = await (to === "in_transit" ? books.ship(ids, { actor }) : deliveries.move(ids, to, actor));
  return outcomeOf(String(order._id), to, result);
}

function outcomeOf(order_id: string, to: MoveTarget, result: ShipResult | undefined): ToolOutcome {
  switch (result?.kind) {
    case "moved":
      return done({ order_id, status: to, already: false });
    case "already":
      return done({ order_id, status: to, already: true });
    case "illegal":
      return illegal(order_id, to, result.from);
    case "unallocated":
      return refused("not_allocated", `The units of order ${order_id} are not taken yet`, {
        fix: "call update_stock for it first",
        details: { order_id, status: "pending" },
      });
    default:
      return gone(order_id);
  }
}

function illegal(order_id: string, to: MoveTarget, from: OrderDoc["status"]): ToolRefusal {
  const fix = isFinal(from) ? `${from} is final` : `from ${from} it can become ${statusMoves[from].join(" or ")}`;
  return refused("illegal_move", `Order ${order_id} is ${from} and cannot become ${to}`, {
    fix,
    details: { order_id, status: from, to },
  });
}

export const deliveryTools = [updateDeliveryStatusTool];
