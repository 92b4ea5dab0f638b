import { Readable } from "node:stream";
import { createBooks } from "../../books/books.js";
import type { Database } from "../../db/database.js";
import { processOrders } from "../../graph/run.js";
import { createInventory } from "../../inventory/repository.js";
import { openOrderSource } from "../../order/load/open.js";
import { createOrders } from "../../order/repository.js";
import { systemClock as clock } from "../../shared/clock.js";
import { benchProducts } from "../samples.js";

/**
 * Takes a file through the graph as `process` does, reading and checking included.
 * @returns milliseconds
 * @throws Error when an order was not shipped, since the figure would mean nothing
 */
export async function processFile(database: Database, path: string): Promise<number> {
  const inventory = createInventory(database, clock);
  await inventory.seedProducts(benchProducts(), { by: "bench" });
  const desk = { inventory, orders: createOrders(database, clock), books: createBooks(database, clock), clock };
  const start = clock.elapsedMs();
  const source = await openOrderSource([path], { stdin: Readable.from([]), skipInvalid: false });
  try {
    const { totals } = (await processOrders(desk, source)).report;
    if (totals.in_transit !== source.count) throw new Error("The bench could not ship all of its orders");
    return clock.elapsedMs() - start;
  } finally {
    await source.close();
  }
}
