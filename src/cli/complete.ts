import { environmentOf } from "./dotenv.js";
import { type ExitCode, exitCodes } from "./exit-codes.js";
import type { Host } from "./host.js";
import { knownIds } from "./known-ids.js";

/**
 * What `bin` runs instead of `main` for a shell's Tab, because to load even that much would be felt.
 *
 * A prompt is no place for errors: whatever goes wrong, nothing is offered.
 */
export async function main(host: Host): Promise<ExitCode> {
  const [answer] = await Promise.allSettled([environmentOf(host).then((env) => knownIds(host, env))]);
  if (answer.status === "fulfilled") host.stdout.write(answer.value ?? "");
  return exitCodes.done;
}
