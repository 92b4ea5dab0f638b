import type { Worker } from "../tools/batch.js";
import type { ToolCall } from "../tools/toolbox.js";
import type { ChatAnswer, ChatModel, ChatRequest, ChatToolCall } from "./chat.js";
import { expandHandles } from "./handles.js";
import { type Action, type BatchView, type Delegation, type ModelCall, needOf, type Planner } from "./planner.js";
import type { Routing, Turn } from "./planner.js";
import { delegateInput, delegateTool, supervisorPrompt, workerPrompt } from "./prompts.js";
import { callFor } from "./rules.js";
import type { Clock } from "../shared/clock.js";

interface Asking {
  readonly model: ChatModel;
  readonly clock: Clock;
}

/**
 * The planner that asks a model: once for the plan of a batch, then once per worker.
 *
 * Stock is read before the first question and without one, so that the plan knows what is short. The supervisor is
 * asked again only when its plan is done, orders are not, and it is not evident who is next; a plan that names nobody
 * leaves the rest to the rules.
 */
export function createLlmPlanner(model: ChatModel, clock: Clock): Planner {
  const asking = { model, clock };
  return {
    name: model.name,
    batchSize: 20,
    concurrency: 4,
    route: (view, turn) => route(asking, view, turn),
    act: (worker, view, turn) => act(asking, worker, view, turn),
  };
}

async function route(asking: Asking, view: BatchView, turn: Turn): Promise<Routing> {
  if (turn.refusedRoute === undefined && unchecked(view).length > 0) return { to: "inventory" };
  const next = openDelegations(view.plan.slice(1), view);
  if (next[0] !== undefined) return { to: next[0].worker, plan: next };
  const evident = evidentStep(view);
  if (evident !== undefined) return { to: evident.worker, plan: [evident] };
  const { answer, modelCalls } = await ask(asking, { ...supervisorPrompt(view), signal: turn.signal });
  const plan = openDelegations(planOf(answer.calls, view), view);
  return { to: plan[0]?.worker ?? "settle", plan, modelCalls };
}

async function act(asking: Asking, worker: Worker, view: BatchView, turn: Turn): Promise<Action> {
  const fresh = unchecked(view);
  if (worker === "inventory" && fresh.length > 0) return { calls: [callFor("check_stock", fresh)] };
  const prompt = workerPrompt(worker, view, turn.exchanges);
  const { answer, modelCalls } = await ask(asking, { ...prompt, signal: turn.signal });
  return { calls: answer.calls.slice(0, maxCalls).map((call) => toolCall(call, view)), modelCalls };
}

/** More calls than this in one answer are babble. */
const maxCalls = 50;

function unchecked(view: BatchView) {
  return view.orders.filter((order) => needOf(order) === "check");
}

/** The steps of a plan from the first on whose worker has something to do; the state says which those are. */
function openDelegations(plan: readonly Delegation[], { routes }: BatchView): readonly Delegation[] {
  const first = plan.findIndex(({ worker }) => routes.includes(worker));
  return first < 0 ? [] : plan.slice(first);
}

/** After a plan that ended too soon: the one worker who can go on, unless that is who could not just now. */
function evidentStep({ plan, routes, orders }: BatchView): Delegation | undefined {
  const [worker, ...others] = routes.filter((route) => route !== "settle");
  if (plan[0] === undefined || worker === undefined || others.length > 0 || worker === plan[0].worker) return undefined;
  return { worker, orders: orders.map(({ handle }) => handle) };
}

/** What the supervisor delegated, over all its calls; anything that is no plan counts as none. */
function planOf(calls: readonly ChatToolCall[], view: BatchView): readonly Delegation[] {
  const known = new Set(view.orders.map(({ handle }) => handle as string));
  return calls
    .filter(({ name }) => name === delegateTool)
    .flatMap(({ args }) => delegateInput.safeParse(args).data?.steps ?? [])
    .map(({ worker, orders }) => ({
      worker,
      orders: expandHandles(orders, view.orders.length).filter((handle) => known.has(handle)),
    }))
    .filter(({ orders }) => orders.length > 0);
}

/** A model's call with its ranges written out; whatever else is in it stays for the guard to judge. */
function toolCall({ name, args }: ChatToolCall, view: BatchView): ToolCall {
  if (typeof args !== "object" || args === null || !("orders" in args)) return { tool: name, args };
  return { tool: name, args: { ...args, orders: expandHandles(args.orders, view.orders.length) } };
}

async function ask({ model, clock }: Asking, request: ChatRequest) {
  const startedAt = clock.now();
  const answer: ChatAnswer = await model.complete(request);
  const { usage, durationMs } = answer;
  const modelCall: ModelCall = { startedAt, durationMs, ...usage };
  return { answer, modelCalls: [modelCall] };
}
