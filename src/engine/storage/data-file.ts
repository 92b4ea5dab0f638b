import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { StorageError } from "./storage-error.js";
import { missingPage } from "./page-walk.js";

/** What one of the two heads of an LMDB file says. Source: `MDB_meta` in lmdb-js's mdb.c, data version 2 */
interface Head {
  readonly pageSize: number;
  readonly roots: readonly bigint[];
  readonly lastPage: bigint;
  readonly commit: bigint;
}

const MAGIC = 0xbeefc0de;
const DATA_VERSION = 2;
const HEADER_BYTES = 24;
const HEAD_BYTES = 176;
const MIN_PAGE = 512;
const MAX_PAGE = 65536;

/**
 * Checks, before LMDB maps it, that a file is one of ours and whole: a map of a file that is too short ends the
 * process at the first touch of what is missing.
 * @throws StorageError foreign, version or damaged; a file that is not there or is still empty is fine
 */
export function checkDataFile(path: string): void {
  let file;
  try {
    file = openSync(path, "r");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  try {
    if (fstatSync(file).size > 0) checkHeads(file, path);
  } finally {
    closeSync(file);
  }
}

function checkHeads(file: number, path: string): void {
  const first = readHead(file, path, 0);
  const second = readHead(file, path, first.pageSize);
  const head = second.commit > first.commit ? second : first;
  // After the heads: another process may be writing, and it writes pages before the head that counts them.
  const { size } = fstatSync(file);
  if (BigInt(size) >= (head.lastPage + 1n) * BigInt(head.pageSize)) return;
  // Pages that were taken and given back at the end of the file may never have been written.
  const missing = missingPage({ file, size, pageSize: head.pageSize, roots: head.roots });
  if (missing === undefined) return;
  const message = `The data file ${path} is cut short (${size} bytes, page ${missing} is missing): restore it from a copy`;
  throw new StorageError("damaged", path, message);
}

function readHead(file: number, path: string, at: number): Head {
  const bytes = Buffer.alloc(HEAD_BYTES);
  const read = readSync(file, bytes, 0, HEAD_BYTES, at);
  if (read < HEADER_BYTES + 8 || bytes.readUInt32LE(HEADER_BYTES) !== MAGIC) throw foreign(path, at);
  const version = bytes.readUInt32LE(HEADER_BYTES + 4);
  if (version !== DATA_VERSION) {
    const message = `The data file ${path} has LMDB's data version ${version}, this version reads ${DATA_VERSION}`;
    throw new StorageError("version", path, message);
  }
  const pageSize = bytes.readUInt32LE(48);
  if (read < HEAD_BYTES || pageSize < MIN_PAGE || pageSize > MAX_PAGE) throw foreign(path, at);
  return {
    pageSize,
    roots: [bytes.readBigUInt64LE(88), bytes.readBigUInt64LE(136)],
    lastPage: bytes.readBigUInt64LE(144),
    commit: bytes.readBigUInt64LE(152),
  };
}

function foreign(path: string, at: number): StorageError {
  if (at === 0) return new StorageError("foreign", path, `${path} is not a data file of this program: move it away`);
  return new StorageError("damaged", path, `The data file ${path} has lost its second head: restore it from a copy`);
}
