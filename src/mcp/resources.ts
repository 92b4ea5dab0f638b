import { type McpServer, ResourceTemplate } from "@modelcontextprotocol/sdk/server/mcp.js";
import type { ReadResourceResult } from "@modelcontextprotocol/sdk/types.js";
import { WarehouseError } from "../shared/errors.js";
import { requireProduct } from "./find.js";
import { listOrders, listProducts, orderDetail } from "./read-tools.js";
import type { McpFeatures, ToolData } from "./tool.js";
import { productData } from "./views.js";

const mimeType = "application/json";
const listedProducts = 1_000;
const listedOrders = 100;
const completions = 100;

/** Products and orders as JSON that a client can attach: two lists, and one template for each. */
export function registerResources(server: McpServer, features: McpFeatures): void {
  server.registerResource(
    "products",
    "warehouse://products",
    { title: "Products", description: "The first 1,000 products with what can still be sold of them", mimeType },
    async (uri) => asJson(uri, await listProducts(features, listedProducts)),
  );
  server.registerResource(
    "orders",
    "warehouse://orders",
    { title: "Orders", description: "The newest 100 orders", mimeType },
    async (uri) => asJson(uri, await listOrders(features, { limit: listedOrders })),
  );
  registerProduct(server, features);
  registerOrder(server, features);
}

function registerProduct(server: McpServer, features: McpFeatures): void {
  const complete = { product_id: (start: string) => productIds(features, start) };
  server.registerResource(
    "product",
    new ResourceTemplate("warehouse://products/{product_id}", { list: undefined, complete }),
    { title: "One product", description: "Name, price and what can still be sold", mimeType },
    async (uri, { product_id }) => asJson(uri, productData(await requireProduct(features, idOf(product_id)))),
  );
}

function registerOrder(server: McpServer, features: McpFeatures): void {
  const complete = { order_id: (start: string) => orderIds(features, start) };
  server.registerResource(
    "order",
    new ResourceTemplate("warehouse://orders/{order_id}", { list: undefined, complete }),
    { title: "One order", description: "Lines, address, status, history and stock movements", mimeType },
    async (uri, { order_id }) => asJson(uri, await orderDetail(features, idOf(order_id))),
  );
}

function asJson({ href }: URL, data: ToolData): ReadResourceResult {
  return { contents: [{ uri: href, mimeType, text: JSON.stringify(data) }] };
}

/** An id as it stands percent-encoded in a URI. */
function idOf(value: string | string[] | undefined): string {
  const text = Array.isArray(value) ? value.join(",") : (value ?? "");
  if (/%(?![0-9a-f]{2})/i.test(text) || text === "") {
    throw new WarehouseError("not_found", `There is nothing at ${text}: percent-encode ids in a URI`);
  }
  return decodeURIComponent(text);
}

async function productIds({ inventory }: McpFeatures, start: string): Promise<string[]> {
  const ids = await inventory.someProductIds(listedProducts);
  return ids.filter((id) => id.startsWith(start)).slice(0, completions);
}

async function orderIds({ orders }: McpFeatures, start: string): Promise<string[]> {
  const ids: string[] = [];
  for await (const { _id } of orders.list({ limit: listedOrders })) ids.push(String(_id));
  return ids.filter((id) => id.startsWith(start));
}
