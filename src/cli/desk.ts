import { createBooks } from "../books/books.js";
import type { Books } from "../books/model.js";
import { openDatabase, type OpenOptions } from "../db/connect.js";
import type { Database } from "../db/database.js";
import type { Deliveries } from "../delivery/model.js";
import { createDeliveries } from "../delivery/repository.js";
import type { Inventory } from "../inventory/model.js";
import { createInventory } from "../inventory/repository.js";
import type { Orders } from "../order/model.js";
import { createOrders } from "../order/repository.js";
import type { Clock } from "../shared/clock.js";

/** What stands open on one database. */
export interface Desk {
  readonly database: Database;
  readonly inventory: Inventory;
  readonly orders: Orders;
  readonly deliveries: Deliveries;
  readonly books: Books;
}

/** Opens a database with all features over it. @throws WarehouseError as `openDatabase` does */
export async function openDesk(options: OpenOptions, clock: Clock): Promise<Desk> {
  const database = await openDatabase(options);
  return {
    database,
    inventory: createInventory(database, clock),
    orders: createOrders(database, clock),
    deliveries: createDeliveries(database, clock),
    books: createBooks(database, clock),
  };
}
