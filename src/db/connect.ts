import { setFlagsFromString } from "node:v8";
import { MongoClient, type MongoClientOptions, type TopologyDescriptionChangedEvent } from "mongodb";
import { WarehouseError } from "../shared/errors.js";
import { collectionsOf } from "./collections.js";
import type { Database } from "./database.js";
import { startEmbedded } from "./embedded.js";
import { explainDatabaseError, standaloneFix, unusableUri } from "./errors.js";
import { ensureCollections } from "./setup.js";
import { runTransaction } from "./transaction.js";
import { redactUri } from "./uri.js";

export interface OpenOptions {
  /** The deployment; without one the embedded engine is started over `dataDir`. */
  readonly uri?: string;
  readonly dbName: string;
  readonly dataDir: string;
  /** Much is to be done: the embedded engine gets a thread of its own. */
  readonly busy?: boolean;
}

/** Where the server listens, and how to stop what was started for it. */
export interface Server {
  readonly uri: string;
  readonly location: string;
  readonly embedded: boolean;
  close(): Promise<void>;
}

/** With the driver's back-off of up to half a second each, about a minute. */
const patientAttempts = 100;

/**
 * Opens the deployment at `uri`, or the embedded engine over `dataDir`, and sets up its collections.
 *
 * @throws WarehouseError `database_unavailable`, `database_unusable`, `database_unauthorized` or
 *   `data_directory`, with the fix and without any password
 */
export async function openDatabase(options: OpenOptions): Promise<Database> {
  if (options.busy === true) fitHeaps();
  const server = await serverAt(options);
  try {
    return await openClient(server, options.dbName);
  } catch (error) {
    await server.close();
    throw explainDatabaseError(error, server.location) ?? error;
  }
}

/**
 * Lets the heap become less than twice what is in use before it is collected, instead of up to four times: a long run would
 * otherwise take far more memory than a short one, and gains no time by it. V8 looks at the flag at each collection.
 *
 * The heap of the engine's thread, which begins later, may grow to 64 MB first: little of it is in use at any time, and
 * at every full collection V8 drops compiled code that is not running just then and has to compile it anew. For the same
 * reason a collection begins when its limit is nearly reached, and not a young generation's size (20 to 36 MB) before it.
 *
 * Documents on their way to the server are cut from larger pieces of memory, of which V8 watches each.
 */
function fitHeaps(): void {
  Buffer.poolSize = 32 * 1024;
  setFlagsFromString("--heap-growing-percent=75");
  setFlagsFromString("--initial-old-space-size=64");
  setFlagsFromString("--incremental-marking-soft-trigger=85");
  setFlagsFromString("--incremental-marking-hard-trigger=95");
}

/** The deployment as it is, or the embedded engine, started. @throws WarehouseError `data_directory` */
export async function serverAt({ uri, dataDir, busy = false }: OpenOptions): Promise<Server> {
  return uri === undefined ? embedded(dataDir, busy) : deployment(uri);
}

function deployment(uri: string): Server {
  return { uri, location: redactUri(uri), embedded: false, close: () => Promise.resolve() };
}

async function embedded(dataDir: string, busy: boolean): Promise<Server> {
  const engine = await startEmbedded({ dataDir, ownThread: busy });
  return { uri: engine.uri, location: dataDir, embedded: true, close: () => engine.close() };
}

async function openClient(server: Server, dbName: string): Promise<Database> {
  const client = createClient(server);
  const kind = watchServerKind(client);
  try {
    await client.connect();
    if (kind.standalone) {
      throw new WarehouseError(
        "database_unusable",
        `The database at ${server.location} is a standalone server; ${standaloneFix}`,
      );
    }
    const notes = await ensureCollections(client.db(dbName));
    return databaseOf(client, dbName, server, notes);
  } catch (error) {
    await client.close();
    throw error;
  }
}

/** A client that has not connected yet. @throws WarehouseError `database_unusable` for a URI that is none */
export function createClient({ uri, location }: Server): MongoClient {
  try {
    return new MongoClient(uri, clientOptions(uri));
  } catch (error) {
    throw unusableUri(error, location);
  }
}

/** What the URI itself sets wins over our time limits. */
function clientOptions(uri: string): MongoClientOptions {
  const limits = { serverSelectionTimeoutMS: 5_000, connectTimeoutMS: 5_000, socketTimeoutMS: 300_000 };
  const given = uri.toLowerCase();
  const unset = Object.entries(limits).filter(([name]) => !given.includes(`${name.toLowerCase()}=`));
  return { appName: "warehouse-cli", ignoreUndefined: true, ...Object.fromEntries(unset) };
}

/** Learns from the driver's own handshakes, which costs no command, whether transactions can work. */
function watchServerKind(client: MongoClient): { readonly standalone: boolean } {
  const kind = { standalone: false };
  client.on("topologyDescriptionChanged", ({ newDescription }: TopologyDescriptionChangedEvent) => {
    kind.standalone = [...newDescription.servers.values()].some(({ type }) => type === "Standalone");
  });
  return kind;
}

function databaseOf(client: MongoClient, dbName: string, server: Server, notes: readonly string[]): Database {
  const db = client.db(dbName);
  return {
    client,
    db,
    collections: collectionsOf(db),
    embedded: server.embedded,
    location: server.location,
    notes,
    tryTransaction: (work, { maxAttempts = 6 } = {}) => runTransaction(client, work, maxAttempts),
    async transaction(work) {
      const outcome = await runTransaction(client, work, patientAttempts);
      if (outcome.kind === "done") return outcome.value;
      throw new WarehouseError(
        "database_unavailable",
        "The database kept refusing the change because other programs changed the same documents: run the command again",
        { cause: outcome.cause },
      );
    },
    async close() {
      await client.close();
      await server.close();
    },
  };
}
