import { fork } from "node:child_process";
import type { OpenOptions } from "../../db/connect.js";

/** What one process that did nothing but a run came to. */
export interface GrowthResult {
  readonly elapsedMs: number;
  readonly peakRssBytes: number;
}

export interface GrowthTask {
  readonly place: OpenOptions;
  readonly path: string;
}

/** Does a run in a process of its own, so that its peak memory is its own. @throws Error when that process fails */
export function measureGrowth(task: GrowthTask): Promise<GrowthResult> {
  return new Promise((resolve, reject) => {
    const child = fork(new URL("./growth-child.js", import.meta.url), {
      execArgv: [],
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    let result: GrowthResult | undefined;
    child.on("message", (message) => {
      result = message as GrowthResult;
    });
    child.on("error", reject);
    child.on("close", (code) => {
      if (result === undefined) reject(new Error(`The bench's own process ended with code ${String(code)}`));
      else resolve(result);
    });
    child.send(task);
  });
}
