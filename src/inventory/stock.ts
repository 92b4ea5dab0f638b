import type { AnyBulkWriteOperation, ClientSession } from "mongodb";
import type { Actor, Collections, MovementDoc, ProductDoc } from "../db/collections.js";
import { numberOf } from "../db/numbers.js";
import { staleRead } from "../db/transaction.js";
import type { ProductStock } from "./model.js";
import { movementDoc, movementIds } from "./movements.js";

/** Products by id as they are now; unknown ids are absent. */
export async function readProducts(
  { products }: Collections,
  productIds: readonly string[],
  session?: ClientSession,
): Promise<Map<string, ProductStock>> {
  const options = { batchSize: productIds.length + 1, ...(session && { session }) };
  const docs = await products.find({ _id: { $in: [...productIds] } }, options).toArray();
  return new Map(docs.map((doc) => [doc._id, productStock(doc)]));
}

/** What can be sold, by product. */
export function quantitiesOf(products: ReadonlyMap<string, ProductStock>): Map<string, number> {
  return new Map([...products].map(([productId, { quantity }]) => [productId, quantity]));
}

/** A product as other code may rely on it, whatever another program left in the document. */
export function productStock(doc: ProductDoc): ProductStock {
  const { name, price, quantity }: { name?: unknown; price?: unknown; quantity?: unknown } = doc;
  return {
    product_id: doc._id,
    name: typeof name === "string" ? name : doc._id,
    price: numberOf(price),
    quantity: numberOf(quantity) ?? 0,
  };
}

/**
 * Adds (or, negative, takes) units; products that change by the same number of units are one statement, since a
 * batch of orders changes many products by few units.
 *
 * Units are taken under the guard `quantity >= n` in the filter.
 * @throws a transient error, which restarts the transaction, when a guard misses
 */
export async function changeStock(
  { products }: Collections,
  deltas: ReadonlyMap<string, number>,
  session: ClientSession,
): Promise<void> {
  const taking = [...deltas].filter(([, delta]) => delta < 0);
  const giving = [...deltas].filter(([, delta]) => delta > 0);
  const taken = await addUnits(products, taking, session);
  if (taken < taking.length) throw staleRead("Stock changed while it was being taken");
  await addUnits(products, giving, session);
}

/** @returns how many products were changed: those that are there and, where units are taken, have them */
async function addUnits(
  products: Collections["products"],
  deltas: readonly (readonly [string, number])[],
  session: ClientSession,
): Promise<number> {
  if (deltas.length === 0) return 0;
  const updates = [...productsByDelta(deltas)].map(([delta, ids]): AnyBulkWriteOperation<ProductDoc> => {
    const filter = { _id: { $in: ids }, ...(delta < 0 && { quantity: { $gte: -delta } }) };
    return { updateMany: { filter, update: { $inc: { quantity: delta } } } };
  });
  const { matchedCount } = await products.bulkWrite(updates, { session });
  return matchedCount;
}

function productsByDelta(deltas: readonly (readonly [string, number])[]): Map<number, string[]> {
  const groups = new Map<number, string[]>();
  for (const [productId, delta] of deltas) {
    const group = groups.get(delta);
    if (group === undefined) groups.set(delta, [productId]);
    else group.push(productId);
  }
  return groups;
}

/** Which products the ledger is known to have opened; filled only by what was seen committed. */
export type OpenedProducts = Set<string>;

export interface Opening {
  readonly collections: Collections;
  readonly opened: OpenedProducts;
  readonly at: Date;
  readonly actor: Actor;
}

/**
 * The opening movements that these products still lack, for the transaction that changes them.
 *
 * A product that another program put there starts its ledger with the stock that it has now.
 */
export async function missingOpenings(
  { collections, opened, at, actor }: Opening,
  products: readonly Pick<ProductStock, "product_id" | "quantity">[],
  session: ClientSession,
): Promise<MovementDoc[]> {
  const unsure = products.filter(({ product_id }) => !opened.has(product_id));
  if (unsure.length === 0) return [];
  const ids = unsure.map(({ product_id }) => movementIds.opening(product_id));
  const found = await collections.movements.find({ _id: { $in: ids } }, { projection: { _id: 1 }, session }).toArray();
  const known = new Set(found.map(({ _id }) => _id));
  return unsure
    .filter(({ product_id }) => !known.has(movementIds.opening(product_id)))
    .map(({ product_id, quantity }) =>
      movementDoc({
        id: movementIds.opening(product_id),
        kind: "adjustment",
        reason: "opening stock",
        lines: [{ product_id, delta: quantity }],
        at: justBefore(at),
        actor,
      }),
    );
}

/** The ledger is sorted by time, so an opening comes before what opened it. */
export const openingLeadMs = 1;

function justBefore(at: Date): Date {
  return new Date(at.getTime() - openingLeadMs);
}
