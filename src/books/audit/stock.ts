import type { ClientSession } from "mongodb";
import type { Collections } from "../../db/collections.js";
import { numberOf } from "../../db/numbers.js";
import type { AuditContext } from "./audit.js";

/** I1: every quantity is a number of at least 0; the database is asked for what is not. */
export async function auditQuantities({ database, findings }: AuditContext): Promise<void> {
  const { products } = database.collections;
  findings.I1.looked(await products.countDocuments());
  const wrong = products.find({ quantity: { $exists: true, $not: { $gte: 0 } } });
  for await (const { _id, quantity } of wrong) {
    findings.I1.breach({ id: _id, problem: `its quantity is ${String(quantity)}`, adoptable: false });
  }
}

/**
 * I2: per product that the ledger knows, the sum of deltas is the quantity.
 *
 * The sums are made in the database. What looks wrong is computed again in one snapshot, since orders may
 * take stock meanwhile.
 */
export async function auditLedger(context: AuditContext): Promise<void> {
  const { collections } = context.database;
  const sums = await ledgerSums(collections);
  context.findings.I2.looked(sums.size);
  const suspects: string[] = [];
  for await (const { _id, quantity } of collections.products.find({}, { projection: { quantity: 1 } })) {
    const sum = sums.get(_id);
    if (sum !== undefined && sum !== (numberOf(quantity) ?? 0)) suspects.push(_id);
    sums.delete(_id);
  }
  for (const [productId, sum] of sums) if (sum !== 0) suspects.push(productId);
  for (const productId of suspects) await auditProduct(context, productId);
}

async function auditProduct({ database, findings, adopter }: AuditContext, productId: string): Promise<void> {
  const { quantity, sum } = await database.transaction((session) =>
    readDrift(database.collections, productId, session),
  );
  if ((quantity ?? 0) === sum) return;
  const problem =
    quantity === undefined
      ? `the product is gone, but its ledger sums to ${sum}`
      : `its quantity is ${quantity}, but its ledger sums to ${sum}: stock was changed behind the ledger`;
  findings.I2.breach({ id: productId, problem, adoptable: true });
  await adopter?.drift(productId);
}

export interface Drift {
  /** `undefined` when there is no such product. */
  readonly quantity: number | undefined;
  readonly sum: number;
  readonly movements: number;
}

/** A product's stock beside the sum of its ledger, in the snapshot of the session's transaction. */
export async function readDrift(
  { products, movements }: Collections,
  productId: string,
  session: ClientSession,
): Promise<Drift> {
  const product = await products.findOne({ _id: productId }, { session });
  const [ledger] = await movements
    .aggregate<{ sum: unknown; movements: number }>(
      [
        { $match: { "lines.product_id": productId } },
        { $unwind: "$lines" },
        { $match: { "lines.product_id": productId } },
        { $group: { _id: null, sum: { $sum: "$lines.delta" }, movements: { $sum: 1 } } },
      ],
      { session },
    )
    .toArray();
  return {
    quantity: product === null ? undefined : (numberOf(product.quantity) ?? 0),
    sum: numberOf(ledger?.sum) ?? 0,
    movements: ledger?.movements ?? 0,
  };
}

async function ledgerSums({ movements }: Collections): Promise<Map<string, number>> {
  const sums = movements.aggregate<{ _id: string; sum: unknown }>([
    { $unwind: "$lines" },
    { $group: { _id: "$lines.product_id", sum: { $sum: "$lines.delta" } } },
  ]);
  const byProduct = new Map<string, number>();
  for await (const { _id, sum } of sums) byProduct.set(_id, numberOf(sum) ?? 0);
  return byProduct;
}
