import { z } from "zod";
import type { OrderDoc } from "../db/collections.js";
import { netLines } from "../inventory/movements.js";
import { contentHash } from "../order/model.js";
import { orderLines } from "../order/view.js";
import { summedLines } from "../shared/lines.js";
import { requireOrder } from "./find.js";
import { addressRule, keyRule, orderIdRule, productsRule, reasonRule } from "./rules.js";
import { defineMcpTool, done, type McpFeatures, refused, type ToolOutcome, type ToolRefusal } from "./tool.js";
import { orderData, orderOutput } from "./views.js";

/** In whose name the server changes things. */
export const actor = { by: "mcp" };

const createInput = z.strictObject({ products: productsRule, address: addressRule, idempotency_key: keyRule });

const createOrderTool = defineMcpTool({
  name: "create_order",
  title: "Create an order",
  description:
    "Record an order as pending, exactly once per idempotency_key: repeating the call gives the same order, another order under the same key is refused. Takes no stock yet: update_stock comes next.",
  effect: "write",
  input: createInput,
  output: orderOutput.extend({ already: z.boolean().describe("It was there before this call") }),
  run: createOrder,
});

async function createOrder(args: z.output<typeof createInput>, features: McpFeatures): Promise<ToolOutcome> {
  const { address, idempotency_key: key } = args;
  const { inventory, orders } = features;
  if ((await inventory.someProductIds(1)).length === 0) return noProducts();
  const lines = summedLines(args.products);
  const products = await inventory.products(lines.map(({ product_id }) => product_id));
  const prices = new Map([...products].map(([productId, { price }]) => [productId, price]));
  const draft = { key, content_hash: contentHash(lines, address), lines, address };
  const [result] = await orders.create([draft], { prices, actor });
  if (result === undefined) throw new Error("The orders gave no result for an order");
  if (result.kind === "conflict") return keyTaken(key, result.order);
  return done({ ...orderData(result.order), already: result.kind === "existing" });
}

function noProducts(): ToolRefusal {
  return refused("no_products", "There are no products yet, so nothing can be ordered", {
    fix: "run `warehouse seed` on this database first",
  });
}

function keyTaken(key: string, { _id }: OrderDoc): ToolRefusal {
  return refused("order_conflict", `The key ${key} belongs to another order with other lines or another address`, {
    fix: "use a new idempotency_key for a new order, or send exactly what was sent before",
    details: { order_id: String(_id), idempotency_key: key },
  });
}

const cancelOrderTool = defineMcpTool({
  name: "cancel_order",
  title: "Cancel an order",
  description:
    "Cancel an order that is pending or in transit and give its units back to stock, once. Repeating changes nothing.",
  effect: "write",
  destructive: true,
  input: z.strictObject({ order_id: orderIdRule, reason: reasonRule }),
  output: z.object({
    order_id: z.string(),
    status: z.literal("cancelled"),
    already: z.boolean().describe("It was cancelled before this call"),
    released: z.array(z.object({ product_id: z.string(), quantity: z.number() })).describe("Units given back"),
  }),
  run: async ({ order_id, reason }, features) => cancelOrder(await requireOrder(features, order_id), reason, features),
});

async function cancelOrder(order: OrderDoc, reason: string, features: McpFeatures): Promise<ToolOutcome> {
  const claim = isShortageReason(reason) && order.status !== "cancelled";
  const shortages = claim ? await confirmShortage(order, reason, features) : [];
  if ("kind" in shortages) return shortages;
  const request = { order_id: order._id, reason, ...(claim && { shortages }) };
  const [result] = await features.books.cancel([request], { actor, ...(claim && { from: ["pending"] }) });
  const order_id = String(order._id);
  switch (result?.kind) {
    case "cancelled":
      return done({ order_id, status: "cancelled", already: false, released: result.released });
    case "already":
      return done({ order_id, status: "cancelled", already: true, released: [] });
    case "illegal":
      return refused("illegal_move", `Order ${order_id} is ${result.from} and cannot be cancelled`, {
        fix: "get_order shows where it stands",
        details: { order_id, status: result.from },
      });
    default:
      return gone(order_id);
  }
}

/** Somebody deleted it between two steps of one call. */
export function gone(order_id: string): ToolRefusal {
  return refused("not_found", `Order ${order_id} is gone`, {
    fix: "list_orders shows the orders that are there",
    details: { order_id },
  });
}

function isShortageReason(reason: string): boolean {
  return reason === "insufficient_stock" || reason === "unknown_product";
}

/** The two reasons that the books give themselves stand for facts, so they are held to the stock. */
async function confirmShortage(order: OrderDoc, reason: string, { inventory }: McpFeatures) {
  const movements = [];
  for await (const entry of inventory.ledger({ orderId: String(order._id) })) movements.push(entry);
  const holdsUnits = netLines(movements).length > 0;
  const lines = orderLines(order);
  if (order.status !== "pending" || holdsUnits || lines === undefined)
    return wrongReason(order, reason, "has its units");
  const { results } = await inventory.checkStock([{ order_id: order._id, lines }]);
  const [result] = results;
  if (result?.kind === "short" && result.reason === reason) return result.shortages;
  return wrongReason(order, reason, result?.kind === "short" ? `lacks units by ${result.reason}` : "can be filled");
}

function wrongReason({ _id, status }: OrderDoc, reason: string, fact: string): ToolRefusal {
  return refused("wrong_reason", `${reason} is not why order ${String(_id)} would be cancelled: it ${fact}`, {
    fix: "give the true reason in your own words, or go on with the order",
    details: { order_id: String(_id), status, reason },
  });
}

export const orderTools = [createOrderTool, cancelOrderTool];
