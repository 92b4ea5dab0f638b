import type { Runtime } from "@langchain/langgraph";
import type { RunStepDoc } from "../db/collections.js";
import type { ModelCall, OrderView } from "../planner/planner.js";
import { callFor, type RulesChoice, rulesChoice } from "../planner/rules.js";
import { WarehouseError } from "../shared/errors.js";
import type { OrderProgress, Scene } from "../tools/batch.js";
import { advance, advanceAll } from "../tools/results.js";
import { batchRunOf } from "./batch-run.js";
import type { Stop } from "./budget.js";
import type { GraphParts } from "./parts.js";
import { type ReadOrder, readBack } from "./read-back.js";
import type { BatchContext, BatchState, BatchUpdate } from "./state.js";
import { carryOut, failedStep } from "./steps.js";

/** So often the database may contradict what it said before, because others change the same orders. */
const maxReadings = 3;

/** An order passes five stages; anything beyond is an order that others keep changing. */
const maxRounds = 10;

/** A question of one batch's supervisor or worker. */
export interface Question {
  readonly batch: number;
  readonly worker: string;
  /** How often the batch asked before. */
  readonly asked: number;
}

export type PlannerReply<T> =
  | { readonly kind: "value"; readonly value: T }
  | { readonly kind: "stopped"; readonly stop: Stop; readonly trail: readonly RunStepDoc[] };

/**
 * Asks the planner if the budget allows it; a planner that cannot go on is stopped for the whole run.
 *
 * Here, so that the catch is where the consequence is: what it leaves, `settle` finishes.
 * @throws WarehouseError `model_…` when the run's model has never answered and nothing was written yet
 */
export async function askPlanner<T extends { readonly modelCalls?: readonly ModelCall[] }>(
  { budget, opening, clock }: GraphParts,
  { asked, ...who }: Question,
  ask: () => T | Promise<T>,
): Promise<PlannerReply<T>> {
  const refusal = budget.ask(asked);
  if (refusal !== undefined) return { kind: "stopped", stop: refusal, trail: [] };
  const startedAt = clock.now();
  const start = clock.elapsedMs();
  try {
    const value = await opening.ask(ask);
    budget.spend(value.modelCalls ?? []);
    return { kind: "value", value };
  } catch (error) {
    const stop = budget.signal.aborted ? budget.stopped : stopOf(error);
    if (stop === undefined) throw error;
    const durationMs = clock.elapsedMs() - start;
    if (stop.error !== undefined) await opening.requireHope(stop.error);
    budget.stop(stop);
    return { kind: "stopped", stop, trail: [failedStep({ ...who, startedAt, durationMs, stop })] };
  }
}

function stopOf(error: unknown): Stop | undefined {
  if (!(error instanceof WarehouseError) || !error.code.startsWith("model_")) return undefined;
  return { code: error.code, message: error.message, error };
}

/**
 * Makes the last node: every order of the batch is done and read back from the database, whatever came before.
 *
 * What the planner left is finished by the rules through the same tools, in their own name. What is read back is
 * the last word: an order that turns out to be still pending is taken up again.
 */
export function createSettle(parts: GraphParts) {
  return async (state: BatchState, runtime: Runtime<typeof BatchContext.State>): Promise<BatchUpdate> => {
    const { batch, wantsRows, onSettled } = batchRunOf(runtime);
    const choose = mayFinish(parts, state) ? rulesChoice : recordOnly;
    const trail: RunStepDoc[] = [];
    let scene: Scene = { batch, progress: state.orders, actor: parts.finisher };
    let read: readonly (ReadOrder | undefined)[] = [];
    for (let reading = 0, open = true; open && reading < maxReadings; reading += 1) {
      scene = await finish(scene, choose, { parts, trail });
      read = await readBack(scene, wantsRows);
      scene = { ...scene, progress: scene.progress.map((order, place) => corrected(order, read[place])) };
      open = choose(scene.progress).calls.length > 0;
    }
    batch.passTurn();
    onSettled(read, scene.progress);
    return { orders: scene.progress, trail };
  };
}

function mayFinish({ fallback }: GraphParts, { stopped }: BatchState): boolean {
  return fallback || stopped === undefined;
}

/** Without leave to finish, orders are only recorded, so that `resume` can take them up. */
function recordOnly(orders: readonly OrderView[]): RulesChoice {
  const unrecorded = orders.filter(({ status }) => status === null);
  return { to: "order", calls: unrecorded.length === 0 ? [] : [callFor("create_order", unrecorded)] };
}

interface Finishing {
  readonly parts: GraphParts;
  readonly trail: RunStepDoc[];
}

async function finish(start: Scene, choose: typeof rulesChoice, { parts, trail }: Finishing): Promise<Scene> {
  let scene = start;
  for (let round = 0; round < maxRounds; round += 1) {
    const { to, calls } = choose(scene.progress);
    if (to === "settle" || calls.length === 0) break;
    for (const call of calls) {
      const { outcome, step } = await carryOut(parts, { worker: to, as: "settle" }, call, scene);
      trail.push(step);
      scene = { ...scene, progress: advanceAll(scene.progress, outcome) };
    }
  }
  return scene;
}

function corrected(order: OrderProgress, read: ReadOrder | undefined): OrderProgress {
  if (order.orderId === undefined || order.status === "conflict") return order;
  if (read === undefined) return advance(order, { kind: "gone" });
  return read.status === order.status ? order : advance(order, { kind: "is", status: read.status });
}
