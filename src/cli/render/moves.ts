import type { OrderStatus } from "../../db/collections.js";
import { count } from "./format.js";
import type { Look } from "./look.js";
import { paintStatus } from "./status.js";
import { type Column, idWidth, renderTable } from "./table.js";
import { visible } from "./visible.js";

/** What `deliver` or `cancel` did to one order. */
export interface MovedOrder {
  readonly order_id: string;
  readonly from: OrderStatus;
  readonly status: OrderStatus;
  /** It had the status before; nothing was changed. */
  readonly already: boolean;
  /** Units that went back to stock. */
  readonly released: readonly { readonly product_id: string; readonly quantity: number }[];
}

export function renderMoves(moves: readonly MovedOrder[], look: Look): string {
  const columns: readonly Column<MovedOrder>[] = [
    { header: "Order", cell: ({ order_id }) => visible(order_id), wrapsTo: idWidth },
    { header: "Status", cell: ({ status }) => paintStatus(status, look) },
    { header: "Note", cell: noteOf, wrapsTo: 12 },
  ];
  return renderTable(columns, moves, look);
}

function noteOf({ already, from, status, released }: MovedOrder): string {
  if (already) return `was ${status} already, nothing changed`;
  const back = released.map(({ product_id, quantity }) => `${count(quantity)} × ${visible(product_id)}`);
  return [`was ${from}`, ...(back.length > 0 ? [`back in stock: ${back.join(", ")}`] : [])].join("; ");
}
