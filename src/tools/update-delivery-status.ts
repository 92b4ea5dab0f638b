import { z } from "zod";
import type { ShipResult } from "../books/model.js";
import type { OrderProgress, Scene } from "./batch.js";
import { defineTool, orderHandles } from "./define-tool.js";
import { type Answer, type Entry, handleOrders, orderIdOf } from "./guard.js";
import { refused } from "./results.js";

/** Moves orders along the table of moves; a batch ends at in_transit, so that is where a planner may move them. */
export const updateDeliveryStatusTool = defineTool({
  name: "update_delivery_status",
  description: "Set these orders in_transit once their units are taken. Repeating an order changes nothing.",
  worker: "delivery",
  effect: "write",
  input: z.strictObject({ orders: orderHandles, status: z.enum(["in_transit"]) }),
  example: { orders: ["#1"], status: "in_transit" },
  run: ({ orders }, scene) => handleOrders(orders, scene, { admit, act: (entries) => shipEntries(entries, scene) }),
});

function admit({ handle, status, stock }: OrderProgress): Answer | "go" {
  if (status === null) return refused("not_recorded", `${handle} is not recorded yet; create_order comes first`);
  if (status === "in_transit") return { kind: "already" };
  if (status !== "pending") return refused("illegal_move", `${handle} is ${status} and stays so`);
  if (stock === "short") return refused("illegal_move", `${handle} cannot be filled; cancel_order is what is left`);
  if (stock === "open") return refused("not_allocated", `${handle} has no units yet; update_stock comes first`);
  return "go";
}

/** That the units are taken was just said by the ledger, not by a planner. */
async function shipEntries(entries: readonly Entry[], { batch, actor }: Scene): Promise<readonly Answer[]> {
  const results = await batch.features.books.ship(entries.map(orderIdOf), { actor, allocated: true });
  return results.map(answerOf);
}

function answerOf(result: ShipResult): Answer {
  switch (result.kind) {
    case "moved":
      return { kind: "shipped" };
    case "already":
      return { kind: "is", status: "in_transit" };
    case "illegal":
      return { kind: "is", status: result.from };
    case "unallocated":
      return { kind: "unallocated" };
    case "not_found":
      return { kind: "gone" };
  }
}
