import type { OrderStatus } from "../../db/collections.js";
import type { Look } from "./look.js";

/** A status in its colour; the word says the same without it. */
export function paintStatus(status: OrderStatus, { paint }: Look): string {
  switch (status) {
    case "pending":
      return paint.warn(status);
    case "in_transit":
    case "delivered":
      return paint.good(status);
    case "cancelled":
      return paint.bad(status);
  }
}
