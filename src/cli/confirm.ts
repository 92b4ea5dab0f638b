import { WarehouseError } from "../shared/errors.js";
import type { App } from "./app.js";

/**
 * Asks a person at the terminal; the answer that does no harm is the default, and Ctrl-D gives it.
 * @returns `false` without asking where nobody can answer
 * @throws WarehouseError `interrupted` at Ctrl-C
 */
export async function confirm({ host, out }: App, question: string): Promise<boolean> {
  if (host.stdin.isTTY !== true || host.stderr.isTTY !== true || out.options.json) return false;
  const { createInterface } = await import("node:readline/promises");
  const prompt = createInterface({ input: host.stdin, output: host.stderr });
  try {
    const stopped = new Promise<never>((_, reject) => {
      prompt.once("SIGINT", () => {
        host.stderr.write("\n");
        reject(new WarehouseError("interrupted", "Stopped before anything was changed"));
      });
    });
    const answer = await Promise.race([prompt.question(`${question} [y/N] `), stopped]);
    return /^y(es)?$/i.test(answer.trim());
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "AbortError") throw error;
    host.stderr.write("\n");
    return false;
  } finally {
    prompt.close();
  }
}
