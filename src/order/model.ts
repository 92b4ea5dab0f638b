import { hash } from "node:crypto";
import type { Actor, OrderDoc, OrderId, OrderLineDoc, OrderStatus, ShortageDoc } from "../db/collections.js";
import type { Arrivals } from "./arrivals.js";
import type { Leases } from "./leases.js";

/** What a customer wants of one product, as the order file says it. */
export interface OrderLine {
  readonly product_id: string;
  /** Whole units, at least 1. */
  readonly quantity: number;
}

/** A checked order that is to be recorded. */
export interface OrderDraft {
  readonly key: string;
  readonly content_hash: string;
  /** No product twice. */
  readonly lines: readonly OrderLine[];
  readonly address: string;
}

/** Per draft: recorded now, there already with the same content, or there with other content. */
export type CreateResult =
  | { readonly kind: "created"; readonly order: OrderDoc }
  | { readonly kind: "existing"; readonly order: OrderDoc }
  | { readonly kind: "conflict"; readonly order: OrderDoc };

export interface CreateOptions {
  /** Product prices as just read; a product that is absent or `null` has no price. */
  readonly prices: ReadonlyMap<string, number | null>;
  readonly actor: Actor;
}

/** What is known of a key that was used before. */
export interface KnownKey {
  readonly order_id: OrderId;
  readonly status: OrderStatus;
  readonly content_hash: string | undefined;
}

/** An order as `--json` shows it (`CONTRACT.md`). */
export interface OrderView {
  readonly order_id: string;
  readonly key: string | null;
  readonly status: OrderStatus;
  readonly products: readonly OrderLineDoc[];
  readonly address: string;
  readonly total: number | null;
  readonly reason: string | null;
  readonly shortages: readonly ShortageDoc[];
  readonly run: string | null;
  readonly created_at: string | null;
}

export interface OrderFilter {
  readonly status?: OrderStatus;
  /** Only what this run created. */
  readonly runId?: string;
  /** Only what this run created or moved; no index helps, so every order is looked at. */
  readonly movedBy?: string;
  readonly oldestFirst?: boolean;
  readonly limit?: number;
}

/** What the order feature does; `createOrders` makes one. */
export interface Orders {
  /**
   * Records each draft as a `pending` order, exactly once per key, with one insert for all.
   * @returns one result per draft, in order
   */
  create(drafts: readonly OrderDraft[], options: CreateOptions): Promise<readonly CreateResult[]>;
  /** Which of these keys are taken, by key; looked up in chunks. */
  knownKeys(keys: readonly string[]): Promise<ReadonlyMap<string, KnownKey>>;
  /**
   * By `_id` in any of the forms that a person can type, or by key; `undefined` if there is none.
   * @throws WarehouseError `usage` when two orders answer to it, naming both
   */
  find(idOrKey: string): Promise<OrderDoc | undefined>;
  /** The documents as they are now, one per id in order; `undefined` where there is none. */
  readBack(orderIds: readonly OrderId[]): Promise<readonly (OrderDoc | undefined)[]>;
  /** How many of these orders have this status now. @param orderIds none twice */
  countIn(status: OrderStatus, orderIds: readonly OrderId[]): Promise<number>;
  /** By `_id`, newest first unless told otherwise, streamed. */
  list(filter?: OrderFilter): AsyncIterable<OrderDoc>;
  /** How many orders there are by status; other programs' may have any. */
  countByStatus(filter?: Pick<OrderFilter, "runId">): Promise<ReadonlyMap<string, number>>;
  /** Who works on which pending order. */
  readonly leases: Leases;
  /** Waits for orders that are recorded from now on. */
  watchArrivals(): Arrivals;
}

/**
 * The fingerprint by which a repeated `order_id` is told from a conflicting one.
 *
 * The order of the lines does not matter, the address counts to the byte.
 * @param lines no product twice
 * @returns 32 hex digits
 */
export function contentHash(lines: readonly OrderLine[], address: string): string {
  const sorted = lines
    .map(({ product_id, quantity }) => [product_id, quantity] as const)
    .sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0));
  return hash("sha256", JSON.stringify([address, sorted]), "hex").slice(0, 32);
}
