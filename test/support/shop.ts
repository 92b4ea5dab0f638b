import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AuditReport, InvariantId } from "../../src/books/model.js";
import { type Desk, openDesk } from "../../src/cli/desk.js";
import type { Actor, OrderDoc, OrderId } from "../../src/db/collections.js";
import type { ProductSeed } from "../../src/inventory/model.js";
import { contentHash, type OrderDraft, type OrderLine } from "../../src/order/model.js";
import { type Clock, systemClock } from "../../src/shared/clock.js";

export const actor: Actor = { by: "test" };

/** The notebook's three products. */
export const sampleProducts: readonly ProductSeed[] = [
  { _id: "prod1", name: "Laptop", price: 999.99, quantity: 10 },
  { _id: "prod2", name: "Smartphone", price: 599.99, quantity: 15 },
  { _id: "prod3", name: "Headphones", price: 99.99, quantity: 30 },
];

/** A line as tests write it. */
export type Line = readonly [productId: string, quantity: number];

/** Per broken invariant, the ids named. */
export type Breaches = Partial<Record<InvariantId, string[]>>;

/** The features over a database of their own: embedded, or a scratch one at `MONGODB_URI`. */
export interface Shop extends Desk {
  /** Drops the database. */
  close(): Promise<void>;
}

/** @param at a server of the test's own, instead of those */
export async function openShop(clock: Clock = systemClock, at?: string): Promise<Shop> {
  const uri = at ?? process.env["MONGODB_URI"];
  const dataDir = await mkdtemp(join(tmpdir(), "warehouse-shop-"));
  const dbName = `test_${randomUUID().slice(0, 8)}`;
  const desk = await openDesk({ dbName, dataDir, ...(uri !== undefined && { uri }) }, clock);
  return {
    ...desk,
    async close() {
      await desk.database.db.dropDatabase();
      await desk.database.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

export function lines(...pairs: Line[]): OrderLine[] {
  return pairs.map(([product_id, quantity]) => ({ product_id, quantity }));
}

/** A checked order with a key of its own. */
export function aDraft(pairs: readonly Line[] = [["prod1", 2]], key: string = randomUUID()): OrderDraft {
  const address = "123 Main St";
  return { key, lines: lines(...pairs), address, content_hash: contentHash(lines(...pairs), address) };
}

/** Records one pending order per list of lines. */
export async function place({ orders, inventory }: Shop, ...lists: Line[][]): Promise<OrderDoc[]> {
  const ids = lists.flat().map(([productId]) => productId);
  const products = await inventory.products(ids);
  const prices = new Map([...products].map(([id, { price }]) => [id, price]));
  const results = await orders.create(
    lists.map((list) => aDraft(list)),
    { prices, actor },
  );
  return results.map(({ order }) => order);
}

export function requestOf(order: OrderDoc): { order_id: OrderId; lines: OrderLine[] } {
  return { order_id: order._id, lines: order.products };
}

/** Takes the units of recorded orders; the kinds of the results. */
export async function allocate({ inventory }: Shop, ...orders: OrderDoc[]): Promise<string[]> {
  const results = await inventory.allocate(orders.map(requestOf), { actor });
  return results.map(({ kind }) => kind);
}

/** An order that is in transit with its units taken. */
export async function placeShipped(shop: Shop, ...list: Line[]): Promise<OrderDoc> {
  const [order] = await place(shop, list);
  if (order === undefined) throw new Error("No order was placed");
  await allocate(shop, order);
  await shop.books.ship([order._id], { actor });
  return order;
}

/** Quantities by product. */
export async function stockOf({ inventory }: Shop): Promise<Record<string, number>> {
  const levels = await inventory.stockLevels();
  return Object.fromEntries(levels.map(({ product_id, quantity }) => [product_id, quantity]));
}

export function breachesOf({ invariants }: AuditReport): Breaches {
  const broken = invariants.filter(({ ok }) => !ok);
  return Object.fromEntries(broken.map(({ id, broken: found }) => [id, found.map((breach) => breach.id)]));
}

/** What the audit finds broken: `{}` when the books hold. */
export async function auditOf({ books }: Shop): Promise<Breaches> {
  return breachesOf(await books.audit());
}
