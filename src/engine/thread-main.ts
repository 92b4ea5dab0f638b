import { once } from "node:events";
import { parentPort, workerData } from "node:worker_threads";
import { type EngineOptions, startEngine } from "./index.js";
import type { ThreadAnswer } from "./thread.js";

/** A thread of its own has much to do: more documents and keys come out of one piece of memory, which V8 has to watch. */
Buffer.poolSize = 32 * 1024;

/** The program of the engine's own thread: see `startThread`. */
async function serve(say: (answer: ThreadAnswer) => void, closing: Promise<unknown>): Promise<void> {
  const engine = await startEngine(workerData as EngineOptions).catch((error: unknown) => {
    say(failureOf(error));
  });
  if (engine === undefined) return;
  say({ kind: "started", uri: engine.uri });
  await closing;
  await engine.close();
}

function failureOf(error: unknown): ThreadAnswer {
  const { name, message, code }: NodeJS.ErrnoException = error instanceof Error ? error : new Error(String(error));
  return { kind: "failed", name, message, code };
}

const port = parentPort;
if (port === null) throw new Error("This is the program of a thread");
await serve(
  (answer) => {
    port.postMessage(answer);
  },
  once(port, "message"),
);
port.close();
