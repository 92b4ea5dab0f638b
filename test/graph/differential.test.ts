import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Engine, startEngine } from "../../src/engine/index.js";
import { processOrders } from "../../src/graph/run.js";
import type { RunReport } from "../../src/graph/report.js";
import { systemClock } from "../../src/shared/clock.js";
import { randomPlanner } from "../support/rogue-planner.js";
import { deskOf, type FileOrder, sourceOf } from "../support/runs.js";
import { actor, auditOf, openShop, type Shop } from "../support/shop.js";

let engine: Engine;
let shop: Shop;

/** In memory: it is many runs, and what a disk adds is not what they are about. */
beforeAll(async () => {
  engine = await startEngine();
  shop = await openShop(systemClock, process.env["MONGODB_URI"] ?? engine.uri);
});

afterAll(async () => {
  await shop.close();
  await engine.close();
});

/** More by hand: `RANDOM_RUNS=1000`. */
const numRuns = Number(process.env["RANDOM_RUNS"] ?? 10);

const productIds = ["a", "b", "c", "d"] as const;
const line = fc.tuple(fc.constantFrom(...productIds, "unknown"), fc.integer({ min: 1, max: 5 }));
const order: fc.Arbitrary<FileOrder> = fc.record({
  lines: fc.uniqueArray(line, { minLength: 1, maxLength: 3, selector: ([productId]) => productId }),
});
const orderBook = fc.array(order, { minLength: 1, maxLength: 12 });
const stock = fc.tuple(...productIds.map(() => fc.integer({ min: 0, max: 12 })));
/** What a planner draws from, over and over. */
const dice = fc.array(fc.nat({ max: 9_999 }), { minLength: 40, maxLength: 200 });

/** All that must be the same whoever planned. */
function ends({ orders, inventory, totals }: RunReport) {
  const rows = orders?.map(({ index, key, status, products, address, total, reason, shortages }) => {
    return { index, key, status, products, address, total, reason, shortages };
  });
  return { rows, inventory, totals };
}

describe("any planner", () => {
  it(
    "leaves the database as the rules do",
    async () => {
      await fc.assert(
        fc.asyncProperty(orderBook, stock, dice, async (orders, quantities, throws) => {
          await shop.inventory.reset();
          const seeds = productIds.map((_id, index) => ({
            _id,
            name: _id,
            price: 1.25,
            quantity: quantities[index] ?? 0,
          }));
          await shop.inventory.seedProducts(seeds, actor);
          const source = sourceOf(orders);
          const byRules = await processOrders(deskOf(shop), source, { dryRun: true });
          let next = 0;
          const planner = randomPlanner((below) => (throws[next++ % throws.length] ?? 0) % below);
          const rogue = await processOrders(deskOf(shop), source, { planner });
          expect(ends(rogue.report)).toEqual(ends(byRules.report));
          expect(await shop.database.collections.orders.countDocuments()).toBe(orders.length);
          expect(await auditOf(shop)).toEqual({});
        }),
        { numRuns },
      );
    },
    numRuns * 10_000,
  );
});
