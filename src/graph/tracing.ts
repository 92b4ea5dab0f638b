/** What makes LangChain send every step to a tracing service, or print it to stdout. */
const switches = [
  "LANGSMITH_TRACING",
  "LANGSMITH_TRACING_V2",
  "LANGCHAIN_TRACING",
  "LANGCHAIN_TRACING_V2",
  "LANGCHAIN_VERBOSE",
];

/**
 * Turns off LangChain's tracing by environment, whatever the user's shell has set for other programs.
 *
 * No order leaves the machine unasked, and stdout is the report's. LangChain has no other switch for it.
 */
export function silenceTracing(environment: Record<string, string | undefined> = process.env): void {
  for (const name of switches) Reflect.deleteProperty(environment, name);
}
