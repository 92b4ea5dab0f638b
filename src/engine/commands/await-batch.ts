import { setTimeout as sleep } from "node:timers/promises";
import type { Batch, Cursor } from "../cursors/registry.js";
import { ServerError } from "../errors.js";
import type { Request } from "./command.js";

/** How long a getMore waits for something to come, unless `maxTimeMS` says otherwise. */
const defaultWaitMs = 1000;
/** How often the log is looked at: other processes write to it too, and cannot tell. */
const lookMs = 15;

/**
 * The next batch of a cursor that follows something, as soon as it holds a document; empty when the time is over.
 * @throws ServerError Interrupted once the connection is gone, CursorKilled once the cursor is
 */
export async function awaitBatch(request: Request, cursor: Cursor, count: number): Promise<Batch> {
  cursor.busy = true;
  try {
    return await follow(request, cursor, count);
  } finally {
    cursor.busy = false;
  }
}

async function follow({ args, server, connection }: Request, cursor: Cursor, count: number): Promise<Batch> {
  const { source } = cursor;
  const until = Date.now() + Number(args.long("maxTimeMS") ?? BigInt(defaultWaitMs));
  for (;;) {
    await source.following?.prepare();
    if (connection.signal.aborted) throw new ServerError("Interrupted", "The connection is gone");
    if (!server.cursors.has(cursor.id)) throw new ServerError("CursorKilled", "The cursor was killed");
    const batch = source.next(count);
    const left = until - Date.now();
    if (batch.docs.length > 0 || batch.done || left <= 0) return batch;
    const pauseMs = source.following?.isBehind === true ? 0 : Math.min(lookMs, left);
    // A connection that goes ends the pause; the next look tells.
    await sleep(pauseMs, undefined, { signal: connection.signal }).catch(() => undefined);
  }
}
