import { randomBytes } from "node:crypto";
import { mkdir, readdir, rm, stat } from "node:fs/promises";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const prefix = "warehouse-engine-";
const socketName = "m.sock";
/** The system's limit for a socket's path is about 104 bytes (macOS) or 108 (Linux). */
const pathLimit = 100;
/** A directory younger than this may belong to a server that is about to listen. */
const graceMs = 60_000;

/**
 * Makes a directory that only its owner may enter, for one server's socket.
 * @param parent where; the system's directory for temporary files unless given
 */
export async function makeSocketPath(parent = tmpdir()): Promise<string> {
  const name = `${prefix}${randomBytes(6).toString("hex")}`;
  const directory = join(baseFor(parent), name);
  await mkdir(directory, { mode: 0o700 });
  return join(directory, socketName);
}

/** The driver takes every host name, and so a socket's path, for lower case. */
function baseFor(parent: string): string {
  const path = join(parent, `${prefix}000000000000`, socketName);
  return Buffer.byteLength(path) <= pathLimit && path === path.toLowerCase() ? parent : "/tmp";
}

export async function removeSocketPath(path: string): Promise<void> {
  await rm(join(path, ".."), { recursive: true, force: true });
}

/** Removes the socket directories of servers that ended without doing so themselves. */
export async function removeStaleSockets(parent = tmpdir()): Promise<void> {
  const base = baseFor(parent);
  const names = (await readdir(base)).filter((name) => name.startsWith(prefix));
  await Promise.all(names.map((name) => removeIfStale(join(base, name))));
}

async function removeIfStale(directory: string): Promise<void> {
  const info = await stat(directory).catch(() => undefined);
  const isOurs = info !== undefined && (process.getuid === undefined || info.uid === process.getuid());
  if (!isOurs || Date.now() - info.mtimeMs < graceMs) return;
  if (!(await isListening(join(directory, socketName)))) await rm(directory, { recursive: true, force: true });
}

function isListening(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(path);
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    // Refused or missing: nobody listens. Anything else is left alone.
    socket.once("error", (error: NodeJS.ErrnoException) => {
      resolve(error.code !== "ECONNREFUSED" && error.code !== "ENOENT");
    });
  });
}

/** Printable in a URI as it is. */
export function randomSecret(bytes: number): string {
  return randomBytes(bytes).toString("base64url");
}
