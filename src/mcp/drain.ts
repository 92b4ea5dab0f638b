import type { Readable, Writable } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import type { JSONRPCMessage, RequestId } from "@modelcontextprotocol/sdk/types.js";

interface Ends {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stop: AbortSignal;
}

/**
 * Waits until the client closes stdin, goes away, or `stop` aborts; then until all its requests are answered.
 *
 * The SDK's transport does not look at the end of stdin, and closing it drops the answers under way.
 * @param transport connected already
 */
export async function drain(transport: Transport, ends: Ends): Promise<void> {
  const open = trackRequests(transport);
  await ended(ends);
  while (open.size > 0 && !ends.stdout.destroyed) await wait(5);
}

/** The requests that wait for an answer, as they come and go. */
function trackRequests(transport: Transport): ReadonlySet<RequestId> {
  const open = new Set<RequestId>();
  const receive = transport.onmessage?.bind(transport);
  const send = transport.send.bind(transport);
  transport.onmessage = (message, extra) => {
    if ("method" in message && "id" in message) open.add(message.id);
    const cancelled = cancelledBy(message);
    if (cancelled !== undefined) open.delete(cancelled);
    receive?.(message, extra);
  };
  transport.send = async (message, options) => {
    await send(message, options);
    if (!("method" in message) && message.id !== undefined) open.delete(message.id);
  };
  return open;
}

/** A request that the client gave up gets no answer. */
function cancelledBy(message: JSONRPCMessage): RequestId | undefined {
  if (!("method" in message) || message.method !== "notifications/cancelled") return undefined;
  const id = message.params?.["requestId"];
  return typeof id === "string" || typeof id === "number" ? id : undefined;
}

function ended({ stdin, stdout, stop }: Ends): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => resolve();
    if (stop.aborted || stdin.readableEnded || stdin.destroyed) end();
    stop.addEventListener("abort", end, { once: true });
    for (const event of ["end", "close"]) stdin.once(event, end);
    for (const event of ["error", "close"]) stdout.once(event, end);
  });
}
