import { createHash } from "node:crypto";
import type { RunDesk } from "../../src/graph/drive.js";
import type { ProcessSource } from "../../src/graph/run.js";
import type { CheckedOrder } from "../../src/order/load/open.js";
import { contentHash } from "../../src/order/model.js";
import { systemClock } from "../../src/shared/clock.js";
import { type Line, lines, type Shop } from "./shop.js";

/** An order of a file as tests write it. */
export interface FileOrder {
  readonly lines: readonly Line[];
  readonly address?: string;
  readonly order_id?: string;
}

/** What the loader makes of a file with these orders. */
export function sourceOf(orders: readonly FileOrder[], names: readonly string[] = ["orders.json"]): ProcessSource {
  const sha256 = createHash("sha256").update(JSON.stringify(orders)).digest("hex");
  const checked = orders.map((order, index) => checkedOrder(order, index, sha256));
  return {
    names,
    count: orders.length,
    invalidCount: 0,
    hasOrderIds: orders.some(({ order_id }) => order_id !== undefined),
    // eslint-disable-next-line @typescript-eslint/require-await -- a source that has everything at hand
    orders: async function* () {
      yield checked;
    },
  };
}

function checkedOrder(
  { lines: pairs, address = "123 Main St", order_id }: FileOrder,
  index: number,
  sha256: string,
): CheckedOrder {
  const content = lines(...pairs);
  return {
    index,
    key: order_id ?? `${sha256}:${index}`,
    ...(order_id !== undefined && { order_id }),
    lines: content,
    address,
    content_hash: contentHash(content, address),
  };
}

/** What a run needs of a shop. */
export function deskOf({ inventory, orders, books }: Shop): RunDesk {
  return { inventory, orders, books, clock: systemClock };
}

/** The notebook's two orders. */
export const notebookOrders: readonly FileOrder[] = [
  {
    lines: [
      ["prod1", 2],
      ["prod2", 1],
    ],
    address: "123 Main St",
  },
  { lines: [["prod3", 3]], address: "456 Elm St" },
];
