import type { OrderDoc } from "../db/collections.js";
import type { ProductStock } from "../inventory/model.js";
import { WarehouseError } from "../shared/errors.js";
import type { McpFeatures } from "./tool.js";

/** @throws WarehouseError `not_found` */
export async function requireOrder({ orders }: Pick<McpFeatures, "orders">, id: string): Promise<OrderDoc> {
  const order = await orders.find(id);
  if (order !== undefined) return order;
  throw new WarehouseError("not_found", `There is no order ${id}`, {
    details: { order_id: id, fix: "list_orders shows the orders that are there" },
  });
}

/** @throws WarehouseError `not_found` */
export async function requireProduct({ inventory }: Pick<McpFeatures, "inventory">, id: string): Promise<ProductStock> {
  const product = (await inventory.products([id])).get(id);
  if (product !== undefined) return product;
  throw new WarehouseError("not_found", `There is no product ${id}`, {
    details: { product_id: id, fix: "list_products shows the products that are there" },
  });
}
