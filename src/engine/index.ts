import { CursorRegistry } from "./cursors/registry.js";
import { makeCredentials } from "./auth/scram.js";
import { Gate } from "./commands/gate.js";
import { FailPoints } from "./commands/fail-points.js";
import { makeAnswer } from "./commands/dispatch.js";
import { setName } from "./commands/hello.js";
import type { Server } from "./commands/command.js";
import { createKernel } from "./kernel/kernel.js";
import type { Kernel } from "./kernel/types.js";
import { SessionRegistry } from "./sessions/registry.js";
import { Snapshots } from "./sessions/snapshots.js";
import { openLmdbStore } from "./storage/lmdb-store.js";
import { openMemoryStore } from "./storage/memory-store.js";
import { makeSocketPath, randomSecret, removeSocketPath, removeStaleSockets } from "./wire/address.js";
import { hasThreadProgram, startThread } from "./thread.js";
import { listen, type Listener } from "./wire/listener.js";

export interface EngineOptions {
  /** Where the files are; other processes may have them open too. Left out: everything is kept in memory. */
  readonly dataDir?: string;
  /** Loopback TCP, with a log-in, instead of the Unix socket; 0 for any free port. */
  readonly port?: number;
  /** Where the socket's directory is made; the system's directory for temporary files unless given. */
  readonly socketDir?: string;
  /** Allows fail points and killAllSessions, as mongod's `enableTestCommands`. */
  readonly testCommands?: boolean;
  /** Acknowledge before the data is on disk: for tests that can lose it. */
  readonly noSync?: boolean;
  /** Work in a thread of its own: starts later, then both cores are used. Ignored where the program was not built. */
  readonly ownThread?: boolean;
}

/** A running server. */
export interface Engine {
  /** For the driver; holds the password where there is one. */
  readonly uri: string;
  /** Ends every connection; what is acknowledged stays. */
  close(): Promise<void>;
}

const sweepMs = 10_000;
const maintainMs = 60_000;
const troublesKept = 20;

/**
 * Starts a small MongoDB-compatible server over a directory's files.
 *
 * Listens on a Unix socket that only its owner can reach, or, when a port is asked for or where there are no such
 * sockets, on loopback TCP with a random user and password.
 * @throws Error when the files are foreign, damaged or not writable, or the address cannot be had
 */
export async function startEngine(options: EngineOptions = {}): Promise<Engine> {
  const { dataDir, noSync = false, ownThread, ...rest } = options;
  if (ownThread === true && hasThreadProgram()) return startThread({ ...rest, ...(dataDir && { dataDir }), noSync });
  const store = dataDir === undefined ? openMemoryStore() : openLmdbStore({ path: dataDir, noSync });
  const kernel = createKernel(store);
  try {
    return await serve(kernel, options);
  } catch (error) {
    await kernel.close();
    throw error;
  }
}

async function serve(kernel: Kernel, options: EngineOptions): Promise<Engine> {
  const overTcp = options.port !== undefined || process.platform === "win32";
  const login = overTcp ? { user: randomSecret(9), password: randomSecret(24) } : undefined;
  const place = overTcp ? undefined : await makeSocketPath(options.socketDir);
  const server = makeServer(kernel, options, login && makeCredentials(login.user, login.password));
  const listener = await listen(place ?? options.port ?? 0, overTcp, makeAnswer(server));
  server.address = place ?? `127.0.0.1:${listener.port}`;
  server.openConnections = listener.openConnections;
  const stopUpkeep = startUpkeep(server, options.socketDir);
  const userInfo = login === undefined ? "" : `${login.user}:${login.password}@`;
  const parameters = `replicaSet=${setName}${login === undefined ? "" : "&authSource=admin&authMechanism=SCRAM-SHA-256"}`;
  return {
    uri: `mongodb://${userInfo}${place === undefined ? server.address : encodeURIComponent(place)}/?${parameters}`,
    close: onlyOnce(async () => {
      stopUpkeep();
      await closeAll(listener, server, place);
    }),
  };
}

type MutableServer = { -readonly [Name in keyof Server]: Server[Name] };

function makeServer(kernel: Kernel, options: EngineOptions, credentials: Server["credentials"]): MutableServer {
  return {
    kernel,
    sessions: new SessionRegistry(kernel),
    cursors: new CursorRegistry(),
    snapshots: new Snapshots(kernel),
    gate: new Gate(
      () => kernel.rest(),
      () => kernel.isRestOverdue,
    ),
    failPoints: new FailPoints(),
    credentials,
    address: "",
    dataDir: options.dataDir,
    testCommands: options.testCommands === true,
    startedAt: Date.now(),
    troubles: [],
    openConnections: () => 0,
  };
}

/** Ends what is out of date from time to time; none of it keeps the process alive, and `getLog` tells what failed. */
function startUpkeep(server: Server, socketDir: string | undefined): () => void {
  const note = (error: unknown): void => {
    server.troubles.push(error instanceof Error ? error.message : String(error));
    server.troubles.splice(0, server.troubles.length - troublesKept);
  };
  let upkeep: Promise<void> = removeStaleSockets(socketDir).catch(note);
  const sweep = setInterval(() => {
    server.sessions.sweep(Date.now());
    server.snapshots.sweep();
    server.cursors.sweep(Date.now());
  }, sweepMs);
  const maintain = setInterval(() => {
    upkeep = upkeep.then(() => server.gate.run(() => server.kernel.maintain())).catch(note);
  }, maintainMs);
  for (const timer of [sweep, maintain]) timer.unref();
  return () => {
    clearInterval(sweep);
    clearInterval(maintain);
  };
}

async function closeAll(listener: Listener, server: Server, place: string | undefined): Promise<void> {
  server.sessions.endAll();
  server.snapshots.close();
  await listener.close();
  server.cursors.closeWhere(() => true);
  await server.gate.close();
  await server.kernel.close();
  if (place !== undefined) await removeSocketPath(place);
}

function onlyOnce(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => (done ??= work());
}
