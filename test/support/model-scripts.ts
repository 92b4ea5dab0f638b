import { joinHandles } from "../../src/planner/handles.js";
import { delegateTool } from "../../src/planner/prompts.js";
import type { ModelScript, ScriptedCall } from "./model-server.js";
import { type ReadOrder, type ReadPrompt, readPrompt } from "./model-prompts.js";

/** Answers with the calls that a model which makes no mistake would choose. */
export const perfectModel: ModelScript = (request) => ({ calls: rightCalls(readPrompt(request)) });

/** The right calls on a prompt. */
export function rightCalls(prompt: ReadPrompt): ScriptedCall[] {
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

function cancellations(orders: readonly ReadOrder[]): ScriptedCall[] {
  return ["insufficient_stock", "unknown_product"].flatMap((reason) =>
    callFor(
      "cancel_order",
      orders.filter(({ short }) => short === reason),
      { reason },
    ),
  );
}

/** A call about these orders, as ranges; none without orders. */
function callFor(name: string, orders: readonly ReadOrder[], more: object = {}): ScriptedCall[] {
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
