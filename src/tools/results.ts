import type { OrderId, OrderStatus } from "../db/collections.js";
import type { OrderProgress, Shortage } from "./batch.js";

/** Why a call, or one order of it, was not carried out. */
export type RefusalCode =
  | "unknown_tool"
  | "not_your_tool"
  | "invalid_arguments"
  | "unknown_handle"
  | "not_recorded"
  | "not_allocated"
  | "already_allocated"
  | "earlier_first"
  | "not_confirmed"
  | "wrong_reason"
  | "illegal_move";

export interface Refusal {
  readonly kind: "refused";
  readonly code: RefusalCode;
  /** Says what would be right; names orders by handle and products by alias only. */
  readonly message: string;
}

/** What the database said of one order. */
export type Fact =
  | { readonly kind: "available" }
  | { readonly kind: "seems_short"; readonly shortage: Shortage }
  | { readonly kind: "created"; readonly orderId: OrderId }
  | { readonly kind: "existing"; readonly orderId: OrderId; readonly status: OrderStatus }
  | { readonly kind: "conflict"; readonly orderId: OrderId }
  | { readonly kind: "allocated" }
  | { readonly kind: "short"; readonly shortage: Shortage }
  | { readonly kind: "unallocated" }
  | { readonly kind: "shipped" }
  | { readonly kind: "is"; readonly status: OrderStatus }
  | { readonly kind: "gone" };

/** A repeated or needless call: true already, nothing was done. */
export interface Already {
  readonly kind: "already";
}

export type OrderResult = { readonly handle: string } & (Fact | Already | Refusal);

/** The answer to one tool call: refused as a whole, or one result per order. */
export type CallOutcome = Refusal | { readonly kind: "done"; readonly results: readonly OrderResult[] };

/** A refusal that says what would be right. */
export function refused(code: RefusalCode, message: string): Refusal {
  return { kind: "refused", code, message };
}

/** How far an order is after a result; refusals and repetitions change nothing. */
export function advance(progress: OrderProgress, result: Fact | Already | Refusal): OrderProgress {
  switch (result.kind) {
    case "available":
      return { ...progress, checked: "available", shortage: undefined };
    case "seems_short":
      return { ...progress, checked: "short", shortage: result.shortage };
    case "created":
      return { ...progress, orderId: result.orderId, status: "pending", created: true };
    case "existing":
      return { ...progress, orderId: result.orderId, status: result.status };
    case "conflict":
      return { ...progress, orderId: result.orderId, status: "conflict" };
    case "allocated":
      return { ...progress, stock: "allocated", shortage: undefined };
    case "short":
      return { ...progress, stock: "short", shortage: result.shortage };
    case "unallocated":
      return { ...progress, stock: "open" };
    case "shipped":
      return { ...progress, status: "in_transit", shipped: true };
    case "is":
      return { ...progress, status: result.status };
    case "gone":
      return { ...progress, status: "gone" };
    case "already":
    case "refused":
      return progress;
  }
}

/** How far every order of the batch is after the results of one call. */
export function advanceAll(progress: readonly OrderProgress[], outcome: CallOutcome): readonly OrderProgress[] {
  if (outcome.kind === "refused") return progress;
  const next = [...progress];
  for (const result of outcome.results) {
    const place = placeOf(result.handle, next.length);
    const current = place === undefined ? undefined : next[place];
    if (place !== undefined && current !== undefined) next[place] = advance(current, result);
  }
  return next;
}

/** The place in the batch, from 0, that a handle names; `undefined` if it names none. */
export function placeOf(handle: string, orders: number): number | undefined {
  if (!/^#[1-9]\d{0,8}$/.test(handle)) return undefined;
  const place = Number(handle.slice(1)) - 1;
  return place < orders ? place : undefined;
}

/** How many results came out how, for the trail: `{ allocated: 19, short: 1 }`, `{ in_transit: 19 }`. */
export function countKinds(outcome: CallOutcome): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const result of outcome.kind === "refused" ? [outcome] : outcome.results) {
    const name = nameOf(result);
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

function nameOf(result: Fact | Already | Refusal): string {
  if (result.kind === "shipped") return "in_transit";
  return result.kind === "is" ? result.status : result.kind;
}
