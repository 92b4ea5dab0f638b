import type { ClientSession } from "mongodb";
import type { Actor, Collections } from "../db/collections.js";
import { WarehouseError } from "../shared/errors.js";
import type { StockContext } from "./allocate.js";
import type { ProductStock, StockChange } from "./model.js";
import { movementDoc, movementIds, type MovementInput } from "./movements.js";
import { changeStock, missingOpenings, readProducts } from "./stock.js";

interface Change {
  readonly productId: string;
  readonly delta: number;
  readonly movement: Pick<MovementInput, "id" | "kind" | "reason">;
  readonly actor: Actor;
}

/** Goods in: `units` more can be sold. */
export async function receiveUnits(
  context: StockContext,
  productId: string,
  units: number,
  actor: Actor,
): Promise<StockChange> {
  if (!Number.isSafeInteger(units) || units < 1) {
    throw new WarehouseError("usage", `Units received must be a whole number of at least 1, not ${units}`);
  }
  return applyChange(context, {
    productId,
    delta: units,
    movement: { id: movementIds.receipt(), kind: "receipt" },
    actor,
  });
}

/** A correction with its reason; stock never falls below zero by it. */
export async function adjustUnits(
  context: StockContext,
  { productId, delta, reason, actor }: { productId: string; delta: number; reason: string; actor: Actor },
): Promise<StockChange> {
  if (!Number.isSafeInteger(delta) || delta === 0) {
    throw new WarehouseError("usage", `An adjustment must be a whole number other than 0, not ${delta}`);
  }
  const movement = { id: movementIds.adjustment(), kind: "adjustment", reason } as const;
  return applyChange(context, { productId, delta, movement, actor });
}

async function applyChange({ database, clock, opened }: StockContext, change: Change): Promise<StockChange> {
  const { collections } = database;
  const { productId, delta, actor, movement } = change;
  const result = await database.transaction(async (session) => {
    const product = await sellableProduct(collections, change, session);
    const at = clock.now();
    const openings = await missingOpenings({ collections, opened, at, actor }, [product], session);
    await changeStock(collections, new Map([[productId, delta]]), session);
    const lines = [{ product_id: productId, delta }];
    await collections.movements.insertMany([...openings, movementDoc({ ...movement, lines, at, actor })], { session });
    return { product_id: productId, before: product.quantity, after: product.quantity + delta };
  });
  opened.add(productId);
  return result;
}

/** With thousands separators, as all counts are shown. */
function grouped(units: number): string {
  return units.toLocaleString("en-US");
}

async function sellableProduct(
  collections: Collections,
  { productId, delta }: Change,
  session: ClientSession,
): Promise<ProductStock> {
  const product = (await readProducts(collections, [productId], session)).get(productId);
  if (product === undefined) {
    throw new WarehouseError("not_found", `There is no product ${productId}: "warehouse stock" lists all`, {
      details: { product_id: productId },
    });
  }
  if (product.quantity + delta < 0) {
    throw new WarehouseError(
      "insufficient_stock",
      `${productId} has ${grouped(product.quantity)} units, so ${grouped(-delta)} cannot be taken off`,
      { details: { product_id: productId, available: product.quantity } },
    );
  }
  return product;
}
