import type { OrderView } from "../../order/model.js";
import { money } from "./format.js";
import type { Look } from "./look.js";
import { linesText } from "./order-block.js";
import { reasonWords } from "./reason.js";
import { paintStatus } from "./status.js";
import { type Column, idWidth } from "./table.js";
import { visible, visibleStart } from "./visible.js";

/** The columns of `warehouse orders`. */
export function orderColumns(look: Look): readonly Column<OrderView>[] {
  return [
    { header: "Order", cell: ({ order_id }) => visible(order_id), wrapsTo: idWidth },
    { header: "Status", cell: ({ status }) => paintStatus(status, look), optional: true },
    { header: "Total", cell: ({ total }) => money(total), align: "right", optional: true },
    { header: "Products", cell: ({ products }) => linesText(products), wrapsTo: 8, optional: true },
    { header: "Address", cell: ({ address }) => visibleStart(address, 60), wrapsTo: 12, optional: true },
    { header: "Reason", cell: ({ reason }) => visible(reasonWords(reason ?? "")), wrapsTo: 8, optional: true },
    { header: "Created", cell: ({ created_at }) => timeOf(created_at, look), optional: true },
  ];
}

function timeOf(at: string | null, look: Look): string {
  return at === null ? "-" : look.time(new Date(at));
}
