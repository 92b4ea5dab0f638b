import { WarehouseError } from "./errors.js";

const reasons: Readonly<Record<string, (path: string) => string>> = {
  ENOENT: (path) => `There is no file ${path}`,
  EISDIR: (path) => `${path} is a directory; name a file in it`,
  EACCES: (path) => `No permission to read ${path}`,
  EPERM: (path) => `No permission to read ${path}`,
  ENOSPC: (path) => `No space left in the temporary directory to copy ${path}; free some, or set TMPDIR`,
};

/** A file that cannot be read, as an error that says why. */
export function unreadableFile(path: string, message: string, cause?: unknown): WarehouseError {
  return new WarehouseError("unreadable_file", message, { details: { file: path }, cause });
}

/** What to throw for a failed system call: an answer that a user can act on; what is none of these stays as it is. */
export function asUnreadable(path: string, error: unknown): unknown {
  if (error instanceof WarehouseError || !(error instanceof Error)) return error;
  if (!("code" in error) || typeof error.code !== "string") return error;
  return unreadableFile(path, reasons[error.code]?.(path) ?? `Cannot read ${path} (${error.code})`, error);
}
