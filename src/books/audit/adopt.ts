import type { AnyBulkWriteOperation, ClientSession } from "mongodb";
import type {
  Actor,
  Collections,
  HistoryDoc,
  MovementDoc,
  MovementKind,
  OrderDoc,
  OrderId,
} from "../../db/collections.js";
import type { Database } from "../../db/database.js";
import { historyRow, movesBetween } from "../../delivery/model.js";
import { movementDoc, movementIds, netLines } from "../../inventory/movements.js";
import type { Clock } from "../../shared/clock.js";
import type { AuditReport } from "../model.js";
import { type OrderState, readOrderStates } from "../order-state.js";
import { named } from "./findings.js";
import { expectedNet, judgeHistory, judgeStock, showLines } from "./order-rules.js";
import { readDrift } from "./stock.js";

/** Records what other programs changed behind the ledger; `quantity` itself is never touched. */
export interface Adopter {
  /** Writes the movements that these orders' statuses call for; a drift that is left shows at the products. */
  stock(orderIds: readonly OrderId[]): Promise<void>;
  /** Writes the moves that these orders' histories lack. */
  histories(orderIds: readonly OrderId[]): Promise<void>;
  drift(productId: string): Promise<void>;
  /** What was recorded: the first hundred, and how many more. */
  records(): Pick<AuditReport, "adopted" | "adopted_omitted">;
}

interface Adopted {
  readonly id: string;
  readonly what: string;
}

/** An adopter over one database; each call is one transaction. */
export function createAdopter(database: Database, clock: Clock, actor: Actor): Adopter {
  const adopted: Adopted[] = [];
  let count = 0;
  const adopt = async (work: (adoption: Adoption) => Promise<Adopted[]>): Promise<void> => {
    const { collections } = database;
    const done = await database.transaction((session) => work({ collections, session, at: clock.now(), actor }));
    count += done.length;
    adopted.push(...done.slice(0, named - adopted.length));
  };
  return {
    stock: (orderIds) => adopt((adoption) => adoptStock(adoption, orderIds)),
    histories: (orderIds) => adopt((adoption) => adoptHistories(adoption, orderIds)),
    drift: (productId) => adopt((adoption) => adoptDrift(adoption, productId)),
    records: () => ({ adopted, adopted_omitted: count - adopted.length }),
  };
}

interface Adoption {
  readonly collections: Collections;
  readonly session: ClientSession;
  readonly at: Date;
  readonly actor: Actor;
}

async function adoptStock(adoption: Adoption, orderIds: readonly OrderId[]): Promise<Adopted[]> {
  const { collections, session } = adoption;
  const stateOf = await readOrderStates(collections, orderIds, session);
  const movements = orderIds.flatMap((orderId) => adoptedMovement(adoption, orderId, stateOf(orderId)));
  if (movements.length > 0) await collections.movements.insertMany(movements, { session });
  return movements.map(({ order_id, kind, lines }) => ({
    id: String(order_id),
    what: `${kind} of ${showLines(lines)}`,
  }));
}

function adoptedMovement({ actor, at }: Adoption, orderId: OrderId, state: OrderState): MovementDoc[] {
  if (judgeStock(state)?.adoptable !== true) return [];
  const net = netLines(state.movements);
  const expected = expectedNet(state.order, net);
  const key = adoptionKey(orderId, state);
  if (typeof expected === "string" || key === undefined) return [];
  const taken = net.map(({ product_id, delta }) => ({ product_id, delta: -delta }));
  const lines = netLines([{ lines: expected }, { lines: taken }]);
  const reason = `${state.order?.status ?? "deleted"} by another program`;
  return [movementDoc({ ...key, lines, orderId, reason, actor, at })];
}

/** The order's own key where it is still free, so that a writer that is under way meets it. */
function adoptionKey(
  orderId: OrderId,
  { order, movements }: OrderState,
): { readonly id: string; readonly kind: MovementKind } | undefined {
  const free = (id: string): boolean => movements.every(({ _id }) => _id !== id);
  const gone = order === undefined || order.status === "cancelled";
  const kind = gone ? "release" : "allocation";
  if (free(movementIds[kind](orderId))) return { id: movementIds[kind](orderId), kind };
  const adoption = movementIds.adoption(orderId);
  return free(adoption) ? { id: adoption, kind: "adjustment" } : undefined;
}

async function adoptHistories(adoption: Adoption, orderIds: readonly OrderId[]): Promise<Adopted[]> {
  const { orders } = adoption.collections;
  const { session } = adoption;
  if (orderIds.length === 0) return [];
  const found = await orders.find({ _id: { $in: [...orderIds] } }, { session }).toArray();
  const adopted = found.flatMap((order) => missingRows(adoption, order));
  const updates = adopted.map(({ order, rows }): AnyBulkWriteOperation<OrderDoc> => ({
    updateOne: {
      filter: { _id: order._id, status: order.status },
      update: { $push: { history: { $each: rows } } },
    },
  }));
  if (updates.length > 0) await orders.bulkWrite(updates, { session });
  return adopted.map(({ order, rows }) => ({
    id: String(order._id),
    what: `history of ${rows.map(({ status }) => status).join(", ")}`,
  }));
}

function missingRows({ at, actor }: Adoption, order: OrderDoc): { order: OrderDoc; rows: HistoryDoc[] }[] {
  if (judgeHistory(order)?.adoptable !== true) return [];
  const last = order.history?.at(-1)?.status ?? order.status;
  const rows = (movesBetween(last, order.status) ?? []).map((status) => historyRow(status, at, actor));
  return [{ order, rows }];
}

/** An opening for a product that the ledger never opened, else an adjustment; two adopters meet at its id. */
async function adoptDrift({ collections, session, at, actor }: Adoption, productId: string): Promise<Adopted[]> {
  const { quantity = 0, sum, movements } = await readDrift(collections, productId, session);
  const delta = quantity - sum;
  if (delta === 0) return [];
  const opening = movementIds.opening(productId);
  const opened = (await collections.movements.findOne({ _id: opening }, { session })) !== null;
  const id = opened ? `adjustment/adopted/${productId}/${movements}` : opening;
  const reason = opened ? "changed behind the ledger" : "opening stock";
  const lines = [{ product_id: productId, delta }];
  await collections.movements.insertOne(movementDoc({ id, kind: "adjustment", reason, lines, actor, at }), { session });
  return [{ id: productId, what: `${reason}: ${showLines(lines)}` }];
}
