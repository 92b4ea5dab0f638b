import type { ClientSession } from "mongodb";
import type { Actor, Collections, MovementDoc } from "../db/collections.js";
import type { Database } from "../db/database.js";
import type { Clock } from "../shared/clock.js";
import { decideAllocation, type Decision, type EarlierAllocation, wantedUnits } from "./allocation.js";
import type { AllocateOptions, AllocationResult, ProductStock, StockRequest } from "./model.js";
import { movementDoc, movementIds, movementIdsOf, netLines } from "./movements.js";
import { changeStock, missingOpenings, type OpenedProducts, quantitiesOf, readProducts } from "./stock.js";

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
  const { actor } = options;
  const work = (session: ClientSession, attempt: number): Promise<Allocated> =>
    allocateOnce(context, requests, attempt === 1 ? options : { actor }, session);
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
  context: StockContext,
  requests: readonly StockRequest[],
  { actor, fresh, seen }: AllocateOptions,
  session: ClientSession,
): Promise<Allocated> {
  const { collections } = context.database;
  const earlier = fresh === true ? new Map() : await earlierAllocations(collections, requests, session);
  const decision =
    decideBySight(context, requests, earlier, seen) ?? (await decideByReading(context, requests, earlier, session));
  const { results, taken, products } = decision;
  if (taken.size === 0) return { results, opened: [] };
  const at = context.clock.now();
  const touched = [...taken.keys()].flatMap((productId) => products.get(productId) ?? []);
  const openings = await missingOpenings({ collections, opened: context.opened, at, actor }, touched, session);
  await changeStock(collections, new Map([...taken].map(([productId, units]) => [productId, -units])), session);
  const movements = [...openings];
  for (const [index, request] of requests.entries()) {
    if (results[index]?.kind === "allocated") movements.push(allocationDoc(request, actor, at));
  }
  await collections.movements.insertMany(movements, { session });
  return { results, opened: [...taken.keys()] };
}

interface SightedDecision extends Decision {
  /** The products that the decision rests on. */
  readonly products: ReadonlyMap<string, ProductStock>;
}

async function decideByReading(
  { database: { collections } }: StockContext,
  requests: readonly StockRequest[],
  earlier: ReadonlyMap<string, EarlierAllocation>,
  session: ClientSession,
): Promise<SightedDecision> {
  const products = await readProducts(collections, productIdsOf(requests), session);
  return { ...decideAllocation(requests, quantitiesOf(products), earlier), products };
}

/**
 * What was decided by what was read before, if that can be relied on: where every order gets its units, the guards of
 * the writes are proof enough. A shortage has to be read in the transaction, and so has stock that opens a ledger.
 */
function decideBySight(
  { opened }: StockContext,
  requests: readonly StockRequest[],
  earlier: ReadonlyMap<string, EarlierAllocation>,
  seen: ReadonlyMap<string, ProductStock> | undefined,
): SightedDecision | undefined {
  if (seen === undefined) return undefined;
  const decision = decideAllocation(requests, quantitiesOf(seen), earlier);
  const isSure = decision.results.every(({ kind }) => kind !== "short");
  return isSure && [...decision.taken.keys()].every((productId) => opened.has(productId))
    ? { ...decision, products: seen }
    : undefined;
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
    lines: wantedUnits(request).map(({ product_id, quantity }) => ({ product_id, delta: -quantity })),
    orderId: request.order_id,
    actor,
    at,
  });
}
