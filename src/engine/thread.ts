import { once } from "node:events";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import type { Engine, EngineOptions } from "./index.js";

/** What the thread says once: where the engine listens, or why it could not be started. */
export type ThreadAnswer =
  | { readonly kind: "started"; readonly uri: string }
  | { readonly kind: "failed"; readonly name: string; readonly message: string; readonly code: string | undefined };

const program = new URL("./thread-main.js", import.meta.url);

/** Whether the program of the thread is there: run from source, it is not. */
export function hasThreadProgram(): boolean {
  return existsSync(fileURLToPath(program));
}

/**
 * Starts the engine in a thread of its own, so that it works while its client does. What ends that thread unasked
 * ends the process: nothing could be answered any more.
 * @throws Error as `startEngine` does
 */
export async function startThread(options: EngineOptions): Promise<Engine> {
  const worker = new Worker(program, { workerData: options });
  const exit = once(worker, "exit");
  const [answer] = (await once(worker, "message")) as [ThreadAnswer];
  if (answer.kind === "failed") {
    const { message, name, code } = answer;
    await exit;
    throw Object.assign(new Error(message), { name, code });
  }
  let closing: Promise<unknown> | undefined;
  return {
    uri: answer.uri,
    async close() {
      if (closing === undefined) worker.postMessage("close");
      await (closing ??= exit);
    },
  };
}
