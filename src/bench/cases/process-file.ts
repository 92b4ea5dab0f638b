import { Readable } from "node:stream";
import { createBooks } from "../../books/books.js";
import type { Database } from "../../db/database.js";
import type { RunReport } from "../../graph/report.js";
import { processOrders, type ProcessSettings } from "../../graph/run.js";
import { createInventory } from "../../inventory/repository.js";
import { openOrderSource } from "../../order/load/open.js";
import { createOrders } from "../../order/repository.js";
import { systemClock as clock } from "../../shared/clock.js";
import { benchProducts } from "../samples.js";

export interface Processed {
  /** Reading and checking included. */
  readonly elapsedMs: number;
  readonly report: RunReport;
}

/**
 * Takes a file through the graph as `process` does.
 * @returns milliseconds
 * @throws Error when an order was not shipped, since the figure would mean nothing
 */
export async function processFile(database: Database, path: string): Promise<number> {
  return (await processFileWith(database, path, {})).elapsedMs;
}

/** The same as one likes, with the report. */
export async function processFileWith(database: Database, path: string, settings: ProcessSettings): Promise<Processed> {
  const inventory = createInventory(database, clock);
  await inventory.seedProducts(benchProducts(), { by: "bench" });
  const desk = { inventory, orders: createOrders(database, clock), books: createBooks(database, clock), clock };
  const start = clock.elapsedMs();
  const source = await openOrderSource([path], { stdin: Readable.from([]), skipInvalid: false });
  try {
    const { report } = await processOrders(desk, source, settings);
    if (report.totals.in_transit !== source.count) throw new Error("The bench could not ship all of its orders");
    return { elapsedMs: clock.elapsedMs() - start, report };
  } finally {
    await source.close();
  }
}
