import { watchChanges } from "../../db/changes.js";
import type { OrderFilter, Orders } from "../../order/model.js";
import { orderView } from "../../order/view.js";
import type { App } from "../app.js";
import { roomFor } from "../render/live.js";
import { type LiveOrders, liveOrderLines } from "../render/live-orders.js";
import type { LiveView } from "./live-view.js";
import { paceOf } from "./pace.js";

/** The newest orders that fit the filter, as they come and change. */
export async function openOrdersView(app: App, filter: OrderFilter): Promise<LiveView<LiveOrders>> {
  const { database, orders } = await app.desk();
  const changes = watchChanges(database, ["orders"]);
  return {
    changes,
    read: (rows) => readOrders(orders, filter, roomFor(rows)),
    frame: (data, size, look) =>
      liveOrderLines(data, { ...size, place: app.location ?? "", pace: paceOf(changes) }, look),
  };
}

async function readOrders(orders: Orders, filter: OrderFilter, room: number): Promise<LiveOrders> {
  const { status, runId, limit = Infinity } = filter;
  const shown = [];
  for await (const order of orders.list({ ...filter, limit: Math.min(limit, room) })) shown.push(orderView(order));
  const counts = await orders.countByStatus(runId === undefined ? {} : { runId });
  const total = status === undefined ? sumOf(counts) : (counts.get(status) ?? 0);
  return { orders: shown, counts, total: Math.max(shown.length, Math.min(limit, total)) };
}

function sumOf(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((sum, orders) => sum + orders, 0);
}
