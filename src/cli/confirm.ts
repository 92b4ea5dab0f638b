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
    // Ctrl-D closes: newer versions of Node then fail the question, older ones leave it open. An answer right before counts.
    const closed = new Promise<undefined>((resolve) => {
      prompt.once("close", () => setImmediate(resolve, undefined));
    });
    const asked = prompt.question(`${question} [y/N] `).catch(noAnswer);
    const answer = await Promise.race([asked, closed, stopped]);
    if (answer === undefined) host.stderr.write("\n");
    return answer !== undefined && /^y(es)?$/i.test(answer.trim());
  } finally {
    prompt.close();
  }
}

function noAnswer(error: unknown): undefined {
  if (!(error instanceof Error) || error.name !== "AbortError") throw error;
}
