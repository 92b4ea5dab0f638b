import { z } from "zod";
import type { OrderDoc } from "../db/collections.js";
import type { LedgerEntry, ProductStock } from "../inventory/model.js";
import { orderView } from "../order/view.js";
import type { ToolData } from "./tool.js";

/** So many lines of one order or movement are shown; the rest is counted. */
const shownLines = 200;

/** What clients may rely on; other programs' documents may hold anything in the fields beside it. */
export const productOutput = z.looseObject({
  product_id: z.string(),
  name: z.string(),
  price: z.number().nullable(),
  quantity: z.number().describe("What can still be sold"),
});

export const orderOutput = z.looseObject({ order_id: z.string(), key: z.string().nullable(), status: z.string() });

export function productData({ product_id, name, price, quantity }: ProductStock): ToolData {
  return { product_id, name, price, quantity };
}

/** One order as `warehouse order --json` shows it, long ones cut. */
export function orderData(order: OrderDoc): ToolData {
  const { products, ...facts } = orderView(order);
  return { ...facts, ...capped("products", products) };
}

/** One order as a row of a list. */
export function orderRow(order: OrderDoc): ToolData {
  const { order_id, key, status, products, total, reason, run, created_at } = orderView(order);
  return { order_id, key, status, lines: products.length, total, reason, run, created_at };
}

export function historyData({ history = [] }: OrderDoc): ToolData[] {
  return history.map(({ status, at, by, run_id }) => ({ status, at: at.toISOString(), by, run: run_id ?? null }));
}

export function movementData({ _id, kind, at, lines, reason, by }: LedgerEntry): ToolData {
  return { movement_id: _id, kind, at: at.toISOString(), ...capped("lines", lines), reason: reason ?? null, by };
}

function capped(name: string, rows: readonly unknown[]): ToolData {
  const more = rows.length - shownLines;
  return { [name]: rows.slice(0, shownLines), ...(more > 0 && { [`${name}_omitted`]: more }) };
}
