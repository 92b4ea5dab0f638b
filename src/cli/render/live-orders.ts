import { orderStatuses } from "../../delivery/model.js";
import type { OrderView } from "../../order/model.js";
import { count, counted } from "./format.js";
import { liveLines } from "./live.js";
import type { LiveRoom } from "./live-stock.js";
import type { Look } from "./look.js";
import { orderColumns } from "./orders.js";
import { visible } from "./visible.js";

/** What `orders --watch` shows. */
export interface LiveOrders {
  readonly orders: readonly OrderView[];
  /** By status, of all orders or of one run's. */
  readonly counts: ReadonlyMap<string, number>;
  /** All orders there are to show. */
  readonly total: number;
}

export function liveOrderLines({ orders, counts, total }: LiveOrders, room: LiveRoom, look: Look): string[] {
  const omitted = total - orders.length;
  return liveLines(
    {
      ...room,
      title: "Orders",
      facts: factsOf(counts),
      columns: orderColumns(look),
      rows: orders,
      empty: "No orders.",
      omitted: omitted > 0 ? `… and ${counted(omitted, "older order")}` : "",
    },
    room,
    look,
  );
}

/** Every status, so that the line stands still, then what other programs have. */
function factsOf(counts: ReadonlyMap<string, number>): string {
  const known = orderStatuses.map((status) => [status, counts.get(status) ?? 0] as const);
  const others = [...counts].filter(([status]) => !orderStatuses.some((known) => known === status));
  return [...known, ...others]
    .map(([status, orders]) => `${count(orders)} ${visible(status.replace("_", " "))}`)
    .join("  ");
}
