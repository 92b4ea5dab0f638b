import { expect, it } from "vitest";
import { createBudget } from "../../src/graph/budget.js";
import { buildGraph } from "../../src/graph/build.js";
import { createOpening } from "../../src/graph/opening.js";
import { rulesPlanner } from "../../src/planner/rules.js";
import { systemClock } from "../../src/shared/clock.js";

it("has a supervisor, the three workers and settle; workers return to the supervisor", async () => {
  const graph = buildGraph({
    planner: rulesPlanner,
    actor: { by: "rules" },
    finisher: { by: "rules" },
    budget: createBudget({}),
    opening: createOpening(() => Promise.resolve()),
    fallback: true,
    clock: systemClock,
  });
  const { nodes, edges } = await graph.getGraphAsync();
  expect(Object.keys(nodes)).toEqual([
    "__start__",
    "supervisor",
    "inventory",
    "order",
    "delivery",
    "settle",
    "__end__",
  ]);
  expect(edges.map(({ source, target }) => `${source} ${target}`).sort()).toEqual([
    "__start__ supervisor",
    "delivery supervisor",
    "inventory supervisor",
    "order supervisor",
    "settle __end__",
    "supervisor delivery",
    "supervisor inventory",
    "supervisor order",
    "supervisor settle",
  ]);
});
