import type { Alias, OrderProgress, Worker } from "../tools/batch.js";
import type { CallOutcome } from "../tools/results.js";
import type { ToolCall } from "../tools/toolbox.js";

/** Where the supervisor may send a batch next; `settle` ends it. */
export type Route = Worker | "settle";

/** What an order needs next to get on; the table of the work. */
export type Need = "check" | "record" | "allocate" | "cancel" | "ship" | "nothing";

/** A part of a plan: these orders to this worker. */
export interface Delegation {
  readonly worker: Worker;
  /** Handles. */
  readonly orders: readonly string[];
}

/** One call to a model, for usage and trail. */
export interface ModelCall {
  readonly startedAt: Date;
  readonly durationMs: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** The server gave no numbers: counted here. */
  readonly estimated: boolean;
}

/** An order as a planner knows it. */
export type OrderView = Omit<OrderProgress, "orderId">;

/** All that a planner knows of a batch: no id, no text of the file or the catalogue. */
export interface BatchView {
  readonly orders: readonly OrderView[];
  /** The routes that the state allows; never empty. */
  readonly routes: readonly Route[];
  /** What `route` planned before, and has not taken back. */
  readonly plan: readonly Delegation[];
  /** An order's lines by product alias. */
  linesOf(handle: string): readonly { readonly product: Alias; readonly quantity: number }[];
}

/** A call with its answer. */
export interface Exchange {
  readonly call: ToolCall;
  readonly outcome: CallOutcome;
}

/** What a planner is asked beside the state. */
export interface Turn {
  /** Aborted when the run's time is up. */
  readonly signal: AbortSignal;
  /** What this worker called since it was last sent for, with the refusals that it may mend; empty at first. */
  readonly exchanges: readonly Exchange[];
  /** The route that was chosen just before and that the state does not allow. */
  readonly refusedRoute?: Route;
}

export interface Routing {
  readonly to: Route;
  /** Replaces the plan; without one the plan stays. */
  readonly plan?: readonly Delegation[];
  readonly modelCalls?: readonly ModelCall[];
}

export interface Action {
  /** Carried out in this order. */
  readonly calls: readonly ToolCall[];
  readonly modelCalls?: readonly ModelCall[];
}

/**
 * What chooses: rules or a model. It can change nothing itself; its calls go through the guard of the tools.
 *
 * One planner serves several batches at a time, so it keeps nothing about a batch between calls: that is what the
 * view's plan is for. It throws `WarehouseError` with a `model_…` code when it cannot go on; the rules then finish.
 */
export interface Planner {
  /** `rules` or `provider/name`: who an order's history names. */
  readonly name: string;
  /** Orders per graph run, and graph runs at a time, unless the user says otherwise. */
  readonly batchSize: number;
  readonly concurrency: number;
  /** The supervisor: who is next. */
  route(view: BatchView, turn: Turn): Routing | Promise<Routing>;
  /** A worker: what it calls; asked again with the exchanges only while calls are refused. */
  act(worker: Worker, view: BatchView, turn: Turn): Action | Promise<Action>;
}

/** The worker for each need. */
const workerFor = {
  check: "inventory",
  record: "order",
  allocate: "inventory",
  cancel: "order",
  ship: "delivery",
  nothing: "settle",
} as const satisfies Record<Need, Route>;

/** The work in its order. */
export const needs = Object.keys(workerFor) as readonly Need[];

/** Who serves a need. */
export function routeFor(need: Need): Route {
  return workerFor[need];
}

/** What an order needs next, by all that the database has said of it. */
export function needOf({ status, checked, stock }: OrderView): Need {
  switch (status) {
    case null:
      return checked === undefined ? "check" : "record";
    case "pending":
      return pendingNeed(stock);
    case "in_transit":
    case "delivered":
    case "cancelled":
    case "conflict":
    case "gone":
      return "nothing";
  }
}

function pendingNeed(stock: OrderProgress["stock"]): Need {
  switch (stock) {
    case "open":
      return "allocate";
    case "allocated":
      return "ship";
    case "short":
      return "cancel";
  }
}

/** The routes that make sense: a worker for whom there is work, and always the end. */
export function allowedRoutes(orders: readonly OrderView[]): readonly Route[] {
  const found = new Set<Route>();
  for (const order of orders) {
    const need = needOf(order);
    found.add(routeFor(need));
    // An order may be recorded unchecked, and cancelled on the word of a check alone.
    if (need === "check" || (need === "allocate" && order.checked === "short")) found.add("order");
  }
  found.delete("settle");
  return [...found, "settle"];
}
