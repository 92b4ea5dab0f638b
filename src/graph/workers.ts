import type { Runtime } from "@langchain/langgraph";
import type { RunStepDoc } from "../db/collections.js";
import { type Action, allowedRoutes, type Exchange } from "../planner/planner.js";
import { isUndecided, type Scene, type Worker } from "../tools/batch.js";
import { advanceAll } from "../tools/results.js";
import type { ToolCall } from "../tools/toolbox.js";
import { batchRunOf, viewOf } from "./batch-run.js";
import type { Stop } from "./budget.js";
import type { GraphParts } from "./parts.js";
import { askPlanner } from "./settle.js";
import type { BatchContext, BatchState, BatchUpdate } from "./state.js";
import { carryOut, firstRefusal, modelSteps } from "./steps.js";

/** How often a worker is asked in one visit: the notebook's `max_iterations`. */
const maxRounds = 10;

interface Visit {
  readonly scene: Scene;
  readonly trail: readonly RunStepDoc[];
  readonly exchanges: readonly Exchange[];
}

/**
 * Makes the node of one worker: asks the planner for calls, carries them out under the guard, and asks again only
 * while calls are refused, the planner tries something new, and the worker has something left to do.
 */
export function createWorker(worker: Worker, parts: GraphParts) {
  return async (state: BatchState, runtime: Runtime<typeof BatchContext.State>): Promise<BatchUpdate> => {
    const { batch } = batchRunOf(runtime);
    let visit: Visit = { scene: { batch, progress: state.orders, actor: parts.actor }, trail: [], exchanges: [] };
    let stopped: Stop | undefined;
    let asked = 0;
    for (let mending = true; mending && asked < maxRounds; asked += 1) {
      const { scene, exchanges } = visit;
      const view = viewOf({ orders: scene.progress, plan: state.plan }, batch);
      const turn = { signal: parts.budget.signal, exchanges };
      const question = { batch: batch.number, worker, asked: state.asked + asked };
      const answer = await askPlanner(parts, question, () => parts.planner.act(worker, view, turn));
      if (answer.kind === "stopped") {
        stopped = answer.stop;
        visit = { ...visit, trail: [...visit.trail, ...answer.trail] };
        break;
      }
      visit = await carryOutAll(worker, answer.value, visit, parts);
      mending =
        isMending(visit.exchanges.slice(exchanges.length), exchanges) &&
        allowedRoutes(visit.scene.progress).includes(worker);
    }
    const { scene, trail } = visit;
    if (!scene.progress.some(isUndecided)) batch.passTurn();
    const idle = scene.progress.every((order, place) => order === state.orders[place]) ? state.idle + 1 : 0;
    return { orders: scene.progress, trail, asked, idle, ...(stopped !== undefined && { stopped }) };
  };
}

async function carryOutAll(
  worker: Worker,
  { calls, modelCalls = [] }: Action,
  visit: Visit,
  parts: GraphParts,
): Promise<Visit> {
  let { scene } = visit;
  const trail = [...visit.trail, ...modelSteps(scene.batch.number, worker, modelCalls)];
  const exchanges = [...visit.exchanges];
  for (const call of calls) {
    const { outcome, step } = await carryOut(parts, { worker }, call, scene);
    trail.push(step);
    exchanges.push({ call, outcome });
    scene = { ...scene, progress: advanceAll(scene.progress, outcome) };
  }
  return { scene, trail, exchanges };
}

/** Whether asking again may help: something was refused, and not all of it was said before. */
function isMending(latest: readonly Exchange[], earlier: readonly Exchange[]): boolean {
  const refused = latest.filter(({ outcome }) => firstRefusal(outcome) !== undefined);
  const known = new Set(earlier.map(fingerprint));
  return refused.some((exchange) => !known.has(fingerprint(exchange)));
}

function fingerprint({ call, outcome }: Exchange): string {
  return JSON.stringify([call satisfies ToolCall, outcome]);
}
