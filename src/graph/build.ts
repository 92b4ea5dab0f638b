import { END, START, StateGraph } from "@langchain/langgraph";
import type { GraphParts } from "./parts.js";
import { createSettle } from "./settle.js";
import { BatchContext, BatchState } from "./state.js";
import { createSupervisor } from "./supervisor.js";
import { silenceTracing } from "./tracing.js";
import { createWorker } from "./workers.js";

/**
 * The compiled graph of the order desk; one serves all batches of a run.
 *
 * Nothing in it is retried by LangGraph: the features retry what is worth it, and what fails is finished by `settle`.
 */
export function buildGraph(parts: GraphParts) {
  silenceTracing();
  return new StateGraph(BatchState, BatchContext)
    .addNode("supervisor", createSupervisor(parts), { ends: ["inventory", "order", "delivery", "settle"] })
    .addNode("inventory", createWorker("inventory", parts))
    .addNode("order", createWorker("order", parts))
    .addNode("delivery", createWorker("delivery", parts))
    .addNode("settle", createSettle(parts))
    .addEdge(START, "supervisor")
    .addEdge("inventory", "supervisor")
    .addEdge("order", "supervisor")
    .addEdge("delivery", "supervisor")
    .addEdge("settle", END)
    .compile({ name: "order desk" });
}

export type OrderGraph = ReturnType<typeof buildGraph>;
