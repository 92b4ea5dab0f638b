import { z } from "zod";
import type { CheckResult } from "../inventory/model.js";
import { isUndecided, type Scene } from "./batch.js";
import { defineTool, orderHandles } from "./define-tool.js";
import { type Answer, type Entry, handleOrders, openEntries } from "./guard.js";
import { shortageOf } from "./shortage.js";

/** Tells which orders can be filled, each as if the earlier ones of the batch that can be had been. */
export const checkStockTool = defineTool({
  name: "check_stock",
  description: "Tell which of these orders can be filled, or which lines are short.",
  worker: "inventory",
  effect: "read",
  input: z.strictObject({ orders: orderHandles }),
  example: { orders: ["#1"] },
  run: ({ orders }, scene) =>
    handleOrders(orders, scene, {
      admit: (progress) => (isUndecided(progress) ? "go" : { kind: "already" }),
      act: (entries) => checkEntries(entries, scene),
    }),
});

/** Earlier orders count even if nobody asked about them: they come first when stock is taken. */
async function checkEntries(entries: readonly Entry[], scene: Scene): Promise<readonly Answer[]> {
  const { inventory } = scene.batch.features;
  const open = openEntries(scene, entries.at(-1)?.place ?? -1);
  const { results, products } = await inventory.checkStock(
    open.map(({ order }) => ({ order_id: order.handle, lines: order.lines })),
  );
  for (const [productId, product] of products) scene.batch.products.set(productId, product);
  const resultAt: (CheckResult | undefined)[] = [];
  for (const [index, { place }] of open.entries()) resultAt[place] = results[index];
  return entries.map(({ place, order }): Answer => {
    const result = resultAt[place];
    if (result === undefined) throw new Error(`No stock check for ${order.handle}`);
    if (result.kind === "available") return result;
    return { kind: "seems_short", shortage: shortageOf(result, scene.batch) };
  });
}
