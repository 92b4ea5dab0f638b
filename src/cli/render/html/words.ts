import type { OrderStatus, RunStatus } from "../../../db/collections.js";
import type { ReportProduct } from "../../../graph/report.js";
import { moment } from "../format.js";
import { type Html, html } from "./html.js";

/** A status in words, as a page shows it. */
export const statusWords: Readonly<Record<OrderStatus, string>> = {
  pending: "Pending",
  in_transit: "In transit",
  delivered: "Delivered",
  cancelled: "Cancelled",
};

export const runWords: Readonly<Record<RunStatus, string>> = {
  completed: "Completed",
  running: "Running",
  stopped: "Killed",
  interrupted: "Interrupted",
  failed: "Failed",
};

/** Products' names by id, as far as they are known. */
export type ProductNames = ReadonlyMap<string, string>;

export function namesOf(products: readonly Pick<ReportProduct, "product_id" | "name">[]): ProductNames {
  return new Map(products.map(({ product_id, name }) => [product_id, name]));
}

/** A product by its name, with its id where that is another. */
export function productTag(productId: string, names: ProductNames): Html {
  const name = names.get(productId);
  if (name === undefined || name === productId) return html`<bdi>${productId}</bdi>`;
  return html`<bdi>${name}</bdi>&nbsp;<bdi class="id">${productId}</bdi>`;
}

/** A status as a label: its word, in its colour. Another program may have left a status that is none of ours. */
export function statusLabel(status: OrderStatus): Html {
  const known = Object.hasOwn(statusWords, status);
  return html`<span class="label ${known ? status : "pending"}">${known ? statusWords[status] : status}</span>`;
}

export function timeTag(at: Date): Html {
  return html`<time datetime="${at.toISOString()}">${moment(at)}</time>`;
}
