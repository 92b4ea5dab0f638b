import { watchChanges } from "../../db/changes.js";
import type { Inventory } from "../../inventory/model.js";
import type { App } from "../app.js";
import { requireProducts } from "../commands/required.js";
import { roomFor } from "../render/live.js";
import { type LiveStock, liveStockLines, trendLength } from "../render/live-stock.js";
import type { LiveView } from "./live-view.js";
import { paceOf } from "./pace.js";

/**
 * The stock of all products, or of those named, as it changes.
 * @throws WarehouseError `not_found` naming every product that is not there
 */
export async function openStockView(app: App, productIds: readonly string[]): Promise<LiveView<LiveStock>> {
  const { database, inventory } = await app.desk();
  if (productIds.length > 0) requireProducts(productIds, await inventory.stockLevels(productIds));
  // Whatever moves stock changes a product, and what is allocated can change by an order alone.
  const changes = watchChanges(database, ["products", "orders"]);
  return {
    changes,
    read: (rows) => readStock(inventory, productIds, roomFor(rows)),
    frame: (data, size, look) =>
      liveStockLines(data, { ...size, place: app.location ?? "", pace: paceOf(changes) }, look),
  };
}

/** Only what there is room for is read, so that ten thousand products cost no more than a screenful. */
async function readStock(inventory: Inventory, named: readonly string[], room: number): Promise<LiveStock> {
  const ids = named.length > 0 ? [...new Set(named)].sort().slice(0, room) : await inventory.someProductIds(room);
  if (ids.length === 0) return { levels: [], recent: new Map(), products: 0 };
  const [levels, recent, products] = await Promise.all([
    inventory.stockLevels(ids),
    inventory.recentMovements(ids, trendLength),
    named.length > 0 ? new Set(named).size : inventory.countProducts(),
  ]);
  return { levels, recent, products };
}
