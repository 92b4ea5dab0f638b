import { joinHandles } from "../../planner/handles.js";
import { delegateTool } from "../../planner/prompts.js";
import type { ReadOrder, ReadPrompt } from "./read-prompt.js";

export interface RightCall {
  readonly name: string;
  readonly args: object;
}

/** The calls that a model which makes no mistake would choose on a prompt. */
export function rightCalls(prompt: ReadPrompt): RightCall[] {
  const { asked, orders } = prompt;
  switch (asked) {
    case "supervisor":
      return [{ name: delegateTool, args: { steps: rightPlan(orders) } }];
    case "order":
      return [...callFor("create_order", orders.filter(isNew)), ...cancellations(orders)];
    case "inventory":
      return callFor(
        "update_stock",
        orders.filter(({ state }) => state === "waiting"),
      );
    case "delivery":
      return callFor(
        "update_delivery_status",
        orders.filter(({ state }) => state === "allocated"),
        {
          status: "in_transit",
        },
      );
  }
}

/** Short orders are cancelled once the inventory has said so, so they go to the order worker at the end. */
function rightPlan(orders: readonly ReadOrder[]) {
  const shortOnes = orders.filter(isShort);
  const good = orders.filter((order) => !isShort(order));
  const open = orders.filter(({ state }) => state === "new" || state === "waiting");
  return [
    ...delegation("order", orders.filter(isNew)),
    ...delegation("inventory", open),
    ...delegation("delivery", good),
    ...delegation("order", shortOnes),
  ];
}

function delegation(worker: string, orders: readonly ReadOrder[]) {
  return orders.length === 0 ? [] : [{ worker, orders: namesOf(orders) }];
}

function cancellations(orders: readonly ReadOrder[]): RightCall[] {
  return ["insufficient_stock", "unknown_product"].flatMap((reason) =>
    callFor(
      "cancel_order",
      orders.filter(({ short }) => short === reason),
      { reason },
    ),
  );
}

/** A call about these orders, as ranges; none without orders. */
function callFor(name: string, orders: readonly ReadOrder[], more: object = {}): RightCall[] {
  return orders.length === 0 ? [] : [{ name, args: { orders: namesOf(orders), ...more } }];
}

function namesOf(orders: readonly ReadOrder[]): string[] {
  return joinHandles(orders.map(({ handle }) => handle)).split(" ");
}

function isNew({ state }: ReadOrder): boolean {
  return state === "new";
}

function isShort({ short }: ReadOrder): boolean {
  return short !== undefined;
}
