import { z } from "zod";
import type { AllocationResult } from "../inventory/model.js";
import { type Batch, isUndecided, type OrderProgress, type Scene } from "./batch.js";
import { defineTool, orderHandles } from "./define-tool.js";
import { earlierFirst } from "./earlier-first.js";
import { type Answer, type Entry, handleOrders, orderIdOf } from "./guard.js";
import { refused } from "./results.js";
import { shortageOf } from "./shortage.js";

/** Takes the units of orders from stock: all or nothing per order, exactly once, earlier orders first. */
export const updateStockTool = defineTool({
  name: "update_stock",
  description: "Take the units of these orders from stock, earlier orders first. Repeating an order changes nothing.",
  worker: "inventory",
  effect: "write",
  input: z.strictObject({ orders: orderHandles }),
  example: { orders: ["#1"] },
  run: ({ orders }, scene) => handleOrders(orders, scene, { admit, act: (entries) => allocateEntries(entries, scene) }),
});

function admit(progress: OrderProgress): Answer | "go" {
  const { handle, status, stock, shortage } = progress;
  if (status === null) return refused("not_recorded", `${handle} is not recorded yet; create_order comes first`);
  if (isUndecided(progress)) return "go";
  if (stock === "short" && status === "pending" && shortage !== undefined) return { kind: "short", shortage };
  if (stock === "allocated" || status === "in_transit" || status === "delivered") return { kind: "already" };
  return refused("illegal_move", `${handle} is ${status}; there is nothing to take for it`);
}

async function allocateEntries(entries: readonly Entry[], scene: Scene): Promise<readonly Answer[]> {
  const { batch, actor } = scene;
  await batch.turn;
  const refusals = await earlierFirst(entries, scene);
  const allowed = entries.filter(({ place }) => !refusals.has(place));
  const results = await batch.features.inventory.allocate(
    allowed.map((entry) => ({ order_id: orderIdOf(entry), lines: entry.order.lines })),
    { actor, fresh: allowed.every(({ progress }) => progress.created), seen: batch.products },
  );
  const answers = results.values();
  return entries.map(({ place }) => refusals.get(place) ?? answerOf(answers.next().value, batch));
}

function answerOf(result: AllocationResult | undefined, batch: Batch): Answer {
  switch (result?.kind) {
    case "allocated":
    case "already_allocated":
      return { kind: "allocated" };
    case "closed":
      return { kind: "is", status: "cancelled" };
    case "short":
      return { kind: "short", shortage: shortageOf(result, batch) };
    case undefined:
      throw new Error("The inventory gave no result for an order");
  }
}
