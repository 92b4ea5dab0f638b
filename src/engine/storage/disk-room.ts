import { existsSync, statfsSync } from "node:fs";
import { join } from "node:path";

/** What the files of a new store need at once. */
const firstBytes = 256 * 1024;
const lookEveryMs = 500;

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
export function rejectWhenFull<T>(path: string, write: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setInterval(() => {
      const trouble = troubleOf(path);
      if (trouble === undefined) return;
      clearInterval(timer);
      reject(trouble);
    }, lookEveryMs);
    const answered = (): void => {
      clearInterval(timer);
    };
    write.then(resolve, reject).finally(answered);
  });
}

function troubleOf(path: string): Error | undefined {
  try {
    return isFull(path) ? noSpace(path) : undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function isFull(path: string): boolean {
  const { bavail, bsize } = statfsSync(path);
  return bavail * bsize < firstBytes;
}

function noSpace(path: string): Error {
  return Object.assign(new Error(`No space left on the device of ${path}`), { code: "ENOSPC" });
}
