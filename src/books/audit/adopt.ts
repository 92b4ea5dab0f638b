import type { ClientSession } from "mongodb";
import type { Actor, MovementDoc, OrderDoc, OrderId } from "../../db/collections.js";
import type { Database } from "../../db/database.js";
import { historyRow, movesBetween } from "../../delivery/model.js";
import { orderRange } from "../../inventory/ledger.js";
import { movementDoc, movementIds, netLines } from "../../inventory/movements.js";
import type { Clock } from "../../shared/clock.js";
import { named } from "./findings.js";
import { expectedNet, judgeHistory, judgeStock } from "./order-rules.js";
import { readDrift } from "./stock.js";

/** Records what other programs changed behind the ledger; `quantity` itself is never touched. */
export interface Adopter {
  order(orderId: OrderId): Promise<void>;
  product(productId: string): Promise<void>;
  /** What was recorded: the first hundred, and how many more. */
  records(): { readonly adopted: readonly { id: string; what: string }[]; readonly adopted_omitted: number };
}

/** An adopter over one database. */
export function createAdopter(database: Database, clock: Clock, actor: Actor): Adopter {
  const adopted: { id: string; what: string }[] = [];
  let omitted = 0;
  const record = (id: string, what: string | undefined): void => {
    if (what === undefined) return;
    if (adopted.length < named) adopted.push({ id, what });
    else omitted += 1;
  };
  const context = { database, clock, actor };
  return {
    async order(orderId) {
      const id = String(orderId);
      record(id, await database.transaction((session) => adoptStock(context, orderId, session)));
      record(id, await database.transaction((session) => adoptStatus(context, orderId, session)));
    },
    async product(productId) {
      record(productId, await database.transaction((session) => adoptDrift(context, productId, session)));
    },
    records: () => ({ adopted, adopted_omitted: omitted }),
  };
}

interface AdoptContext {
  readonly database: Database;
  readonly clock: Clock;
  readonly actor: Actor;
}

/** Writes the movement that the order's status calls for; the order's drift then shows at its products. */
async function adoptStock(
  { database: { collections }, clock, actor }: AdoptContext,
  orderId: OrderId,
  session: ClientSession,
): Promise<string | undefined> {
  const order = (await collections.orders.findOne({ _id: orderId }, { session })) ?? undefined;
  const movements = await collections.movements.find(orderRange(String(orderId)), { session }).toArray();
  if (judgeStock(order, movements)?.adoptable !== true) return undefined;
  const net = netLines(movements);
  const expected = expectedNet(order, net);
  if (typeof expected === "string") return undefined;
  const key = adoptionKey(orderId, order, movements);
  if (key === undefined) return undefined;
  const lines = netLines([
    { lines: expected },
    { lines: net.map(({ product_id, delta }) => ({ product_id, delta: -delta })) },
  ]);
  const reason = order === undefined ? "deleted by another program" : `${order.status} by another program`;
  const movement = movementDoc({ ...key, lines, orderId, reason, actor, at: clock.now() });
  await collections.movements.insertOne(movement, { session });
  return `${movement.kind} of ${lines.map(({ product_id, delta }) => `${delta} ${product_id}`).join(", ")}`;
}

/** The order's own key where it is still free, so that a writer that is under way meets it. */
function adoptionKey(
  orderId: OrderId,
  order: OrderDoc | undefined,
  movements: readonly MovementDoc[],
): (Pick<MovementDoc, "kind"> & { readonly id: string }) | undefined {
  const free = (id: string): boolean => movements.every(({ _id }) => _id !== id);
  const allocation = movementIds.allocation(orderId);
  const release = movementIds.release(orderId);
  const adoption = movementIds.adoption(orderId);
  const gone = order === undefined || order.status === "cancelled";
  if (gone && free(release)) return { id: release, kind: "release" };
  if (!gone && free(allocation)) return { id: allocation, kind: "allocation" };
  return free(adoption) ? { id: adoption, kind: "adjustment" } : undefined;
}

async function adoptStatus(
  { database: { collections }, clock, actor }: AdoptContext,
  orderId: OrderId,
  session: ClientSession,
): Promise<string | undefined> {
  const order = await collections.orders.findOne({ _id: orderId }, { session });
  if (order === null || judgeHistory(order)?.adoptable !== true) return undefined;
  const at = clock.now();
  const last = order.history?.at(-1)?.status ?? order.status;
  const rows = (movesBetween(last, order.status) ?? []).map((status) => historyRow(status, at, actor));
  await collections.orders.updateOne(
    { _id: orderId, status: order.status },
    { $push: { history: { $each: rows } } },
    { session },
  );
  return `history ${rows.map(({ status }) => status).join(", ")}`;
}

/** An opening for a product that the ledger never opened, else an adjustment; two adopters meet at its id. */
async function adoptDrift(
  { database: { collections }, clock, actor }: AdoptContext,
  productId: string,
  session: ClientSession,
): Promise<string | undefined> {
  const { quantity = 0, sum, movements } = await readDrift(collections, productId, session);
  const delta = quantity - sum;
  if (delta === 0) return undefined;
  const opening = movementIds.opening(productId);
  const opened = (await collections.movements.findOne({ _id: opening }, { session })) !== null;
  const movement = movementDoc({
    id: opened ? `adjustment/adopted/${productId}/${movements}` : opening,
    kind: "adjustment",
    reason: opened ? "changed behind the ledger" : "opening stock",
    lines: [{ product_id: productId, delta }],
    actor,
    at: clock.now(),
  });
  await collections.movements.insertOne(movement, { session });
  return `${movement.reason ?? movement.kind}: ${delta} ${productId}`;
}
