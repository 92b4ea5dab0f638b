import { createWriteStream } from "node:fs";
import { realpath, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { WarehouseError } from "../shared/errors.js";

/** Text in pieces, so that a file of any size needs no memory. */
export type TextPieces = AsyncIterable<string>;

/**
 * Writes a file whole or not at all: under another name beside it, which then takes the place of what was there.
 *
 * A link is followed, and what is no plain file (a pipe, `/dev/null`) is written to as it is.
 * @param signal aborted, nothing is left behind
 * @throws WarehouseError `unwritable_file`, or `interrupted` by the signal
 */
export async function writeWhole(path: string, pieces: TextPieces, signal: AbortSignal): Promise<void> {
  const target = await realpath(path).catch(() => path);
  try {
    if (await isPlain(target)) await writeBeside(target, pieces, signal);
    else await pipeline(Readable.from(pieces), createWriteStream(target), { signal });
  } catch (error) {
    throw signal.aborted
      ? new WarehouseError("interrupted", `Stopped before ${path} was written`)
      : asUnwritable(path, error);
  }
}

async function isPlain(path: string): Promise<boolean> {
  const there = await stat(path).catch(() => undefined);
  return there === undefined || there.isFile();
}

async function writeBeside(target: string, pieces: TextPieces, signal: AbortSignal): Promise<void> {
  const draft = join(dirname(target), `.${basename(target).slice(0, 200)}.${process.pid}.tmp`);
  try {
    await pipeline(Readable.from(pieces), createWriteStream(draft), { signal });
    await rename(draft, target);
  } catch (error) {
    // Where even this fails, the first error says why.
    await Promise.allSettled([rm(draft, { force: true })]);
    throw error;
  }
}

const reasons: Readonly<Record<string, readonly [what: string, fix: string]>> = {
  ENOENT: ["There is no such directory", "make the directory first, or name another place"],
  ENOTDIR: ["What should be its directory is a file", "name another place"],
  EISDIR: ["It is a directory", "name a file in it"],
  EACCES: ["No permission to write there", "name a place where you may write"],
  EPERM: ["No permission to write there", "name a place where you may write"],
  EROFS: ["The file system is read-only", "name another place"],
  ENOSPC: ["No space left on the device", "free some, or name another place"],
  ENAMETOOLONG: ["The name is too long", "name it shorter"],
};

/** A failed system call on the file as something to act on; what the pieces threw stays as it is. */
function asUnwritable(path: string, error: unknown): unknown {
  if (!(error instanceof Error) || !("syscall" in error) || !("code" in error)) return error;
  const known =
    reasons[String(error.code)] ?? ("path" in error ? [String(error.code), "name another place"] : undefined);
  if (known === undefined) return error;
  const [what, fix] = known;
  return new WarehouseError("unwritable_file", `Cannot write ${path}: ${what}`, {
    details: { file: path, fix },
    cause: error,
  });
}
