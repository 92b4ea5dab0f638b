import type { ToolCall } from "../tools/toolbox.js";
import { needOf, type Need, needs, type OrderView, type Planner, type Route, routeFor } from "./planner.js";

/** Who is next, and what it calls. */
export interface RulesChoice {
  readonly to: Route;
  readonly calls: readonly ToolCall[];
}

/**
 * The fixed policy, for all orders of a batch at once: check stock, record, take the units, cancel what is short, ship.
 *
 * Pure: the same orders give the same choice, at no cost.
 */
export function rulesChoice(orders: readonly OrderView[]): RulesChoice {
  const need = firstNeed(orders);
  const needy = orders.filter((order) => needOf(order) === need);
  return { to: routeFor(need), calls: callsFor(need, needy) };
}

/** What comes first of all that the orders need. */
function firstNeed(orders: readonly OrderView[]): Need {
  const found = new Set<Need>();
  for (const order of orders) found.add(needOf(order));
  return needs.find((each) => found.has(each)) ?? "nothing";
}

/** The planner without a model: no key, no network, no tokens. */
export const rulesPlanner: Planner = {
  name: "rules",
  batchSize: 4_000,
  // While one batch takes its stock, the other is recorded, or shipped and read back; more of them cost memory only.
  concurrency: 2,
  route: ({ orders }) => ({ to: routeFor(firstNeed(orders)) }),
  act: (worker, { orders }) => {
    const { to, calls } = rulesChoice(orders);
    return { calls: to === worker ? calls : [] };
  },
};

function callsFor(need: Need, orders: readonly OrderView[]): ToolCall[] {
  switch (need) {
    case "check":
      return [callFor("check_stock", orders)];
    case "record":
      return [callFor("create_order", orders)];
    case "allocate":
      return [callFor("update_stock", orders)];
    case "cancel":
      return cancelCalls(orders);
    case "ship":
      return [callFor("update_delivery_status", orders, { status: "in_transit" })];
    case "nothing":
      return [];
  }
}

function cancelCalls(orders: readonly OrderView[]): ToolCall[] {
  return (["insufficient_stock", "unknown_product"] as const).flatMap((reason) => {
    const these = orders.filter(({ shortage }) => shortage?.reason === reason);
    return these.length === 0 ? [] : [callFor("cancel_order", these, { reason })];
  });
}

/** A call about these orders. */
export function callFor(tool: string, orders: readonly OrderView[], more: object = {}): ToolCall {
  return { tool, args: { orders: orders.map(({ handle }) => handle), ...more } };
}
