import type { App } from "./app.js";
import { exitCodes } from "./exit-codes.js";
import type { Host } from "./host.js";

/**
 * Ctrl-C once: a command that drains finishes its batch, any other ends. Twice: the process ends at once.
 *
 * The books hold either way, since every change is one transaction.
 * @returns what takes the listeners off again
 */
export function watchInterrupts(host: Host, app: App): () => void {
  let interrupted = false;
  const onSignal = (): void => {
    const drains = !interrupted && app.stop();
    interrupted = true;
    if (!drains) {
      host.exit(exitCodes.interrupted);
      return;
    }
    void app.out.note("\nFinishing what is in flight; Ctrl-C once more stops at once");
  };
  host.on("SIGINT", onSignal);
  host.on("SIGTERM", onSignal);
  return () => {
    host.off("SIGINT", onSignal);
    host.off("SIGTERM", onSignal);
  };
}
