import { readError, refusesParameter } from "./chat-errors.js";
import type { ToolSpec } from "./chat.js";

export type Asked = "required" | { readonly type: "function"; readonly function: { readonly name: string } };

/**
 * How a server is told that a call must come.
 *
 * All mean the same, but llama.cpp and LM Studio know only the word, llama-cpp-python and older vLLM only a tool's
 * name, and some nothing of it. So one form is tried after the other until one works.
 */
export interface ToolChoice {
  /** What to send; `undefined` for nothing. */
  of(tools: readonly ToolSpec[]): Asked | undefined;
  worked(): void;
  /** @returns whether the failure may be due to what was sent, and another form is to be tried at once */
  failed(cause: unknown, sent: Asked | undefined): boolean;
}

const forms = ["required", "named", "nothing"] as const;

/** @returns the choice for one server, which remembers what it took */
export function createToolChoice(): ToolChoice {
  let place = 0;
  let proven = false;
  return {
    of([only, ...others]) {
      if (only === undefined || forms[place] === "nothing") return undefined;
      if (forms[place] === "required") return "required";
      return others.length === 0 ? { type: "function", function: { name: only.name } } : undefined;
    },
    worked() {
      proven = true;
    },
    failed(cause, sent) {
      if (sent === undefined) return false;
      if (!refusesParameter(cause, "tool_choice") && (proven || !breaks(cause))) return false;
      // Others that were on their way may have found the same meanwhile.
      place = Math.max(place, sent === "required" ? 1 : 2);
      return true;
    },
  };
}

/** As servers answer what they did not reckon with; 502 to 504 say that they are busy or being restarted. */
function breaks(cause: unknown): boolean {
  const { status } = readError(cause);
  return status === 500 || status === 501;
}
