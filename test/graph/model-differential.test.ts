import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Engine, startEngine } from "../../src/engine/index.js";
import { processOrders, type ProcessSettings } from "../../src/graph/run.js";
import { systemClock } from "../../src/shared/clock.js";
import { runWithModel } from "../support/model-runs.js";
import { randomModel } from "../support/random-model.js";
import { deskOf, type FileOrder, sourceOf } from "../support/runs.js";
import { actor, auditOf, openShop, type Shop } from "../support/shop.js";

let engine: Engine;
let byRules: Shop;
let byModel: Shop;

/** In memory: it is many runs, and what a disk adds is not what they are about. */
beforeAll(async () => {
  engine = await startEngine();
  const uri = process.env["MONGODB_URI"] ?? engine.uri;
  byRules = await openShop(systemClock, uri);
  byModel = await openShop(systemClock, uri);
});

afterAll(async () => {
  await byRules.close();
  await byModel.close();
  await engine.close();
});

/** More by hand: `RANDOM_RUNS=1000`. */
const numRuns = Number(process.env["RANDOM_RUNS"] ?? 8);

const productIds = ["prod1", "prod2", "prod3"] as const;
const line = fc.tuple(fc.constantFrom(...productIds, "prod9"), fc.integer({ min: 1, max: 5 }));
const order: fc.Arbitrary<FileOrder> = fc.record({
  lines: fc.uniqueArray(line, { minLength: 1, maxLength: 3, selector: ([productId]) => productId }),
  address: fc.constantFrom("1 First St", "2 Second St"),
});
const orderBook = fc.array(order, { minLength: 1, maxLength: 12 });
const stock = fc.tuple(...productIds.map(() => fc.integer({ min: 0, max: 15 })));
const limits = fc.oneof(
  { weight: 4, arbitrary: fc.constant({}) },
  fc.record({ maxSteps: fc.integer({ min: 1, max: 20 }) }),
  fc.record({ maxTokens: fc.integer({ min: 1, max: 2_000 }) }),
);
const settings: fc.Arbitrary<ProcessSettings> = fc.record({
  batchSize: fc.integer({ min: 1, max: 6 }),
  concurrency: fc.integer({ min: 1, max: 3 }),
  limits,
});
/** What a model draws from, over and over. */
const dice = fc.array(fc.nat({ max: 9_999 }), { minLength: 40, maxLength: 200 });

/** All of a database that must be the same whoever planned. */
async function endOf({ database }: Shop) {
  const { products, orders, movements } = database.collections;
  const found = await orders.find().toArray();
  const keyOf = new Map(found.map(({ _id, key }) => [String(_id), key]));
  const ledger = new Map<string, number>();
  for (const { order_id, lines } of await movements.find().toArray()) {
    for (const { product_id, delta } of lines) {
      const name = `${keyOf.get(String(order_id)) ?? ""} ${product_id}`;
      ledger.set(name, (ledger.get(name) ?? 0) + delta);
    }
  }
  const ends = found.map(({ key, status, reason, shortages, products: lines, delivery_address, total, history }) => {
    const moves = history?.map((row) => row.status);
    return { key, status, reason, shortages, lines, delivery_address, total, moves };
  });
  const byKey = ends.sort((left, right) => ((left.key ?? "") < (right.key ?? "") ? -1 : 1));
  const stocked = await products.find().sort({ _id: 1 }).toArray();
  return { orders: byKey, products: stocked, ledger: [...ledger].filter(([, units]) => units !== 0).sort() };
}

async function restock(shop: Shop, quantities: readonly number[]): Promise<void> {
  await shop.inventory.reset();
  const seeds = productIds.map((_id, index) => ({
    _id,
    name: "Laptop",
    price: 1.25,
    quantity: quantities[index] ?? 0,
  }));
  await shop.inventory.seedProducts(seeds, actor);
}

describe("any model", () => {
  it(
    "leaves the database as the rules do",
    async () => {
      await fc.assert(
        fc.asyncProperty(orderBook, stock, settings, dice, async (orders, quantities, how, throws) => {
          await restock(byRules, quantities);
          await restock(byModel, quantities);
          await processOrders(deskOf(byRules), sourceOf(orders));
          let next = 0;
          const model = randomModel((below) => (throws[next++ % throws.length] ?? 0) % below);
          const { outcome } = await runWithModel(byModel, orders, model, how);
          expect(await endOf(byModel)).toEqual(await endOf(byRules));
          expect(await auditOf(byModel)).toEqual({});
          const { totals, usage } = outcome.report;
          const run = await byModel.books.runs.find(outcome.report.run ?? "");
          expect(run).toMatchObject({ status: "completed", totals, usage });
          expect(totals.in_transit + totals.cancelled).toBe(orders.length);
        }),
        { numRuns },
      );
    },
    numRuns * 10_000,
  );
});
