import { existsSync, statfsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

/** What the files of a new store need at once. */
const firstBytes = 256 * 1024;
const firstLookMs = 500;

/**
 * Refuses to begin a store where there is no room for it: its lock file is mapped, and a write to a mapped file that
 * finds no room kills the process.
 * @throws Error `ENOSPC`
 */
export function checkRoom(path: string): void {
  if (!existsSync(join(path, "lock.mdb")) && isFull(path)) throw noSpace(path);
}

/**
 * Waits for a write, but not for ever: some writes that a full disk cuts short are never answered by lmdb.
 * @throws Error `ENOSPC` when there is no answer and no room
 */
export async function rejectWhenFull<T>(path: string, write: Promise<T>): Promise<T> {
  const done = new AbortController();
  try {
    return await Promise.race([write, watchRoom(path, done.signal)]);
  } finally {
    done.abort();
  }
}

/** Ends only by an error, or unheard when the write was answered. */
async function watchRoom(path: string, signal: AbortSignal): Promise<never> {
  for (;;) {
    await delay(firstLookMs, undefined, { signal });
    if (isFull(path)) throw noSpace(path);
  }
}

function isFull(path: string): boolean {
  const { bavail, bsize } = statfsSync(path);
  return bavail * bsize < firstBytes;
}

function noSpace(path: string): Error {
  return Object.assign(new Error(`No space left on the device of ${path}`), { code: "ENOSPC" });
}
