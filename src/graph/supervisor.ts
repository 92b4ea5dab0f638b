import { Command, type Runtime } from "@langchain/langgraph";
import type { RunStepDoc } from "../db/collections.js";
import type { Route, Routing } from "../planner/planner.js";
import { batchRunOf, viewOf } from "./batch-run.js";
import type { Stop } from "./budget.js";
import type { GraphParts } from "./parts.js";
import { askPlanner } from "./settle.js";
import type { BatchContext, BatchState, BatchUpdate } from "./state.js";
import { modelSteps, refusedRouteStep } from "./steps.js";

/** Visits to workers without any order getting on, after which the planner is going round in circles. */
const patience = 3;

/** A planner gets so many tries to choose a route that the state allows. */
const tries = 2;

type Goto = Command<unknown, BatchUpdate, Route>;

/**
 * Makes the supervisor: asks the planner who is next and sends the batch there.
 *
 * It never asks when only one answer is left: nothing to do, or the planner's budget is used up.
 */
export function createSupervisor(parts: GraphParts) {
  return async (state: BatchState, runtime: Runtime<typeof BatchContext.State>): Promise<Goto> => {
    const { batch } = batchRunOf(runtime);
    const view = viewOf(state, batch);
    const { routes } = view;
    if (routes.length === 1) return new Command({ goto: "settle" });
    const stop = stopOf(state);
    if (stop !== undefined) return new Command({ goto: "settle", update: { stopped: stop } });
    const trail: RunStepDoc[] = [];
    let refusedRoute: Route | undefined;
    for (let asked = 0; asked < tries; asked += 1) {
      const turn = { signal: parts.budget.signal, exchanges: [], ...(refusedRoute !== undefined && { refusedRoute }) };
      const question = { batch: batch.number, worker: "supervisor", asked: state.asked + asked };
      const answer = await askPlanner(parts, question, () => parts.planner.route(view, turn));
      if (answer.kind === "stopped") return leave(answer.stop, [...trail, ...answer.trail], asked);
      const { to, plan, modelCalls = [] } = answer.value satisfies Routing;
      trail.push(...modelSteps(batch.number, "supervisor", modelCalls));
      if (routes.includes(to)) {
        return new Command({ goto: to, update: { trail, asked: asked + 1, ...(plan !== undefined && { plan }) } });
      }
      refusedRoute = to;
      trail.push(refusedRouteStep(batch.number, parts.clock.now()));
    }
    return leave({ code: "illegal_route", message: "The planner chose routes that lead nowhere" }, trail, tries);
  };
}

function stopOf({ stopped, idle }: BatchState): Stop | undefined {
  if (stopped !== undefined || idle < patience) return stopped;
  return { code: "no_progress", message: "The planner was going round in circles" };
}

function leave(stop: Stop, trail: readonly RunStepDoc[], asked: number): Goto {
  return new Command({ goto: "settle", update: { stopped: stop, trail, asked } });
}
