import type { z } from "zod";
import type { Books } from "../books/model.js";
import type { Deliveries } from "../delivery/model.js";
import type { Inventory } from "../inventory/model.js";
import type { Orders } from "../order/model.js";

/** What the server's tools ask of the features. */
export interface McpFeatures {
  readonly inventory: Inventory;
  readonly orders: Orders;
  readonly deliveries: Deliveries;
  readonly books: Books;
}

/** A tool's answer as JSON: `JSON.stringify` gives what the client reads. */
export type ToolData = Readonly<Record<string, unknown>>;

/** Why a call changed nothing, and what to do instead. */
export interface ToolRefusal {
  readonly kind: "refused";
  readonly code: string;
  readonly message: string;
  readonly fix: string;
  readonly details: ToolData;
}

export type ToolOutcome = { readonly kind: "done"; readonly data: ToolData } | ToolRefusal;

/** A tool as other programs call it: with full arguments, one order or product at a time. */
export interface McpTool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** `write` tools are not there at all unless writes are allowed. */
  readonly effect: "read" | "write";
  /** A write that gives something up. */
  readonly destructive: boolean;
  readonly input: z.ZodType;
  readonly output: z.ZodType;
  readonly run: (args: unknown, features: McpFeatures) => Promise<ToolOutcome>;
}

interface ToolDefinition<I extends z.ZodType> extends Omit<McpTool, "run" | "input" | "destructive"> {
  readonly destructive?: boolean;
  readonly input: I;
  readonly run: (args: z.output<I>, features: McpFeatures) => Promise<ToolOutcome>;
}

/** A tool that runs only with arguments that keep its rules. */
export function defineMcpTool<I extends z.ZodType>(definition: ToolDefinition<I>): McpTool {
  const { input, run, destructive = false } = definition;
  return {
    ...definition,
    destructive,
    run: (args, features) => {
      const parsed = input.safeParse(args);
      return parsed.success ? run(parsed.data, features) : Promise.resolve(invalidArguments(parsed.error));
    },
  };
}

export function done(data: ToolData): ToolOutcome {
  return { kind: "done", data };
}

export function refused(
  code: string,
  message: string,
  { fix, details = {} }: { readonly fix: string; readonly details?: ToolData },
): ToolRefusal {
  return { kind: "refused", code, message, fix, details };
}

const shownProblems = 20;

function invalidArguments({ issues }: z.ZodError): ToolRefusal {
  const problems = issues
    .slice(0, shownProblems)
    .map(({ path, message }) => ({ path: path.map(String).join("."), message }));
  const said = problems.map(({ path, message }) => (path === "" ? message : `${path}: ${message}`)).join("; ");
  return refused("invalid_input", said, {
    fix: "correct these arguments and call again",
    details: { problems, problem_count: issues.length },
  });
}
