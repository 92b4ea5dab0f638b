import { type Filter, MongoBulkWriteError, ObjectId, type WriteError } from "mongodb";
import type { Collections, OrderDoc, OrderId } from "../db/collections.js";
import type { Database } from "../db/database.js";
import type { Clock } from "../shared/clock.js";
import { WarehouseError } from "../shared/errors.js";
import { watchArrivals } from "./arrivals.js";
import { createLeases } from "./leases.js";
import {
  contentHash,
  type CreateOptions,
  type CreateResult,
  type KnownKey,
  type OrderDraft,
  type OrderFilter,
  type Orders,
} from "./model.js";
import { orderLines, orderTotal } from "./view.js";

const perLookup = 1_000;

/** The orders over one database. */
export function createOrders({ collections }: Database, clock: Clock): Orders {
  return {
    create: (drafts, options) => createAll(collections, drafts, options, clock.now()),
    knownKeys: (keys) => knownKeys(collections, keys),
    find: (idOrKey) => findOrder(collections, idOrKey),
    readBack: (orderIds) => readBack(collections, orderIds),
    countIn: (status, orderIds) => collections.orders.countDocuments({ _id: { $in: [...orderIds] }, status }),
    list: (filter = {}) => list(collections, filter),
    countByStatus: ({ runId } = {}) => countByStatus(collections, runId),
    leases: createLeases(collections),
    watchArrivals: () => watchArrivals(collections),
  };
}

/** Keys that are taken come back as write errors of one unordered insert; only those are read. */
async function createAll(
  collections: Collections,
  drafts: readonly OrderDraft[],
  options: CreateOptions,
  at: Date,
): Promise<CreateResult[]> {
  if (drafts.length === 0) return [];
  const docs: OrderDoc[] = [];
  for (const draft of drafts) docs.push(orderDoc(draft, options, at));
  const taken = await insertNew(collections, docs);
  const results: CreateResult[] = [];
  for (const order of docs) results.push({ kind: "created", order });
  if (taken.length === 0) return results;
  const keys = taken.flatMap((index) => drafts[index]?.key ?? []);
  const existing = await collections.orders.find({ key: { $in: keys } }).toArray();
  const byKey = new Map(existing.map((order) => [order.key, order]));
  for (const index of taken) {
    const draft = drafts[index];
    const order = byKey.get(draft?.key);
    if (draft === undefined || order === undefined) throw new Error("An order that was in the way is gone");
    results[index] = { kind: hashOf(order) === draft.content_hash ? "existing" : "conflict", order };
  }
  return results;
}

/** Inserts what has a new key and tells which indexes had a taken one. */
async function insertNew({ orders }: Collections, docs: OrderDoc[]): Promise<number[]> {
  try {
    await orders.insertMany(docs, { ordered: false });
    return [];
  } catch (error) {
    if (!(error instanceof MongoBulkWriteError)) throw error;
    const failures: WriteError[] = [error.writeErrors].flat();
    if (failures.length === 0 || failures.some(({ code }) => code !== 11000)) throw error;
    return failures.map(({ index }) => index);
  }
}

/** The document of a new order; its id is new each time. */
export function orderDoc(draft: OrderDraft, { prices, actor }: CreateOptions, at: Date): OrderDoc {
  const products = draft.lines.map(({ product_id, quantity }) => ({
    product_id,
    quantity,
    unit_price: prices.get(product_id) ?? null,
  }));
  const run = actor.runId === undefined ? {} : { run_id: actor.runId };
  return {
    _id: new ObjectId(),
    key: draft.key,
    content_hash: draft.content_hash,
    ...run,
    products,
    delivery_address: draft.address,
    status: "pending",
    total: orderTotal(products),
    history: [{ status: "pending", at, by: actor.by, ...run }],
    created_at: at,
    updated_at: at,
  };
}

/** The stored fingerprint, or that of the content for an order that another program gave a key. */
function hashOf(order: OrderDoc): string {
  return order.content_hash ?? contentHash(orderLines(order) ?? [], order.delivery_address);
}

async function knownKeys({ orders }: Collections, keys: readonly string[]): Promise<Map<string, KnownKey>> {
  const known = new Map<string, KnownKey>();
  for (let start = 0; start < keys.length; start += perLookup) {
    const some = keys.slice(start, start + perLookup);
    for await (const order of orders.find({ key: { $in: some } })) {
      if (order.key === undefined) continue;
      known.set(order.key, { order_id: order._id, status: order.status, content_hash: hashOf(order) });
    }
  }
  return known;
}

async function findOrder({ orders }: Collections, idOrKey: string): Promise<OrderDoc | undefined> {
  const [byId, byKey] = await Promise.all([
    orders.find({ _id: { $in: idsTyped(idOrKey) } }).toArray(),
    orders.findOne({ key: idOrKey }),
  ]);
  const other = byId.some(({ key }) => key === idOrKey) ? null : byKey;
  const [order, second] = other === null ? byId : [...byId, other];
  if (order !== undefined && second !== undefined) throw ambiguous(idOrKey, order, second);
  return order;
}

/** An `order_id` may be another order's `_id`, or two programs' ids may print alike: a guess could cancel the wrong one. */
function ambiguous(idOrKey: string, ...found: readonly OrderDoc[]): WarehouseError {
  const named = found.map(({ _id, key }) => `${String(_id)} (order_id ${key ?? "none"})`).join(" and ");
  const others = found
    .flatMap(({ _id, key }) => [String(_id), key ?? ""])
    .filter((name) => !["", idOrKey].includes(name));
  const fix =
    others.length === 0 ? "warehouse orders, which lists both" : `name the one you mean as ${others.join(" or ")}`;
  const details = { order_id: idOrKey, order_ids: found.map(({ _id }) => String(_id)), fix };
  return new WarehouseError("usage", `Two orders answer to ${idOrKey}: ${named}`, { details });
}

/** Every `_id` that prints as this text. */
function idsTyped(text: string): OrderId[] {
  const ids: OrderId[] = [text];
  if (/^[0-9a-f]{24}$/i.test(text)) ids.push(new ObjectId(text));
  if (text.trim() !== "" && String(Number(text)) === text) ids.push(Number(text));
  return ids;
}

/** What was found for each id; mostly it comes in their order already. */
async function readBack({ orders }: Collections, ids: readonly OrderId[]): Promise<readonly (OrderDoc | undefined)[]> {
  if (ids.length === 0) return [];
  const found = await orders.find({ _id: { $in: [...ids] } }, { batchSize: ids.length + 1 }).toArray();
  if (standInOrder(ids, found)) return found;
  const byId = new Map(found.map((order) => [String(order._id), order]));
  return ids.map((id) => byId.get(String(id)));
}

function standInOrder(ids: readonly OrderId[], found: readonly OrderDoc[]): boolean {
  if (found.length !== ids.length) return false;
  for (const [place, { _id }] of found.entries()) if (!isSameId(_id, ids[place])) return false;
  return true;
}

function isSameId(left: OrderId, right: OrderId | undefined): boolean {
  return left instanceof ObjectId ? right instanceof ObjectId && left.equals(right) : left === right;
}

function list({ orders }: Collections, wanted: OrderFilter): AsyncIterable<OrderDoc> {
  const { status, runId, movedBy, oldestFirst = false, limit } = wanted;
  const filter: Filter<OrderDoc> = {
    ...(status !== undefined && { status }),
    ...(runId !== undefined && { run_id: runId }),
    ...(movedBy !== undefined && { "history.run_id": movedBy }),
  };
  const cursor = orders.find(filter).sort({ _id: oldestFirst ? 1 : -1 });
  return limit === undefined ? cursor : cursor.limit(limit);
}

async function countByStatus({ orders }: Collections, runId: string | undefined): Promise<Map<string, number>> {
  const counts = orders.aggregate<{ _id: unknown; orders: number }>([
    ...(runId === undefined ? [] : [{ $match: { run_id: runId } }]),
    { $group: { _id: "$status", orders: { $sum: 1 } } },
  ]);
  const byStatus = new Map<string, number>();
  for await (const { _id, orders: some } of counts) {
    const status = typeof _id === "string" ? _id : "unknown";
    byStatus.set(status, (byStatus.get(status) ?? 0) + some);
  }
  return byStatus;
}
