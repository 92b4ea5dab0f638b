import { ObjectId } from "mongodb";
import type { MovementDoc, OrderDoc, OrderId } from "../../db/collections.js";
import { movementIdsOf } from "../../inventory/movements.js";
import { type OrderState, readOrderStates } from "../order-state.js";
import type { AuditContext } from "./audit.js";
import { judgeContent, judgeHistory, judgeStock } from "./order-rules.js";
import { countDeeds, type Deeds, noDeeds } from "./run-rules.js";

const perChunk = 1_000;

/**
 * I3, I4 and I5 of every order, in one pass over the orders beside their movements.
 *
 * Memory stays flat whatever the number of orders: a thousand are held at a time. Orders may change meanwhile,
 * so what looks broken across two collections is looked at again in one snapshot.
 * @returns what each run did, by the orders' histories, for I6
 */
export async function auditOrders(context: AuditContext): Promise<ReadonlyMap<string, Deeds>> {
  const { orders } = context.database.collections;
  const deeds = new Map<string, Deeds>();
  const deedsOf = (runId: string): Deeds => {
    const known = deeds.get(runId) ?? noDeeds();
    deeds.set(runId, known);
    return known;
  };
  let movementsSeen = 0;
  for await (const chunk of chunksOf(orders.find().sort({ _id: 1 }))) {
    for (const order of chunk) countDeeds(order, deedsOf);
    movementsSeen += await auditChunk(context, chunk);
  }
  await auditDoubleKeys(context);
  await auditOrphans(context, movementsSeen);
  return deeds;
}

/** @returns how many movements these orders have */
async function auditChunk(context: AuditContext, chunk: readonly OrderDoc[]): Promise<number> {
  const { findings, adopter } = context;
  for (const id of ["I3", "I4", "I5"] as const) findings[id].looked(chunk.length);
  const movementsOf = await readMovements(context, chunk);
  const stateOf = (order: OrderDoc): OrderState => ({ order, movements: movementsOf.get(String(order._id)) ?? [] });
  const suspects = chunk.filter((order) => judgeStock(stateOf(order)) !== undefined);
  await reportStock(
    context,
    suspects.map(({ _id }) => _id),
  );
  const torn: OrderId[] = [];
  for (const order of chunk) {
    const id = String(order._id);
    const content = judgeContent(order);
    const history = judgeHistory(order);
    if (content) findings.I4.breach({ id, ...content });
    if (history) findings.I5.breach({ id, ...history });
    if (history?.adoptable === true) torn.push(order._id);
  }
  await adopter?.histories(torn);
  return chunk.reduce((sum, order) => sum + stateOf(order).movements.length, 0);
}

/** Reports and settles those orders that are still broken in one snapshot. */
async function reportStock({ database, findings, adopter }: AuditContext, suspects: readonly OrderId[]): Promise<void> {
  if (suspects.length === 0) return;
  const broken = await database.transaction(async (session) => {
    const stateOf = await readOrderStates(database.collections, suspects, session);
    return suspects.flatMap((orderId) => {
      const problem = judgeStock(stateOf(orderId));
      return problem === undefined ? [] : [{ orderId, problem }];
    });
  });
  for (const { orderId, problem } of broken) findings.I3.breach({ id: String(orderId), ...problem });
  await adopter?.stock(broken.filter(({ problem }) => problem.adoptable).map(({ orderId }) => orderId));
}

/** Our own ids sort like the movements' ids, so a chunk's movements are one range; other ids are looked up. */
async function readMovements(
  { database: { collections } }: AuditContext,
  chunk: readonly OrderDoc[],
): Promise<Map<string, MovementDoc[]>> {
  const ids = chunk.map(({ _id }) => _id);
  const range = { $gte: `${String(ids[0])}/`, $lt: `${String(ids.at(-1))}0` };
  const filter = ids.every((id) => id instanceof ObjectId) ? range : { $in: ids.flatMap(movementIdsOf) };
  const byOrder = new Map<string, MovementDoc[]>();
  for await (const movement of collections.movements.find({ _id: filter })) {
    const orderId = movement._id.slice(0, movement._id.lastIndexOf("/"));
    const own = byOrder.get(orderId);
    if (own === undefined) byOrder.set(orderId, [movement]);
    else own.push(movement);
  }
  return byOrder;
}

/** I4: the unique index is the proof; only where it could not be made are the keys counted. */
async function auditDoubleKeys({ database, findings }: AuditContext): Promise<void> {
  const { orders } = database.collections;
  const indexes = await orders.indexes();
  if (indexes.some(({ key, unique }) => unique === true && Object.keys(key).join() === "key")) return;
  const doubles = orders.aggregate<{ _id: string; orders: number }>([
    { $match: { key: { $type: "string" } } },
    { $group: { _id: "$key", orders: { $sum: 1 } } },
    { $match: { orders: { $gt: 1 } } },
  ]);
  for await (const { _id, orders: count } of doubles) {
    findings.I4.breach({ id: _id, problem: `${count} orders have this key`, adoptable: false });
  }
}

/** I3: movements for orders that do not exist; looked for only if there are more movements than the orders had. */
async function auditOrphans(context: AuditContext, movementsSeen: number): Promise<void> {
  const { orders, movements } = context.database.collections;
  const filter = { order_id: { $exists: true } };
  if ((await movements.countDocuments(filter)) === movementsSeen) return;
  for await (const chunk of chunksOf(movements.find(filter, { projection: { order_id: 1 } }))) {
    const ids = new Map(
      chunk.flatMap(({ order_id }) => (order_id === undefined ? [] : [[String(order_id), order_id]])),
    );
    const found = await orders.find({ _id: { $in: [...ids.values()] } }, { projection: { _id: 1 } }).toArray();
    for (const { _id } of found) ids.delete(String(_id));
    await reportStock(context, [...ids.values()]);
  }
}

async function* chunksOf<T>(items: AsyncIterable<T>): AsyncGenerator<T[]> {
  let chunk: T[] = [];
  for await (const item of items) {
    if (chunk.push(item) < perChunk) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}
