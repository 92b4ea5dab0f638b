import type { Database } from "../../db/database.js";
import type { OrderDoc } from "../../db/collections.js";
import { systemClock as clock } from "../../shared/clock.js";

const perInsert = 1_000;

/**
 * Copies the orders of one database into another by nothing but `insertMany`.
 * @returns milliseconds of the inserts alone
 */
export async function bareInsert(from: Database, to: Database): Promise<number> {
  let elapsedMs = 0;
  const insert = async (docs: OrderDoc[]): Promise<void> => {
    const start = clock.elapsedMs();
    await to.collections.orders.insertMany(docs, { ordered: false });
    elapsedMs += clock.elapsedMs() - start;
  };
  let docs: OrderDoc[] = [];
  for await (const doc of from.collections.orders.find({}, { batchSize: perInsert })) {
    docs.push(doc);
    if (docs.length < perInsert) continue;
    await insert(docs);
    docs = [];
  }
  if (docs.length > 0) await insert(docs);
  return elapsedMs;
}
