import type { Action, BatchView, Planner, Route, Routing } from "../../src/planner/planner.js";
import { rulesChoice } from "../../src/planner/rules.js";
import type { Worker } from "../../src/tools/batch.js";
import type { ToolCall } from "../../src/tools/toolbox.js";

/** A planner that follows a script instead of reason. */
export function scriptedPlanner(
  script: {
    readonly route?: (view: BatchView, time: number) => Route | Routing | Promise<Routing>;
    readonly act?: (
      worker: Worker,
      view: BatchView,
      time: number,
    ) => readonly ToolCall[] | Promise<readonly ToolCall[]>;
  },
  more: Partial<Pick<Planner, "batchSize" | "concurrency">> = {},
): Planner {
  let routed = 0;
  let acted = 0;
  return {
    name: "test/rogue",
    batchSize: 20,
    concurrency: 1,
    ...more,
    async route(view): Promise<Routing> {
      routed += 1;
      const choice = await (script.route ?? sensibleRoute)(view, routed);
      return typeof choice === "string" ? { to: choice } : choice;
    },
    async act(worker, view): Promise<Action> {
      acted += 1;
      return { calls: await (script.act ?? sensibleCalls)(worker, view, acted) };
    },
  };
}

/** What the rules would choose. */
export function sensibleRoute({ orders }: BatchView): Route {
  return rulesChoice(orders).to;
}

/** What the rules would call. */
export function sensibleCalls(worker: Worker, { orders }: BatchView): readonly ToolCall[] {
  const { to, calls } = rulesChoice(orders);
  return to === worker ? calls : [];
}

/** All that a random planner may do, right or wrong; `pick` gives numbers below its argument. */
export function randomPlanner(pick: (below: number) => number): Planner {
  const chance = (percent: number): boolean => pick(100) < percent;
  const oneOf = <T>(items: readonly [T, ...T[]]): T => items[pick(items.length)] ?? items[0];
  const routes: readonly [Route, ...Route[]] = ["inventory", "order", "delivery", "settle"];
  const someHandles = ({ orders }: BatchView): string[] => {
    const handles = orders.map(({ handle }): string => handle).filter(() => chance(60));
    if (chance(20)) handles.reverse();
    if (chance(10)) handles.push(oneOf(["#0", "#999", "1", "", "#1; drop", "677b8a9ff033af3a53c9a75a"]));
    if (chance(10)) handles.push(...handles.slice(0, 3));
    return handles;
  };
  const randomCall = (view: BatchView): ToolCall => {
    const orders = someHandles(view);
    const reason = oneOf(["insufficient_stock", "unknown_product", "because"]);
    const status = oneOf(["in_transit", "in_transit", "delivered", "cancelled"]);
    return oneOf<ToolCall>([
      { tool: "check_stock", args: { orders } },
      { tool: "update_stock", args: { orders } },
      { tool: "create_order", args: { orders } },
      { tool: "cancel_order", args: { orders, reason } },
      { tool: "update_delivery_status", args: { orders, status } },
      { tool: "update_stock", args: { orders, quantity: -5 } },
      { tool: "refund", args: null },
      { tool: "create_order", args: "all of them" },
    ]);
  };
  const actRandomly = (worker: Worker, view: BatchView): readonly ToolCall[] => {
    const calls = chance(50) ? [...sensibleCalls(worker, view)] : [];
    for (let more = pick(4); more > 0; more -= 1) calls.push(randomCall(view));
    if (chance(20)) calls.push(...calls);
    if (chance(20)) calls.reverse();
    return calls;
  };
  return scriptedPlanner(
    {
      route: (view) => (chance(70) ? oneOf(["settle", ...view.routes]) : oneOf(routes)),
      act: actRandomly,
    },
    { batchSize: 1 + pick(6), concurrency: 1 + pick(3) },
  );
}
