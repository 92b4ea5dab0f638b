import type { Database } from "../db/database.js";
import type { Clock } from "../shared/clock.js";
import { allocateBatch, type StockContext } from "./allocate.js";
import { decideCheck } from "./allocation.js";
import { adjustUnits, receiveUnits } from "./changes.js";
import { readLedger } from "./ledger.js";
import { readStockLevels } from "./levels.js";
import type { Inventory, StockCheck, StockRequest } from "./model.js";
import { readRecent } from "./recent.js";
import { seedAll } from "./seed.js";
import { readStockAround } from "./stock-around.js";
import { quantitiesOf, readProducts } from "./stock.js";

/** The inventory over one database. */
export function createInventory(database: Database, clock: Clock): Inventory {
  const { collections } = database;
  const context: StockContext = { database, clock, opened: new Set() };
  return {
    products: (productIds) => readProducts(collections, productIds),
    someProductIds: (limit) => someProductIds(database, limit),
    stockLevels: (productIds) => readStockLevels(collections, productIds),
    stockAround: (productIds, period) => readStockAround(database, productIds, period),
    countProducts: () => collections.products.estimatedDocumentCount(),
    recentMovements: (productIds, limit) => readRecent(collections, productIds, limit),
    checkStock: (requests) => checkStock(database, requests),
    allocate: (requests, options) => allocateBatch(context, requests, options),
    receive: (productId, units, actor) => receiveUnits(context, productId, units, actor),
    adjust: (productId, delta, reason, actor) => adjustUnits(context, { productId, delta, reason, actor }),
    seedProducts: (products, actor) => seedAll(context, products, actor),
    reset: () => reset(context),
    ledger: (filter = {}) => readLedger(collections, filter),
  };
}

async function someProductIds({ collections: { products } }: Database, limit: number): Promise<string[]> {
  const docs = await products
    .find({}, { projection: { _id: 1 } })
    .sort({ _id: 1 })
    .limit(limit)
    .toArray();
  return docs.map(({ _id }) => _id);
}

async function checkStock({ collections }: Database, requests: readonly StockRequest[]): Promise<StockCheck> {
  const productIds = new Set(requests.flatMap(({ lines }) => lines.map(({ product_id }) => product_id)));
  const products = await readProducts(collections, [...productIds]);
  const stock = quantitiesOf(products);
  return { results: decideCheck(requests, stock), products };
}

/** Orders first and the ledger last, so that a reset that is cut short shows in the audit until it is repeated. */
async function reset({ database: { collections }, opened }: StockContext): Promise<void> {
  const { orders, products, runs, movements } = collections;
  for (const collection of [orders, products, runs, movements]) await collection.deleteMany({});
  opened.clear();
}
