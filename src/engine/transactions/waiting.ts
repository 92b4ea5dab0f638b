import { ServerError } from "../errors.js";
import type { WriteOptions } from "../kernel/types.js";
import type { Holder } from "./locks.js";

/**
 * Waits until a transaction is over.
 * @throws ServerError MaxTimeMSExpired at the deadline, Interrupted when the signal fires
 */
export async function waitFor(holder: Holder, { deadline, signal }: WriteOptions): Promise<void> {
  const interrupted = () => new ServerError("Interrupted", "operation was interrupted");
  if (signal?.aborted) throw interrupted();
  let timer: NodeJS.Timeout | undefined;
  let interrupt: (() => void) | undefined;
  const stopped = new Promise<never>((_, reject) => {
    if (deadline !== undefined) {
      const expired = () => reject(new ServerError("MaxTimeMSExpired", "operation exceeded time limit"));
      timer = setTimeout(expired, Math.max(0, deadline - Date.now()));
    }
    interrupt = () => reject(interrupted());
    signal?.addEventListener("abort", interrupt, { once: true });
  });
  try {
    await Promise.race([holder.ended, stopped]);
  } finally {
    clearTimeout(timer);
    if (interrupt) signal?.removeEventListener("abort", interrupt);
  }
}
