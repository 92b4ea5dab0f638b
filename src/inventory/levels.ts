import type { Document } from "mongodb";
import type { Collections } from "../db/collections.js";
import { numberOf } from "../db/numbers.js";
import type { StockLevel } from "./model.js";
import { productStock } from "./stock.js";

/** Products by id with what is allocated of them: all, or those asked for. */
export async function readStockLevels(
  collections: Collections,
  productIds: readonly string[] | undefined,
): Promise<StockLevel[]> {
  const asked = productIds === undefined || productIds.length === 0 ? undefined : [...productIds];
  const filter = asked === undefined ? {} : { _id: { $in: asked } };
  const [products, shipped, waiting] = await Promise.all([
    collections.products.find(filter).sort({ _id: 1 }).toArray(),
    sumsOf(collections, unitsInTransit(asked)),
    sumsOf(collections, unitsOfPending(asked)),
  ]);
  return products.map(productStock).map((product) => {
    const { product_id } = product;
    return { ...product, allocated: (shipped.get(product_id) ?? 0) + (waiting.get(product_id) ?? 0) };
  });
}

async function sumsOf({ orders }: Collections, pipeline: Document[]): Promise<Map<string, number>> {
  const sums = await orders.aggregate<{ _id: string; units: unknown }>(pipeline).toArray();
  return new Map(sums.map(({ _id, units }) => [_id, numberOf(units) ?? 0]));
}

function unitsInTransit(asked: string[] | undefined): Document[] {
  return [
    { $match: { status: "in_transit", ...mentions("products.product_id", asked) } },
    { $project: { _id: 0, products: 1 } },
    { $unwind: "$products" },
    ...(asked === undefined ? [] : [{ $match: mentions("products.product_id", asked) }]),
    { $group: { _id: "$products.product_id", units: { $sum: "$products.quantity" } } },
  ];
}

/** A pending order holds units only once the ledger has its allocation. */
function unitsOfPending(asked: string[] | undefined): Document[] {
  return [
    { $match: { status: "pending", ...mentions("products.product_id", asked) } },
    { $project: { _id: 0, movement_id: { $concat: [{ $toString: "$_id" }, "/allocation"] } } },
    { $lookup: { from: "stock_movements", localField: "movement_id", foreignField: "_id", as: "movement" } },
    { $unwind: "$movement" },
    { $unwind: "$movement.lines" },
    ...(asked === undefined ? [] : [{ $match: mentions("movement.lines.product_id", asked) }]),
    { $group: { _id: "$movement.lines.product_id", units: { $sum: { $multiply: ["$movement.lines.delta", -1] } } } },
  ];
}

function mentions(path: string, asked: string[] | undefined): Document {
  return asked === undefined ? {} : { [path]: { $in: asked } };
}
