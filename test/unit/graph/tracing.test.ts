import { expect, it } from "vitest";
import { silenceTracing } from "../../../src/graph/tracing.js";

it("switches LangChain's tracing and verbose output off, and touches nothing else", () => {
  const environment = {
    LANGSMITH_TRACING: "true",
    LANGCHAIN_TRACING_V2: "true",
    LANGCHAIN_VERBOSE: "true",
    PATH: "/bin",
  };
  silenceTracing(environment);
  expect(environment).toEqual({ PATH: "/bin" });
});
