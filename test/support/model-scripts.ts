import { readPrompt } from "../../src/bench/perfect-model/read-prompt.js";
import { rightCalls } from "../../src/bench/perfect-model/right-calls.js";
import type { ModelScript } from "./model-server.js";

/** Answers with the calls that a model which makes no mistake would choose. */
export const perfectModel: ModelScript = (request) => ({ calls: rightCalls(readPrompt(request)) });
