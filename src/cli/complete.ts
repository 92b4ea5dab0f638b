import { setTimeout } from "node:timers/promises";
import { environmentOf } from "./dotenv.js";
import { type ExitCode, exitCodes } from "./exit-codes.js";
import type { Host } from "./host.js";
import { knownIds } from "./known-ids.js";

/** Milliseconds since the process started, after which an answer would be felt as a wait. */
const patienceMs = 80;

/**
 * What `bin` runs instead of `main` for a shell's Tab, because to load even that much would be felt.
 *
 * A prompt is no place for errors: whatever goes wrong, or takes too long, nothing is offered.
 * @param leftMs what is left of the time for an answer
 */
export async function main(host: Host, leftMs = patienceMs - performance.now()): Promise<ExitCode> {
  const answering = environmentOf(host).then((env) => knownIds(host, env));
  const late = setTimeout(Math.max(0, leftMs), [undefined], { ref: false });
  const [answer] = await Promise.race([Promise.allSettled([answering]), late]);
  // Else a slow read would keep the process, and with it the prompt.
  if (answer === undefined) host.exit(exitCodes.done);
  else if (answer.status === "fulfilled") host.stdout.write(answer.value ?? "");
  return exitCodes.done;
}
