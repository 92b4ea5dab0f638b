import { rulesPlanner } from "../planner/rules.js";
import { systemClock } from "../shared/clock.js";
import { createBudget } from "./budget.js";
import { buildGraph } from "./build.js";
import { createOpening } from "./opening.js";

export interface GraphEdge {
  readonly source: string;
  readonly target: string;
  /** Taken only when the source chooses it. */
  readonly conditional: boolean;
}

/** The graph as LangGraph has compiled it. */
export interface GraphDrawing {
  /** In the order in which they were added, from `__start__` to `__end__`. */
  readonly nodes: readonly string[];
  readonly edges: readonly GraphEdge[];
  /** LangGraph's own Mermaid text, without styles, so that a page's theme shows. */
  readonly mermaid: string;
}

/** Reads the nodes and edges off the graph that runs use; nothing in it is run. */
export async function drawGraph(): Promise<GraphDrawing> {
  const drawable = await compiled().getGraphAsync();
  return {
    nodes: Object.keys(drawable.nodes),
    edges: drawable.edges.map(({ source, target, conditional = false }) => ({ source, target, conditional })),
    mermaid: drawable.drawMermaid({ withStyles: false }),
  };
}

/** What the nodes do depends on these parts, which nodes there are does not. */
function compiled() {
  return buildGraph({
    planner: rulesPlanner,
    actor: { by: "rules" },
    finisher: { by: "rules" },
    budget: createBudget({}),
    opening: createOpening(() => Promise.resolve()),
    fallback: true,
    clock: systemClock,
  });
}
