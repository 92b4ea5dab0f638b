import { z } from "zod";
import type { CancelResult } from "../books/model.js";
import type { OrderProgress, Scene, Shortage } from "./batch.js";
import { confirmShortages } from "./confirm.js";
import { defineTool, orderHandles } from "./define-tool.js";
import { type Answer, type Entry, handleOrders, orderIdOf } from "./guard.js";
import { refused } from "./results.js";
import { shortageDocs } from "./shortage.js";

const reasons = ["insufficient_stock", "unknown_product"] as const;

/** Cancels orders that the database confirms cannot be filled; with them, their shortages are recorded. */
export const cancelOrderTool = defineTool({
  name: "cancel_order",
  description: "Cancel these orders because they cannot be filled. Repeating an order changes nothing.",
  worker: "order",
  effect: "write",
  input: z.strictObject({ orders: orderHandles, reason: z.enum(reasons) }),
  example: { orders: ["#1"], reason: "insufficient_stock" },
  run: ({ orders, reason }, scene) =>
    handleOrders(orders, scene, { admit, act: (entries) => cancelEntries(entries, reason, scene) }),
});

function admit({ handle, status, stock }: OrderProgress): Answer | "go" {
  if (status === null) return refused("not_recorded", `${handle} is not recorded yet; create_order comes first`);
  if (status === "cancelled") return { kind: "already" };
  if (status !== "pending") return refused("illegal_move", `${handle} is ${status}; it is not to be cancelled`);
  if (stock === "allocated")
    return refused("already_allocated", `${handle} has its units; update_delivery_status is next`);
  return "go";
}

async function cancelEntries(
  entries: readonly Entry[],
  reason: Shortage["reason"],
  scene: Scene,
): Promise<readonly Answer[]> {
  const verdicts = (await confirmShortages(entries, scene)).map((verdict, index) =>
    verdict.kind === "confirmed" && verdict.shortage.reason !== reason
      ? refused("wrong_reason", `The reason of ${entries[index]?.order.handle ?? ""} is ${verdict.shortage.reason}`)
      : verdict,
  );
  const { batch, actor } = scene;
  const requests = entries.flatMap((entry, index) => {
    const verdict = verdicts[index];
    if (verdict?.kind !== "confirmed") return [];
    return [{ order_id: orderIdOf(entry), reason, shortages: shortageDocs(verdict.shortage, batch) }];
  });
  const results = (await batch.features.books.cancel(requests, { actor, from: ["pending"] })).values();
  return verdicts.map((verdict) => (verdict.kind === "refused" ? verdict : answerOf(results.next().value)));
}

function answerOf(result: CancelResult | undefined): Answer {
  switch (result?.kind) {
    case "cancelled":
    case "already":
      return { kind: "is", status: "cancelled" };
    case "illegal":
      return { kind: "is", status: result.from };
    case "not_found":
      return { kind: "gone" };
    case undefined:
      throw new Error("The books gave no result for an order");
  }
}
