import { constants } from "node:fs";
import { type FileHandle, mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { asUnreadable, unreadableFile } from "../../shared/file-errors.js";

/** Where the bytes of one argument come from; they can be read as often as needed. */
export interface ByteSource {
  /** The path as it was given, or `stdin`. */
  readonly name: string;
  /** The path, if it says anything about the content. */
  readonly path: string | undefined;
  /** From the start, `length` bytes at most. */
  read(length?: number): AsyncIterable<Buffer>;
  /** Something that differs once the content was changed by another program. */
  stamp(): Promise<string>;
  close(): Promise<void>;
}

const chunkBytes = 256 * 1024;

/**
 * Opens a path, or stdin for `-`.
 *
 * What can be read only once (stdin, pipes) is copied while it is read to a file that only its owner can open and that
 * has no name any more, so that nothing is left behind even by `kill -9`.
 * @throws WarehouseError `unreadable_file`
 */
export async function openByteSource(path: string, stdin: Readable, tempDir = tmpdir()): Promise<ByteSource> {
  if (path === "-") return openSpool("stdin", undefined, stdin, tempDir);
  const handle = await readable(path, () => open(path, constants.O_RDONLY));
  const stat = await handle.stat();
  if (stat.isFile()) {
    await handle.close();
    return fileSource(path);
  }
  if (!stat.isDirectory())
    return openSpool(path, path, handle.createReadStream({ highWaterMark: chunkBytes }), tempDir);
  await handle.close();
  throw unreadableFile(path, `${path} is a directory; name the order files in it`);
}

/** A file is opened for each reading, so that thousands of arguments do not need thousands of descriptors. */
function fileSource(path: string): ByteSource {
  return {
    name: path,
    path,
    read: async function* (length) {
      if (length === 0) return;
      const handle = await readable(path, () => open(path, constants.O_RDONLY));
      yield* readHandle(path, handle, { length, close: true });
    },
    stamp: async () => {
      const handle = await readable(path, () => open(path, constants.O_RDONLY));
      const { dev, ino, size, mtimeMs } = await handle.stat().finally(() => handle.close());
      return [dev, ino, size, mtimeMs].join();
    },
    close: () => Promise.resolve(),
  };
}

async function* readHandle(
  path: string,
  handle: FileHandle,
  { length, close }: { readonly length: number | undefined; readonly close: boolean },
): AsyncGenerator<Buffer> {
  const end = length === undefined ? Infinity : length - 1;
  const stream = handle.createReadStream({ start: 0, end, autoClose: close, highWaterMark: chunkBytes });
  try {
    for await (const chunk of stream) yield chunk as Buffer;
  } catch (error) {
    throw asUnreadable(path, error);
  }
}

async function openSpool(name: string, path: string | undefined, from: Readable, tempDir: string): Promise<ByteSource> {
  const spool = await createSpool(tempDir);
  let written = false;
  return {
    name,
    path,
    read: (length) => {
      if (written) return length === 0 ? nothing() : readHandle(name, spool.handle, { length, close: false });
      written = true;
      return copy(name, from, spool.handle);
    },
    stamp: () => Promise.resolve(""),
    close: () => {
      if (path !== undefined) from.destroy();
      return spool.close();
    },
  };
}

async function* nothing(): AsyncGenerator<Buffer> {
  // No byte was in the source.
}

async function* copy(name: string, from: Readable, to: FileHandle): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of from) {
      const bytes = typeof chunk === "string" ? Buffer.from(chunk) : (chunk as Buffer);
      await to.appendFile(bytes);
      yield bytes;
    }
  } catch (error) {
    throw asUnreadable(name, error);
  }
}

async function createSpool(tempDir: string): Promise<{ handle: FileHandle; close(): Promise<void> }> {
  try {
    const directory = await mkdtemp(join(tempDir, "warehouse-"));
    const remove = (): Promise<void> => rm(directory, { recursive: true, force: true });
    const handle = await open(join(directory, "input"), "wx+", 0o600);
    // Windows keeps the name of an open file; there it goes when the source is closed.
    if (process.platform !== "win32") await remove();
    return { handle, close: () => handle.close().then(remove) };
  } catch (error) {
    throw asUnreadable(tempDir, error);
  }
}

async function readable<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw asUnreadable(path, error);
  }
}
