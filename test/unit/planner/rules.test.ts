import { describe, expect, it } from "vitest";
import { allowedRoutes, needOf, type OrderView } from "../../../src/planner/planner.js";
import { rulesChoice } from "../../../src/planner/rules.js";

const fresh: OrderView = {
  handle: "#1",
  status: null,
  created: false,
  shipped: false,
  checked: undefined,
  stock: "open",
  shortage: undefined,
};
const shortage = { reason: "insufficient_stock", lines: [{ product: "p1", wanted: 2, available: 1 }] } as const;

const stages: readonly (readonly [string, Partial<OrderView>, ReturnType<typeof needOf>, string])[] = [
  ["nothing is known", {}, "check", "inventory"],
  ["it was checked", { checked: "available" }, "record", "order"],
  ["it seems short", { checked: "short" }, "record", "order"],
  ["it is recorded", { status: "pending" }, "allocate", "inventory"],
  ["its units are taken", { status: "pending", stock: "allocated" }, "ship", "delivery"],
  ["it is short", { status: "pending", stock: "short", shortage }, "cancel", "order"],
  ["it is on its way", { status: "in_transit", stock: "allocated" }, "nothing", "settle"],
  ["it is delivered", { status: "delivered" }, "nothing", "settle"],
  ["it is cancelled", { status: "cancelled", stock: "short", shortage }, "nothing", "settle"],
  ["its key is another's", { status: "conflict" }, "nothing", "settle"],
  ["somebody deleted it", { status: "gone" }, "nothing", "settle"],
];

describe("the policy for an order", () => {
  it.each(stages)("when %s", (_, known, need, to) => {
    const order = { ...fresh, ...known };
    expect(needOf(order)).toBe(need);
    expect(rulesChoice([order]).to).toBe(to);
    expect(allowedRoutes([order])).toContain(to);
    expect(allowedRoutes([order]).at(-1)).toBe("settle");
  });
});

describe("rulesChoice", () => {
  it("takes all orders through the work together, the earliest need first", () => {
    const orders: OrderView[] = [
      { ...fresh, handle: "#1", status: "pending", stock: "allocated" },
      { ...fresh, handle: "#2", status: "pending" },
      { ...fresh, handle: "#3", status: "pending" },
      { ...fresh, handle: "#4", status: "cancelled" },
    ];
    expect(rulesChoice(orders)).toEqual({
      to: "inventory",
      calls: [{ tool: "update_stock", args: { orders: ["#2", "#3"] } }],
    });
  });

  it("cancels by the reason of each order", () => {
    const short: OrderView = { ...fresh, status: "pending", stock: "short", shortage };
    const unknown: OrderView = { ...short, handle: "#2", shortage: { ...shortage, reason: "unknown_product" } };
    expect(rulesChoice([short, unknown]).calls).toEqual([
      { tool: "cancel_order", args: { orders: ["#1"], reason: "insufficient_stock" } },
      { tool: "cancel_order", args: { orders: ["#2"], reason: "unknown_product" } },
    ]);
  });
});
