import { ObjectId } from "mongodb";
import type { OrderDoc, OrderLineDoc, OrderStatus } from "../db/collections.js";
import { numberOf } from "../db/numbers.js";
import { summedLines } from "../shared/lines.js";
import { fromCents, totalCents } from "../shared/money.js";
import type { OrderLine, OrderView } from "./model.js";

/** An order as `--json` shows it (`CONTRACT.md`), also one that another program left incomplete. */
export function orderView(order: OrderDoc): OrderView {
  const products = lineDocs(order);
  return {
    order_id: String(order._id),
    key: order.key ?? null,
    status: (textOf(order.status) ?? "unknown") as OrderStatus,
    products,
    address: textOf(order.delivery_address) ?? "",
    total: order.total === undefined ? orderTotal(products) : numberOf(order.total),
    reason: textOf(order.reason),
    shortages: order.shortages ?? [],
    run: order.run_id ?? null,
    created_at: createdAt(order)?.toISOString() ?? null,
  };
}

/**
 * The sum of price times quantity as documents carry it.
 *
 * @returns `null` when any price is unknown, for then there is no honest sum
 */
export function orderTotal(lines: readonly OrderLineDoc[]): number | null {
  const priced = lines.flatMap(({ quantity, unit_price }) =>
    typeof unit_price === "number" ? { quantity, unit_price } : [],
  );
  return priced.length === lines.length ? fromCents(totalCents(priced)) : null;
}

/**
 * The lines of a stored order as stock can be taken for them, repeated products summed.
 *
 * @returns `undefined` for lines that another program left without whole positive quantities
 */
export function orderLines(order: OrderDoc): readonly OrderLine[] | undefined {
  const lines = lineDocs(order);
  if (lines.length === 0 || !lines.every(isWhole)) return undefined;
  return summedLines(lines.map(({ product_id, quantity }) => ({ product_id, quantity })));
}

function isWhole({ quantity }: OrderLineDoc): boolean {
  return Number.isSafeInteger(quantity) && quantity > 0;
}

/** The lines as documents carry them. Other programs have left one bare line instead of a list, no list, and numbers of other types. */
export function lineDocs(order: OrderDoc): OrderLineDoc[] {
  const products: unknown = order.products;
  const lines = Array.isArray(products) ? (products as unknown[]) : [products];
  return lines.filter(isLine).map((line) => ({
    product_id: String(line.product_id),
    quantity: numberOf(line.quantity) ?? Number.NaN,
    unit_price: numberOf(line.unit_price),
  }));
}

function isLine(value: unknown): value is Record<keyof OrderLineDoc, unknown> {
  return typeof value === "object" && value !== null && "product_id" in value;
}

/** What is to be shown as text; `null` where another program left none. */
function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

function createdAt({ _id, created_at }: OrderDoc): Date | undefined {
  if (created_at instanceof Date) return created_at;
  return _id instanceof ObjectId ? _id.getTimestamp() : undefined;
}
