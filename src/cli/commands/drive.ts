import type { Command } from "commander";
import type { RunDesk, RunSettings } from "../../graph/drive.js";
import type { RunOutcome } from "../../graph/report.js";
import type { App } from "../app.js";
import { wholeNumber } from "../options.js";
import type { Progress } from "../render/progress.js";

/** How a run is to go, as its commands take it. */
export interface RunOptions {
  readonly batchSize?: number;
  readonly concurrency?: number;
  readonly maxSteps?: number;
  readonly maxTokens?: number;
  readonly timeout?: number;
  readonly model?: string;
  readonly baseUrl?: string;
  readonly modelTimeout?: number;
  readonly fallback?: boolean;
}

const longestSeconds = 2_000_000;

export function addRunOptions(command: Command): Command {
  return command
    .option("--batch-size <n>", "orders per graph run", wholeNumber(1, 10_000))
    .option("--concurrency <n>", "graph runs at a time", wholeNumber(1, 64))
    .option("--model <provider/name>", "let a model drive (env: WAREHOUSE_MODEL); default: the rules")
    .option("--base-url <url>", "an OpenAI-compatible server (env: OPENAI_BASE_URL)")
    .option("--max-steps <n>", "how often the planner may be asked; the rules finish the rest", wholeNumber(1))
    .option("--max-tokens <n>", "tokens the model may use; the rules finish the rest", wholeNumber(1))
    .option("--timeout <s>", "seconds for the planner; the rules finish the rest", wholeNumber(1, longestSeconds))
    .option("--model-timeout <s>", "seconds for one answer of the model (default: 120)", wholeNumber(1, longestSeconds))
    .option("--no-fallback", "leave orders pending when the model fails on the way, and exit 5");
}

/** Does a run by the options, with progress for people, and so that Ctrl-C finishes what is in flight. */
export async function drive(
  app: App,
  options: RunOptions,
  start: (desk: RunDesk, settings: RunSettings) => Promise<RunOutcome>,
): Promise<RunOutcome> {
  const { batchSize, concurrency, maxSteps, maxTokens, timeout, fallback = true } = options;
  const signal = app.stopSignal;
  const planner = await app.planner(options);
  const desk = { ...(await app.desk()), clock: app.clock };
  const progress = await watchProgress(app);
  try {
    return await start(desk, {
      signal,
      fallback,
      ...(planner !== undefined && { planner }),
      ...(batchSize !== undefined && { batchSize }),
      ...(concurrency !== undefined && { concurrency }),
      limits: {
        ...(maxSteps !== undefined && { maxSteps }),
        ...(maxTokens !== undefined && { maxTokens }),
        ...(timeout !== undefined && { timeoutMs: timeout * 1000 }),
      },
      ...(progress !== undefined && { onProgress: ({ orders, total }) => progress.update(orders, total) }),
    });
  } finally {
    progress?.stop();
  }
}

/** Progress is for people, so nothing of it is loaded elsewhere. */
export async function watchProgress({ out, env, host, clock }: App): Promise<Progress | undefined> {
  if (!out.watched) return undefined;
  const { startProgress } = await import("../render/progress.js");
  return startProgress({ stream: host.stderr, env, clock, color: out.options.color && !env["NO_COLOR"] });
}
