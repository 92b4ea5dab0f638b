export type StorageErrorKind = "foreign" | "in_use" | "damaged" | "version" | "no_access" | "full" | "failed";

/** The data directory cannot be used. The message names the path and says what to do. */
export class StorageError extends Error {
  override readonly name = "StorageError";
  readonly kind: StorageErrorKind;
  readonly path: string;

  constructor(kind: StorageErrorKind, path: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
    this.path = path;
  }
}

const noAccess = /EACCES|EPERM|EROFS|ENOTDIR|Permission denied|Read-only file system|Not a directory|not permitted/i;
/** LMDB answers a write cut short by a full disk with EIO. */
const full = /Input\/output error|ENOSPC|EDQUOT|EFBIG|No space left|MDB_MAP_FULL|quota exceeded|File too large/i;
const damaged = /MDB_INVALID|MDB_CORRUPTED|MDB_PAGE_NOTFOUND|MDB_PANIC/;
const version = /MDB_VERSION_MISMATCH/;

/** Puts a failure of the file system or of LMDB in words that someone can act on. */
export function storageError(error: unknown, path: string): StorageError {
  if (error instanceof StorageError) return error;
  const cause = error instanceof Error ? error : new Error(String(error));
  const text = `${cause.message} ${(cause as NodeJS.ErrnoException).code ?? ""}`;
  const make = (kind: StorageErrorKind, message: string) => new StorageError(kind, path, message, { cause });
  if (noAccess.test(text))
    return make("no_access", `Cannot write to the data directory ${path}: check its permissions`);
  if (full.test(text))
    return make(
      "full",
      `Could not write the data in ${path}: the disk is full or failing, free some space and try again`,
    );
  if (damaged.test(text)) return make("damaged", `The data in ${path} is damaged: restore it from a copy`);
  if (version.test(text)) return make("version", `The data in ${path} was written by another version of the store`);
  return make("failed", `Cannot use the data directory ${path}: ${cause.message}`);
}
