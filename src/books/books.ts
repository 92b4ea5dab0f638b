import type { Database } from "../db/database.js";
import { createDeliveries } from "../delivery/repository.js";
import type { Clock } from "../shared/clock.js";
import { auditBooks } from "./audit/audit.js";
import { cancelOrders } from "./cancel.js";
import type { Books } from "./model.js";
import { createRuns } from "./runs.js";
import { shipOrders } from "./ship.js";

/** The books over one database: what spans the features. */
export function createBooks(database: Database, clock: Clock): Books {
  const deliveries = createDeliveries(database, clock);
  return {
    runs: createRuns(database, clock),
    cancel: (requests, options) => cancelOrders(database, clock, requests, options),
    ship: (orderIds, options) => shipOrders(database, deliveries, orderIds, options),
    audit: ({ adopt } = {}) => auditBooks(database, clock, adopt),
  };
}
