import type { Actor, OrderId, OrderStatus } from "../db/collections.js";
import type { Inventory, ProductStock, ShortageReason } from "../inventory/model.js";
import type { Books } from "../books/model.js";
import type { OrderDraft, OrderLine, Orders } from "../order/model.js";

export const workers = ["inventory", "order", "delivery"] as const;

export type Worker = (typeof workers)[number];

/** Names an order inside its batch, for planners: `#1` is the first. */
export type Handle = `#${number}`;

/** Names a product inside a batch, for planners: `p1` is the first that the batch mentions. */
export type Alias = `p${number}`;

/** What the tools ask of the features; a dry run hands in stand-ins that write nothing. */
export interface Features {
  readonly inventory: Pick<Inventory, "products" | "checkStock" | "allocate">;
  readonly orders: Pick<Orders, "create" | "readBack" | "countIn">;
  readonly books: Pick<Books, "ship" | "cancel">;
}

/** What code knows of one order: from the checked file or the database, never from a planner. */
export interface BatchOrder {
  readonly handle: Handle;
  /** Which order of the whole input it is. */
  readonly index: number;
  /** No product twice. */
  readonly lines: readonly OrderLine[];
  /** What is to be recorded; `undefined` for an order that was found in the database. */
  readonly draft: OrderDraft | undefined;
}

interface AliasedShortage {
  readonly product: Alias;
  readonly wanted: number;
  readonly available: number;
}

/** Why an order cannot be filled, in words that a planner may see. */
export interface Shortage {
  readonly reason: ShortageReason;
  readonly lines: readonly AliasedShortage[];
}

/**
 * Where an order stands, as far as the database has told this batch.
 *
 * It holds no text of the file or the catalogue, so all of it but `orderId` may be shown to a model.
 */
export interface OrderProgress {
  readonly handle: Handle;
  readonly orderId: OrderId | undefined;
  /** `null` until it is recorded; `conflict` when its key is another order's; `gone` when somebody deleted it. */
  readonly status: OrderStatus | "conflict" | "gone" | null;
  /** Whether this batch recorded it, so that nobody can have taken stock for it before. */
  readonly created: boolean;
  /** Whether this batch moved it to in_transit, so that nobody else can have. */
  readonly shipped: boolean;
  /** What `check_stock` last said, which binds nobody. */
  readonly checked: "available" | "short" | undefined;
  /** What `update_stock` decided; `open` until it has. */
  readonly stock: "open" | "allocated" | "short";
  /** Of the decision, else of the check. */
  readonly shortage: Shortage | undefined;
}

/** The orders of one graph run with what their tools need. */
export interface Batch {
  /** Counts from 1 within the run. */
  readonly number: number;
  /** In file order: `#1` first. */
  readonly orders: readonly BatchOrder[];
  readonly features: Features;
  readonly aliases: Aliases;
  /** Products as this batch last read them, for the prices of its orders. */
  readonly products: Map<string, ProductStock>;
  /** What the orders cost that this batch has recorded, by their place; `null` where a price is unknown. */
  readonly totals: (number | null)[];
  /** Comes when all earlier batches have taken what they can get, so that file order decides between batches too. */
  readonly turn: Promise<void>;
  /** Lets the next batch have its turn; repeating is harmless. */
  readonly passTurn: () => void;
}

/** What a tool call works on: the batch, how far it is, and in whose name. */
export interface Scene {
  readonly batch: Batch;
  /** One per order of the batch, in its order. */
  readonly progress: readonly OrderProgress[];
  readonly actor: Actor;
}

/** The two directions between products and their aliases. */
export interface Aliases {
  aliasOf(productId: string): Alias;
  productOf(alias: Alias): string;
}

/** The handle of the order at a place in the batch, from 0. */
export function handleAt(place: number): Handle {
  return `#${place + 1}`;
}

/** Aliases for the products of a batch, by first mention; given once the first is asked for. */
export function aliasesOf(orders: readonly Pick<BatchOrder, "lines">[]): Aliases {
  let given: AliasTable | undefined;
  const table = (): AliasTable => (given ??= tableOf(orders));
  return {
    aliasOf: (productId) => known(table().aliases.get(productId), productId),
    productOf: (alias) => known(table().products[Number(alias.slice(1)) - 1], alias),
  };
}

interface AliasTable {
  readonly products: readonly string[];
  readonly aliases: ReadonlyMap<string, Alias>;
}

function tableOf(orders: readonly Pick<BatchOrder, "lines">[]): AliasTable {
  const products = [...new Set(orders.flatMap(({ lines }) => lines.map(({ product_id }) => product_id)))];
  return { products, aliases: new Map(products.map((productId, index) => [productId, `p${index + 1}`])) };
}

function known<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new Error(`${name} is not of this batch`);
  return value;
}

/** Whether nothing is left to do for an order in this batch. */
function isSettled({ status }: OrderProgress): boolean {
  return status !== null && status !== "pending";
}

/** Whether it is still open who gets the units that the order wants. */
export function isUndecided(progress: OrderProgress): boolean {
  return !isSettled(progress) && progress.stock === "open";
}
