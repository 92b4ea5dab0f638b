import type { ClientSession } from "mongodb";
import type { Actor, Collections, MovementDoc } from "../db/collections.js";
import type { Database } from "../db/database.js";
import type { Clock } from "../shared/clock.js";
import { decideAllocation, type EarlierAllocation, wantedUnits } from "./allocation.js";
import type { AllocateOptions, AllocationResult, StockRequest } from "./model.js";
import { movementDoc, movementIds, movementIdsOf, netLines } from "./movements.js";
import { changeStock, missingOpenings, type OpenedProducts, readProducts } from "./stock.js";

/** What the writers of stock share. */
export interface StockContext {
  readonly database: Database;
  readonly clock: Clock;
  readonly opened: OpenedProducts;
}

/** A batch that keeps conflicting is halved rather than repeated whole; a single order waits its turn. */
export async function allocateBatch(
  context: StockContext,
  requests: readonly StockRequest[],
  options: AllocateOptions,
): Promise<readonly AllocationResult[]> {
  if (requests.length === 0) return [];
  const work = (session: ClientSession, attempt: number): Promise<Allocated> =>
    allocateOnce(context, requests, { ...options, fresh: options.fresh === true && attempt === 1 }, session);
  if (requests.length === 1) return settle(context, await context.database.transaction(work));
  const outcome = await context.database.tryTransaction(work);
  if (outcome.kind === "done") return settle(context, outcome.value);
  const middle = Math.ceil(requests.length / 2);
  const first = await allocateBatch(context, requests.slice(0, middle), options);
  return [...first, ...(await allocateBatch(context, requests.slice(middle), options))];
}

interface Allocated {
  readonly results: readonly AllocationResult[];
  /** Products whose openings are in the ledger once this is committed. */
  readonly opened: readonly string[];
}

function settle({ opened }: StockContext, allocated: Allocated): readonly AllocationResult[] {
  for (const productId of allocated.opened) opened.add(productId);
  return allocated.results;
}

async function allocateOnce(
  { database: { collections }, clock, opened }: StockContext,
  requests: readonly StockRequest[],
  { actor, fresh }: AllocateOptions,
  session: ClientSession,
): Promise<Allocated> {
  const earlier = fresh === true ? new Map() : await earlierAllocations(collections, requests, session);
  const products = await readProducts(collections, productIdsOf(requests), session);
  const stock = new Map([...products].map(([productId, { quantity }]) => [productId, quantity]));
  const { results, taken } = decideAllocation(requests, stock, earlier);
  if (taken.size === 0) return { results, opened: [] };
  const at = clock.now();
  const touched = [...products.values()].filter(({ product_id }) => taken.has(product_id));
  const openings = await missingOpenings({ collections, opened, at, actor }, touched, session);
  await changeStock(collections, new Map([...taken].map(([productId, units]) => [productId, -units])), session);
  const allocations = requests
    .filter((_, index) => results[index]?.kind === "allocated")
    .map((request) => allocationDoc(request, actor, at));
  await collections.movements.insertMany([...openings, ...allocations], { session });
  return { results, opened: [...taken.keys()] };
}

/** What the ledger says of these orders; an empty allocation or a release means that there can never be one. */
async function earlierAllocations(
  { movements }: Collections,
  requests: readonly StockRequest[],
  session: ClientSession,
): Promise<Map<string, EarlierAllocation>> {
  const ids = requests.flatMap(({ order_id }) => movementIdsOf(order_id));
  const found = await movements.find({ _id: { $in: ids } }, { session }).toArray();
  const byId = new Map(found.map((movement) => [movement._id, movement]));
  const earlier = new Map<string, EarlierAllocation>();
  for (const { order_id } of requests) {
    const own = movementIdsOf(order_id).flatMap((id) => byId.get(id) ?? []);
    if (own.length > 0) earlier.set(String(order_id), netLines(own).length > 0 ? "already_allocated" : "closed");
  }
  return earlier;
}

function productIdsOf(requests: readonly StockRequest[]): string[] {
  return [...new Set(requests.flatMap(({ lines }) => lines.map(({ product_id }) => product_id)))];
}

function allocationDoc(request: StockRequest, actor: Actor, at: Date): MovementDoc {
  return movementDoc({
    id: movementIds.allocation(request.order_id),
    kind: "allocation",
    lines: [...wantedUnits(request)].map(([product_id, quantity]) => ({ product_id, delta: -quantity })),
    orderId: request.order_id,
    actor,
    at,
  });
}
