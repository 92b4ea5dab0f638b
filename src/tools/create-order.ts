import { z } from "zod";
import type { ProductStock } from "../inventory/model.js";
import type { CreateResult, OrderDraft } from "../order/model.js";
import type { Batch, Scene } from "./batch.js";
import { defineTool, orderHandles } from "./define-tool.js";
import { type Answer, type Entry, handleOrders } from "./guard.js";

/** Records orders as pending, exactly once per key. */
export const createOrderTool = defineTool({
  name: "create_order",
  description: "Record these orders as pending. Repeating an order changes nothing.",
  worker: "order",
  effect: "write",
  input: z.strictObject({ orders: orderHandles }),
  example: { orders: ["#1"] },
  run: ({ orders }, scene) =>
    handleOrders(orders, scene, {
      admit: ({ status }) => (status === null ? "go" : { kind: "already" }),
      act: (entries) => createEntries(entries, scene),
    }),
});

async function createEntries(entries: readonly Entry[], { batch, actor }: Scene): Promise<readonly Answer[]> {
  const drafts = entries.map(draftOf);
  const products = await productsOf(drafts, batch);
  const prices = new Map([...products].map(([productId, { price }]) => [productId, price]));
  const results = await batch.features.orders.create(drafts, { prices, actor });
  for (const [index, { place }] of entries.entries()) {
    const result = results[index];
    if (result?.kind === "created") batch.totals[place] = result.order.total ?? null;
  }
  return results.map(answerOf);
}

function draftOf({ order }: Entry): OrderDraft {
  if (order.draft === undefined) throw new Error(`${order.handle} was found in the database and cannot be created`);
  return order.draft;
}

/** Prices are those that this batch has read; without a stock check before, they are read now. */
async function productsOf(
  drafts: readonly OrderDraft[],
  { products, features }: Batch,
): Promise<ReadonlyMap<string, ProductStock>> {
  const missing = new Set<string>();
  for (const { lines } of drafts) {
    for (const { product_id } of lines) if (!products.has(product_id)) missing.add(product_id);
  }
  if (missing.size > 0) {
    for (const [productId, product] of await features.inventory.products([...missing]))
      products.set(productId, product);
  }
  return products;
}

function answerOf({ kind, order }: CreateResult): Answer {
  switch (kind) {
    case "created":
      return { kind, orderId: order._id };
    case "existing":
      return { kind, orderId: order._id, status: order.status };
    case "conflict":
      return { kind, orderId: order._id };
  }
}
