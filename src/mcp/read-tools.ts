import { z } from "zod";
import { isOrderStatus, orderStatuses } from "../delivery/model.js";
import { expected } from "../shared/json-rules.js";
import { requireOrder, requireProduct } from "./find.js";
import { limitRule, orderIdRule, productIdRule } from "./rules.js";
import { defineMcpTool, done, type McpFeatures, type ToolData } from "./tool.js";
import { historyData, movementData, orderData, orderOutput, orderRow, productData, productOutput } from "./views.js";

const checkStockTool = defineMcpTool({
  name: "check_stock",
  title: "Check stock",
  description: "Tell how many units of one product can still be sold, with its name and price.",
  effect: "read",
  input: z.strictObject({ product_id: productIdRule }),
  output: productOutput,
  run: async ({ product_id }, features) => done(productData(await requireProduct(features, product_id))),
});

const listProductsTool = defineMcpTool({
  name: "list_products",
  title: "List products",
  description: "List products by id with what can still be sold of them. `more` says whether there are others.",
  effect: "read",
  input: z.strictObject({ limit: limitRule(1_000, 100) }),
  output: z.object({ products: z.array(productOutput), more: z.boolean() }),
  run: async ({ limit }, features) => done(await listProducts(features, limit)),
});

/** The first products in id order. */
export async function listProducts({ inventory }: Pick<McpFeatures, "inventory">, limit: number): Promise<ToolData> {
  const ids = await inventory.someProductIds(limit + 1);
  const shown = ids.slice(0, limit);
  const products = await inventory.products(shown);
  const rows = shown.flatMap((id) => products.get(id) ?? []).map(productData);
  return { products: rows, more: ids.length > limit };
}

const statusRule = z
  .string({ error: expected(`one of ${orderStatuses.join(", ")}`) })
  .refine(isOrderStatus, { error: expected(`one of ${orderStatuses.join(", ")}`) })
  .describe(`Only orders in this status: ${orderStatuses.join(", ")}`);

const listOrdersTool = defineMcpTool({
  name: "list_orders",
  title: "List orders",
  description: "List orders, newest first. get_order shows one with its lines. `more` says whether there are others.",
  effect: "read",
  input: z.strictObject({
    status: statusRule.optional(),
    run: orderIdRule.describe("Only orders that this run created").optional(),
    limit: limitRule(200, 20),
  }),
  output: z.object({ orders: z.array(orderOutput), more: z.boolean() }),
  run: async ({ status, run, limit }, features) => {
    const filter = { ...(status !== undefined && { status }), ...(run !== undefined && { runId: run }) };
    return done(await listOrders(features, { ...filter, limit }));
  },
});

type OrderFilter = Parameters<McpFeatures["orders"]["list"]>[0];

/** The newest orders as rows. */
export async function listOrders(
  { orders }: Pick<McpFeatures, "orders">,
  filter: OrderFilter & { readonly limit: number },
): Promise<ToolData> {
  const rows: ToolData[] = [];
  for await (const order of orders.list({ ...filter, limit: filter.limit + 1 })) rows.push(orderRow(order));
  return { orders: rows.slice(0, filter.limit), more: rows.length > filter.limit };
}

const getOrderTool = defineMcpTool({
  name: "get_order",
  title: "Get one order",
  description: "Show one order: lines, address, status, its history and its stock movements.",
  effect: "read",
  input: z.strictObject({ order_id: orderIdRule }),
  output: orderOutput,
  run: async ({ order_id }, features) => done(await orderDetail(features, order_id)),
});

/** One order with what happened to it. @throws WarehouseError `not_found` */
export async function orderDetail(features: McpFeatures, id: string): Promise<ToolData> {
  const order = await requireOrder(features, id);
  const movements: ToolData[] = [];
  for await (const entry of features.inventory.ledger({ orderId: String(order._id) }))
    movements.push(movementData(entry));
  return { ...orderData(order), history: historyData(order), movements };
}

const auditTool = defineMcpTool({
  name: "audit",
  title: "Audit the books",
  description: "Check that stock, ledger, orders and runs agree (invariants I1 to I7). Changes nothing.",
  effect: "read",
  input: z.strictObject({}),
  output: z.looseObject({ ok: z.boolean(), invariants: z.array(z.looseObject({ id: z.string(), ok: z.boolean() })) }),
  run: async (_, { books }) => {
    const { ok, invariants } = await books.audit();
    return done({ ok, invariants });
  },
});

export const readTools = [checkStockTool, listProductsTool, listOrdersTool, getOrderTool, auditTool];
