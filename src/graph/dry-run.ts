import type { CancelRequest } from "../books/model.js";
import type { Actor, OrderDoc, OrderId, OrderStatus } from "../db/collections.js";
import { historyRow, isLegalMove } from "../delivery/model.js";
import { decideAllocation, decideCheck, type EarlierAllocation } from "../inventory/allocation.js";
import type { AllocationResult, Inventory, ProductStock, StockRequest } from "../inventory/model.js";
import { netLines } from "../inventory/movements.js";
import { quantitiesOf } from "../inventory/stock.js";
import type { CreateOptions, CreateResult, OrderDraft, Orders } from "../order/model.js";
import { orderDoc } from "../order/repository.js";
import type { Clock } from "../shared/clock.js";
import type { Features } from "../tools/batch.js";
import { collect } from "./streams.js";

/** What a dry run reads. */
export interface DryRunSources {
  readonly inventory: Pick<Inventory, "products" | "ledger">;
  readonly orders: Pick<Orders, "readBack" | "knownKeys">;
  readonly clock: Clock;
}

/** One batch of a dry run; only `taken` is shared by all. */
interface DryDesk extends DryRunSources {
  readonly taken: Map<string, number>;
  /** Orders as they would be, by id. */
  readonly docs: Map<string, OrderDoc>;
  /** Orders whose units would be taken. */
  readonly allocated: Set<string>;
}

/**
 * Features that answer as the real ones would and write nothing.
 *
 * Stock that the run would have taken is remembered over all batches, orders only within their own batch, so
 * memory stays flat.
 * @returns makes the features of one batch
 */
export function createDryRun(sources: DryRunSources): () => Features {
  const taken = new Map<string, number>();
  return () => {
    const desk: DryDesk = { ...sources, taken, docs: new Map(), allocated: new Set() };
    return {
      inventory: {
        products: (ids) => productsLeft(desk, ids),
        checkStock: async (requests) => {
          const products = await productsFor(desk, requests);
          return { results: decideCheck(requests, quantitiesOf(products)), products };
        },
        allocate: (requests) => allocate(desk, requests),
      },
      orders: {
        create: (drafts, options) => create(desk, drafts, options),
        readBack: (ids) => docsOf(desk, ids),
        countIn: async (status, ids) => (await docsOf(desk, ids)).filter((doc) => doc?.status === status).length,
      },
      books: {
        ship: async (ids, { actor }) => moveAll(desk, await docsOf(desk, ids), "in_transit", actor),
        cancel: (requests, { actor }) => cancel(desk, requests, actor),
      },
    };
  };
}

async function productsLeft({ inventory, taken }: DryDesk, ids: readonly string[]): Promise<Map<string, ProductStock>> {
  const products = [...(await inventory.products(ids)).values()];
  return new Map(
    products.map((product) => {
      const { product_id, quantity } = product;
      return [product_id, { ...product, quantity: quantity - (taken.get(product_id) ?? 0) }];
    }),
  );
}

function productsFor(desk: DryDesk, requests: readonly StockRequest[]): Promise<Map<string, ProductStock>> {
  return productsLeft(desk, [...new Set(requests.flatMap(({ lines }) => lines.map(({ product_id }) => product_id)))]);
}

async function allocate(desk: DryDesk, requests: readonly StockRequest[]): Promise<readonly AllocationResult[]> {
  const earlier = new Map<string, EarlierAllocation>();
  for (const { order_id } of requests) {
    const before = await earlierAllocation(desk, order_id);
    if (before !== undefined) earlier.set(String(order_id), before);
  }
  const stock = quantitiesOf(await productsFor(desk, requests));
  const { results, taken } = decideAllocation(requests, stock, earlier);
  for (const [productId, units] of taken) desk.taken.set(productId, (desk.taken.get(productId) ?? 0) + units);
  for (const [index, { order_id }] of requests.entries()) {
    if (results[index]?.kind === "allocated") desk.allocated.add(String(order_id));
  }
  return results;
}

/** Only an order that was there before this run can have movements. */
async function earlierAllocation(desk: DryDesk, orderId: OrderId): Promise<EarlierAllocation | undefined> {
  const id = String(orderId);
  if (desk.allocated.has(id)) return "already_allocated";
  if (desk.docs.has(id)) return undefined;
  const movements = await collect(desk.inventory.ledger({ orderId: id }));
  if (movements.length === 0) return undefined;
  return netLines(movements).length > 0 ? "already_allocated" : "closed";
}

async function create(
  desk: DryDesk,
  drafts: readonly OrderDraft[],
  options: CreateOptions,
): Promise<readonly CreateResult[]> {
  const known = await desk.orders.knownKeys(drafts.map(({ key }) => key));
  const at = desk.clock.now();
  return Promise.all(
    drafts.map(async (draft): Promise<CreateResult> => {
      const found = known.get(draft.key);
      const [existing] = found === undefined ? [] : await docsOf(desk, [found.order_id]);
      if (existing !== undefined) {
        return { kind: found?.content_hash === draft.content_hash ? "existing" : "conflict", order: existing };
      }
      const order = orderDoc(draft, options, at);
      desk.docs.set(String(order._id), order);
      return { kind: "created", order };
    }),
  );
}

async function docsOf({ docs, orders }: DryDesk, ids: readonly OrderId[]): Promise<readonly (OrderDoc | undefined)[]> {
  const real = ids.filter((id) => !docs.has(String(id)));
  const found = (await orders.readBack(real)).values();
  return ids.map((id) => docs.get(String(id)) ?? found.next().value);
}

type Moved =
  | { readonly kind: "moved"; readonly from: OrderStatus }
  | { readonly kind: "already" | "not_found" }
  | { readonly kind: "illegal"; readonly from: OrderStatus };

function moveAll(desk: DryDesk, docs: readonly (OrderDoc | undefined)[], to: OrderStatus, actor: Actor): Moved[] {
  return docs.map((doc): Moved => {
    if (doc === undefined) return { kind: "not_found" };
    const { status: from, history = [] } = doc;
    if (from === to) return { kind: "already" };
    if (!isLegalMove(from, to)) return { kind: "illegal", from };
    const row = historyRow(to, desk.clock.now(), actor);
    desk.docs.set(String(doc._id), { ...doc, status: to, history: [...history, row], updated_at: row.at });
    return { kind: "moved", from };
  });
}

async function cancel(desk: DryDesk, requests: readonly CancelRequest[], actor: Actor) {
  const docs = await docsOf(
    desk,
    requests.map(({ order_id }) => order_id),
  );
  return moveAll(desk, docs, "cancelled", actor).map((moved, index) => {
    const doc = desk.docs.get(String(requests[index]?.order_id));
    if (moved.kind !== "moved" || doc === undefined) return moved as Exclude<Moved, { kind: "moved" }>;
    const { reason = "", shortages = [] } = requests[index] ?? {};
    desk.docs.set(String(doc._id), { ...doc, reason, shortages: [...shortages] });
    return { kind: "cancelled" as const, from: moved.from, released: [] };
  });
}
