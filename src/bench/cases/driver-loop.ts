import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { type ClientSession, ObjectId } from "mongodb";
import type { Database } from "../../db/database.js";
import type { OrderLine } from "../../order/model.js";
import { createInventory } from "../../inventory/repository.js";
import { systemClock as clock } from "../../shared/clock.js";
import { benchProducts } from "../samples.js";

const concurrency = 32;

interface FileOrder {
  readonly products: readonly OrderLine[];
  readonly address: string;
}

/**
 * What one would write by hand: a transaction an order, so many at a time, which records it, takes the units under a
 * guard, enters the movement and sets the status.
 * @param count of the file's orders
 * @returns milliseconds
 */
export async function driverLoop(database: Database, path: string, count: number): Promise<number> {
  await createInventory(database, clock).seedProducts(benchProducts(), { by: "bench" });
  const orders = await readOrders(path, count);
  const start = clock.elapsedMs();
  const queue = orders.entries();
  const worker = async (): Promise<void> => {
    for (const [index, order] of queue) {
      await database.client.withSession((session) =>
        session.withTransaction(() => placeOrder(database, session, `bench/${index}`, order)),
      );
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return clock.elapsedMs() - start;
}

async function readOrders(path: string, count: number): Promise<FileOrder[]> {
  const orders: FileOrder[] = [];
  const input = createReadStream(path);
  for await (const line of createInterface({ input })) {
    orders.push(JSON.parse(line) as FileOrder);
    if (orders.length === count) break;
  }
  input.destroy();
  return orders;
}

async function placeOrder(
  { collections: { orders, products, movements } }: Database,
  session: ClientSession,
  key: string,
  order: FileOrder,
): Promise<void> {
  const _id = new ObjectId();
  const at = new Date();
  const lines = [...order.products];
  await orders.insertOne(
    { _id, key, products: lines, delivery_address: order.address, status: "pending", created_at: at },
    { session },
  );
  for (const { product_id, quantity } of lines) {
    const filter = { _id: product_id, quantity: { $gte: quantity } };
    const { matchedCount } = await products.updateOne(filter, { $inc: { quantity: -quantity } }, { session });
    if (matchedCount === 0) throw new Error(`There is not enough of ${product_id}`);
  }
  const taken = lines.map(({ product_id, quantity }) => ({ product_id, delta: -quantity }));
  const movement = { _id: `${String(_id)}/allocation`, kind: "allocation" as const, lines: taken, at, by: "bench" };
  await movements.insertOne({ ...movement, order_id: _id }, { session });
  await orders.updateOne({ _id, status: "pending" }, { $set: { status: "in_transit" } }, { session });
}
