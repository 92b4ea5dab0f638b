import { Command } from "commander";
import type { App } from "../app.js";
import { examples } from "../options.js";
import { movementView } from "../render/ledger.js";
import { historyView, type OrderDetail, renderOrder } from "../render/order.js";
import { requireOrders } from "./required.js";

export function orderCommand(app: App): Command {
  return new Command("order")
    .description("Show one order with its history and its stock movements")
    .argument("<id>", "the order's id, or its order_id from the file")
    .addHelpText("before", examples("warehouse order 677b8a9ff033af3a53c9a75a"))
    .action(async (id: string) => {
      const order = await readOrder(app, id);
      await app.print(order, renderOrder);
      if (order.status === "in_transit") await app.suggest(["deliver", id], ["cancel", id]);
      else await app.suggest(["orders"]);
    });
}

async function readOrder(app: App, id: string): Promise<OrderDetail> {
  const [{ orders, inventory }, { orderView }] = await Promise.all([app.desk(), import("../../order/view.js")]);
  const [order] = await requireOrders(orders, [id]);
  if (order === undefined) throw new Error("An order that was required is missing");
  const movements = [];
  for await (const entry of inventory.ledger({ orderId: String(order._id) })) movements.push(movementView(entry));
  return { ...orderView(order), history: historyView(order), movements };
}
