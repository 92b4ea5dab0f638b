import type { Actor } from "../db/collections.js";
import type { Planner } from "../planner/planner.js";
import type { Clock } from "../shared/clock.js";
import type { Budget } from "./budget.js";
import type { Opening } from "./opening.js";

/** What the nodes of the graph share: everything that a whole run has in common. */
export interface GraphParts {
  readonly planner: Planner;
  /** In whose name the planner's calls are done. */
  readonly actor: Actor;
  /** In whose name the rest is finished. */
  readonly finisher: Actor;
  readonly budget: Budget;
  readonly opening: Opening;
  /** Whether the rules finish what a planner that cannot go on has left; otherwise it stays pending. */
  readonly fallback: boolean;
  readonly clock: Clock;
}
