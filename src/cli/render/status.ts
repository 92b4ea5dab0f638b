import type { OrderStatus } from "../../db/collections.js";
import type { Look } from "./look.js";
import { visible } from "./visible.js";

/** A status in its colour; the word says the same without it. Another program may have left a status that is none of ours. */
export function paintStatus(status: OrderStatus, { paint }: Look): string {
  switch (status) {
    case "pending":
      return paint.warn(status);
    case "in_transit":
    case "delivered":
      return paint.good(status);
    case "cancelled":
      return paint.bad(status);
    default:
      return paint.warn(visible(status satisfies never));
  }
}
