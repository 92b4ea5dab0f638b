import type { AnyBulkWriteOperation, ClientSession } from "mongodb";
import type { Actor, MovementDoc, ProductDoc } from "../db/collections.js";
import type { StockContext } from "./allocate.js";
import type { ProductSeed, ProductStock, StockChange } from "./model.js";
import { movementDoc, movementIds } from "./movements.js";
import { missingOpenings, readProducts } from "./stock.js";

const perTransaction = 500;

/** Puts products at exactly their stated name, price and stock, a few hundred per transaction. */
export async function seedAll(
  context: StockContext,
  seeds: readonly ProductSeed[],
  actor: Actor,
): Promise<StockChange[]> {
  const changes: StockChange[] = [];
  for (let start = 0; start < seeds.length; start += perTransaction) {
    const some = seeds.slice(start, start + perTransaction);
    changes.push(...(await context.database.transaction((session) => seedSome(context, some, actor, session))));
    for (const { _id } of some) context.opened.add(_id);
  }
  return changes;
}

async function seedSome(
  { database: { collections }, clock }: StockContext,
  seeds: readonly ProductSeed[],
  actor: Actor,
  session: ClientSession,
): Promise<StockChange[]> {
  const at = clock.now();
  const existing = await readProducts(
    collections,
    seeds.map(({ _id }) => _id),
    session,
  );
  const before = seeds.map(({ _id }) => ({ product_id: _id, quantity: existing.get(_id)?.quantity ?? 0 }));
  const openings = await missingOpenings({ collections, opened: new Set(), at, actor }, before, session);
  const openingOf = new Map(openings.map((opening) => [opening._id, opening]));
  const movements = seeds.flatMap((seed) =>
    seedMovements(seed, existing.get(seed._id), openingOf.get(movementIds.opening(seed._id)), { at, actor }),
  );
  const writes = seeds.flatMap((seed) => productWrite(seed, existing.get(seed._id)));
  if (writes.length > 0) await collections.products.bulkWrite(writes, { session });
  if (movements.length > 0) await collections.movements.insertMany(movements, { session });
  return seeds.map(({ _id, quantity }, index) => ({
    product_id: _id,
    before: before[index]?.quantity ?? 0,
    after: quantity,
  }));
}

/** A product that seed creates is opened by the seed itself; any other keeps its opening, and the difference is the seed. */
function seedMovements(
  seed: ProductSeed,
  existing: ProductStock | undefined,
  opening: MovementDoc | undefined,
  when: { readonly at: Date; readonly actor: Actor },
): MovementDoc[] {
  const delta = seed.quantity - (existing?.quantity ?? 0);
  const lines = [{ product_id: seed._id, delta }];
  if (existing === undefined && opening !== undefined) {
    return [movementDoc({ id: opening._id, kind: "seed", lines, ...when })];
  }
  const openings = opening === undefined ? [] : [opening];
  if (delta === 0) return openings;
  return [...openings, movementDoc({ id: movementIds.seed(seed._id), kind: "seed", lines, ...when })];
}

/** The transaction's snapshot guards it: a product that someone changes meanwhile makes it start anew. */
function productWrite(seed: ProductSeed, existing: ProductStock | undefined): AnyBulkWriteOperation<ProductDoc>[] {
  const { _id, name, price, quantity } = seed;
  if (existing === undefined) return [{ insertOne: { document: { _id, name, price, quantity } } }];
  const same = existing.name === name && existing.price === price && existing.quantity === quantity;
  return same ? [] : [{ updateOne: { filter: { _id }, update: { $set: { name, price, quantity } } } }];
}
