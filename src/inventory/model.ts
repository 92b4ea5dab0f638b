import type { Actor, MovementDoc, MovementKind, OrderId, ShortageDoc } from "../db/collections.js";

/** Units of one product that somebody wants. */
interface StockLine {
  readonly product_id: string;
  /** Whole units, at least 1. */
  readonly quantity: number;
}

export interface StockRequest {
  readonly order_id: OrderId;
  readonly lines: readonly StockLine[];
}

/** A product as it was read. */
export interface ProductStock {
  readonly product_id: string;
  readonly name: string;
  /** `null` where another program left none. */
  readonly price: number | null;
  readonly quantity: number;
}

/** One row of `warehouse stock`. */
export interface StockLevel extends ProductStock {
  /** Units taken by orders that are not delivered yet. */
  readonly allocated: number;
}

/** A change of one product's stock. */
export interface RecentMovement {
  readonly at: Date;
  /** Units added to (or, negative, taken from) what can be sold. */
  readonly delta: number;
}

export type ShortageReason = "insufficient_stock" | "unknown_product";

/** Every line that cannot be filled; `unknown_product` wins when any product is unknown. */
export interface Short {
  readonly kind: "short";
  readonly reason: ShortageReason;
  readonly shortages: readonly ShortageDoc[];
}

export type CheckResult = { readonly kind: "available" } | Short;

export interface StockCheck {
  /** One per request, in order; each as if the earlier ones that can be filled had been. */
  readonly results: readonly CheckResult[];
  /** The products read, by id; unknown ones are absent. */
  readonly products: ReadonlyMap<string, ProductStock>;
}

export type AllocationResult =
  | { readonly kind: "allocated" }
  | { readonly kind: "already_allocated" }
  /** Cancelled meanwhile: its allocation can never be made. */
  | { readonly kind: "closed" }
  | Short;

export interface Period {
  /** What happened at this very moment came before. */
  readonly from: Date;
  /** What happened at this very moment is in it. */
  readonly to: Date;
}

/** A product's stock around a period, as the ledger has it. */
export interface StockAround {
  readonly name: string;
  /** Just before the first movement in it. */
  readonly before: number;
  /** Just after the last one. */
  readonly after: number;
}

export interface ProductSeed {
  readonly _id: string;
  readonly name: string;
  readonly price: number;
  readonly quantity: number;
}

export interface StockChange {
  readonly product_id: string;
  readonly before: number;
  readonly after: number;
}

/** One row of `warehouse ledger`. */
export type LedgerEntry = MovementDoc;

export interface LedgerFilter {
  readonly productId?: string;
  readonly orderId?: string;
  readonly runId?: string;
  readonly kind?: MovementKind;
  readonly limit?: number;
}

export interface AllocateOptions {
  readonly actor: Actor;
  /** The orders were created by this caller a moment ago: saves the look for earlier allocations. A wrong guess costs a retry, never a unit. */
  readonly fresh?: boolean;
  /** Products as the caller read them before: saves reading them again while there is plenty. A wrong guess costs a retry. */
  readonly seen?: ReadonlyMap<string, ProductStock>;
}

/** What the inventory feature does; `createInventory` makes one. */
export interface Inventory {
  /** Products by id, without what is allocated; unknown ids are absent. */
  products(productIds: readonly string[]): Promise<ReadonlyMap<string, ProductStock>>;
  /** The first product ids in id order, to tell an empty database and to suggest names. */
  someProductIds(limit: number): Promise<readonly string[]>;
  /** All products, or those asked for, by id; unknown ids are absent. */
  stockLevels(productIds?: readonly string[]): Promise<readonly StockLevel[]>;
  /**
   * What was in stock before and after a period, counted back from now over the ledger.
   * @returns by product id; products that are not there any more are absent
   */
  stockAround(productIds: readonly string[], period: Period): Promise<ReadonlyMap<string, StockAround>>;
  /** How many products there are. */
  countProducts(): Promise<number>;
  /** The last movements of each product, oldest first, at most `limit` of each. */
  recentMovements(
    productIds: readonly string[],
    limit: number,
  ): Promise<ReadonlyMap<string, readonly RecentMovement[]>>;
  checkStock(requests: readonly StockRequest[]): Promise<StockCheck>;
  /**
   * Takes the units of each order's lines from stock, all or nothing per order, earlier orders first.
   *
   * The decision and the change are one transaction with the guard in each filter, so two
   * runs can never take the same unit. Repeating an order changes nothing.
   * @returns one result per request, in order
   * @throws WarehouseError `database_unavailable` once the retries are used up
   * Source: MongoDB manual, "Transactions"; the ledger's invariants I1 to I3 in DESIGN.md
   */
  allocate(requests: readonly StockRequest[], options: AllocateOptions): Promise<readonly AllocationResult[]>;
  /** @throws WarehouseError `not_found` */
  receive(productId: string, units: number, actor: Actor): Promise<StockChange>;
  /** @throws WarehouseError `not_found`, or `insufficient_stock` when it would fall below zero */
  adjust(productId: string, delta: number, reason: string, actor: Actor): Promise<StockChange>;
  /** Puts products at exactly their stated name, price and stock; the difference goes through the ledger. */
  seedProducts(products: readonly ProductSeed[], actor: Actor): Promise<readonly StockChange[]>;
  /** Empties products, orders, ledger and runs. */
  reset(): Promise<void>;
  /** Stock movements, oldest first, streamed. */
  ledger(filter?: LedgerFilter): AsyncIterable<LedgerEntry>;
}
