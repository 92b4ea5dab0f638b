import { z } from "zod";
import type { Scene, Worker } from "./batch.js";
import { type CallOutcome, type OrderResult, refused } from "./results.js";

export type ToolName = "check_stock" | "update_stock" | "create_order" | "cancel_order" | "update_delivery_status";

/** A tool as planners and the graph see it. */
export interface Tool {
  readonly name: ToolName;
  readonly description: string;
  /** Whose right it is to call it. */
  readonly worker: Worker;
  readonly effect: "read" | "write";
  readonly input: z.ZodObject;
  /** Checks the arguments and runs; whatever a planner got wrong comes back as a refusal. */
  call(args: unknown, scene: Scene): Promise<CallOutcome>;
}

interface ToolDefinition<Input extends z.ZodObject> {
  readonly name: ToolName;
  readonly description: string;
  readonly worker: Worker;
  readonly effect: "read" | "write";
  readonly input: Input;
  /** Arguments that would be right, for refusals. */
  readonly example: z.output<Input>;
  readonly run: (input: z.output<Input>, scene: Scene) => Promise<readonly OrderResult[]>;
}

/** Orders by handle, as every tool takes them. */
export const orderHandles = z.array(z.string()).min(1).max(10_000);

/**
 * Makes a tool of its description, its rules for arguments and the work.
 *
 * Arguments that break the rules are refused with an example; an error of the work is nobody's to mend here and passes.
 */
export function defineTool<Input extends z.ZodObject>(definition: ToolDefinition<Input>): Tool {
  const { name, description, worker, effect, input, example, run } = definition;
  const correction = `call ${name} like ${JSON.stringify(example)}`;
  return {
    name,
    description,
    worker,
    effect,
    input,
    async call(args, scene) {
      const parsed = input.safeParse(args);
      if (parsed.success) return { kind: "done", results: await run(parsed.data, scene) };
      return refused("invalid_arguments", `${problemsOf(parsed.error)}; ${correction}`);
    },
  };
}

/** The first few problems, short whatever was sent, and nothing of it repeated: a planner could talk to itself. */
function problemsOf({ issues }: z.ZodError): string {
  const text = [...new Set(issues.map(problemOf))].slice(0, 3).join("; ");
  return text.length > 200 ? `${text.slice(0, 199)}…` : text;
}

function problemOf({ code, path, message }: z.core.$ZodIssue): string {
  return code === "unrecognized_keys" ? "Extra arguments" : [path.join("."), message].filter(Boolean).join(": ");
}
