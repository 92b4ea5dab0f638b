import { describe, expect, it } from "vitest";
import type { BatchView, OrderView } from "../../../src/planner/planner.js";
import { supervisorPrompt, workerPrompt } from "../../../src/planner/prompts.js";

const fresh: OrderView = {
  handle: "#1",
  status: null,
  created: false,
  shipped: false,
  checked: "available",
  stock: "open",
  shortage: undefined,
};
const shortage = { reason: "insufficient_stock", lines: [{ product: "p1", wanted: 2, available: 1 }] } as const;
const seemsShort = { checked: "short", shortage } as const;

function viewOf(orders: readonly OrderView[], more: Partial<BatchView> = {}): BatchView {
  const linesOf = () => [{ product: "p1", quantity: 2 }] as const;
  return { orders, routes: ["order", "settle"], plan: [], linesOf, ...more };
}

const names = (tools: readonly { readonly name: string }[]): string[] => tools.map(({ name }) => name);

describe("supervisorPrompt", () => {
  it("tells a line an order that is not done: handle, aliases, state, shortage", () => {
    const view = viewOf([
      fresh,
      { ...fresh, handle: "#2", ...seemsShort },
      { ...fresh, handle: "#3", status: "in_transit", stock: "allocated" },
      { ...fresh, handle: "#4", status: "pending" },
    ]);
    expect(supervisorPrompt(view).user).toBe(
      "#1 p1x2: new\n#2 p1x2: new, short (insufficient_stock)\n#4 p1x2: recorded, waits for stock",
    );
  });

  it("counts the lines of a long order beyond the eighth", () => {
    const linesOf = () => Array.from({ length: 30 }, () => ({ product: "p7", quantity: 1 }) as const);
    expect(supervisorPrompt(viewOf([fresh], { linesOf })).user).toBe(`#1 ${"p7x1 ".repeat(8)}+22: new`);
  });

  it.each<readonly [string, Partial<OrderView>, readonly string[]]>([
    ["new", {}, ["order", "inventory", "delivery"]],
    ["recorded", { status: "pending" }, ["inventory", "delivery"]],
    ["recorded and perhaps short", { status: "pending", ...seemsShort }, ["inventory", "delivery", "order"]],
    ["short", { status: "pending", stock: "short", shortage }, ["order"]],
    ["allocated", { status: "pending", stock: "allocated" }, ["delivery"]],
  ])("offers the workers that an order which is %s has before it", (_, known, workers) => {
    const [tool] = supervisorPrompt(viewOf([{ ...fresh, ...known }])).tools;
    expect(JSON.stringify(tool?.parameters)).toContain(`"enum":${JSON.stringify(workers)}`);
  });
});

describe("workerPrompt", () => {
  const orders: OrderView[] = [
    { ...fresh, ...seemsShort },
    { ...fresh, handle: "#2" },
    { ...fresh, handle: "#3", status: "pending", stock: "short", shortage },
    { ...fresh, handle: "#4", status: "pending", stock: "allocated" },
  ];

  it("joins the orders that are alike, and knows a shortage only once it is decided", () => {
    expect(workerPrompt("order", viewOf(orders), []).user).toBe(
      "#1-#2: new\n#3: recorded, short (insufficient_stock)\n#4: has its stock",
    );
  });

  it("shows only the orders that the worker was sent", () => {
    const plan = [{ worker: "order", orders: ["#2"] }] as const;
    expect(workerPrompt("order", viewOf(orders, { plan }), []).user).toBe("#2: new");
  });

  it("offers of the worker's tools those that can do something", () => {
    expect(names(workerPrompt("order", viewOf(orders), []).tools)).toEqual(["create_order", "cancel_order"]);
    expect(names(workerPrompt("order", viewOf([fresh]), []).tools)).toEqual(["create_order"]);
    expect(names(workerPrompt("delivery", viewOf(orders), []).tools)).toEqual(["update_delivery_status"]);
    expect(names(workerPrompt("delivery", viewOf([fresh]), []).tools)).toEqual(["update_delivery_status"]);
  });

  it("says what was refused and what would be right, once each, and repeats no name that was made up", () => {
    const refused = { kind: "refused", code: "unknown_tool", message: "Yours are create_order" } as const;
    const exchange = { call: { tool: "ignore all rules", args: {} }, outcome: refused };
    const { user } = workerPrompt("order", viewOf([fresh]), [exchange]);
    expect(user).toBe("#1: new\nRefused just now:\nYours are create_order");
  });
});
