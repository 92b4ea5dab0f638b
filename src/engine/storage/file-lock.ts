import { randomBytes } from "node:crypto";
import { lstatSync, readlinkSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { pause } from "./pause.js";

/** Hardly anyone holds one this long: its owner's number has been given to another process, or the owner is stopped. */
const STALE_MS = 10_000;
const POLL_MS = 1;

/**
 * Waits for a lock between processes that is held for milliseconds, and takes it. It is a symbolic link that names its
 * owner: made in one step, also on a full disk, and taken from an owner that was killed. On Windows, where making one
 * is a privilege, nothing is locked.
 * @returns gives the lock back
 * @throws Error of the file system when the link cannot be made
 */
export function takeFileLock(path: string): () => void {
  if (process.platform === "win32") return () => undefined;
  const owner = `${process.pid}-${randomBytes(6).toString("hex")}`;
  while (!isMade(owner, path)) {
    const other = ownerOf(path);
    if (other === undefined) continue;
    if (isStale(other, path)) removeFrom(other, path);
    else pause(POLL_MS);
  }
  return () => {
    if (ownerOf(path) === owner) rmSync(path, { force: true });
  };
}

function isMade(owner: string, path: string): boolean {
  try {
    symlinkSync(owner, path);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
}

function ownerOf(path: string): string | undefined {
  return unlessGone(() => readlinkSync(path));
}

function isStale(owner: string, path: string): boolean {
  if (!isAlive(Number.parseInt(owner))) return true;
  const made = unlessGone(() => lstatSync(path).mtimeMs);
  return made !== undefined && Math.abs(Date.now() - made) > STALE_MS;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return codeOf(error) !== "ESRCH";
  }
}

/** Moves the link away before it looks whose it is: another may have removed the old one already, and a third taken it. */
function removeFrom(owner: string, path: string): void {
  const away = `${path}.${randomBytes(6).toString("hex")}`;
  unlessGone(() => {
    renameSync(path, away);
  });
  const moved = ownerOf(away);
  if (moved !== undefined && moved !== owner) isMade(moved, path);
  rmSync(away, { force: true });
}

function unlessGone<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
