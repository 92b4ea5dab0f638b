import type { Db, Document, MongoClient } from "mongodb";
import { type Check, failedCheck } from "../shared/checks.js";
import { createClient, type OpenOptions, type Server, serverAt } from "./connect.js";
import { dataDirChecks, hasData } from "./data-dir-checks.js";
import { explainDatabaseError, isUnauthorized, standaloneFix } from "./errors.js";
import { rightsCheck } from "./rights.js";
import { inspectCollections, type SetupState } from "./setup.js";

const skewAllowedMs = 5_000;

/** Everything that the program needs of its database, looked at without changing anything there. */
export async function diagnoseDatabase(options: OpenOptions): Promise<Check[]> {
  if (options.uri !== undefined) return serverChecks(options);
  const directory = await dataDirChecks(options.dataDir);
  const usable = hasData(options.dataDir) && directory.every(({ status }) => status !== "failed");
  return usable ? [...directory, ...(await serverChecks(options))] : directory;
}

async function serverChecks(options: OpenOptions): Promise<Check[]> {
  let server: Server | undefined;
  let client: MongoClient | undefined;
  try {
    server = await serverAt(options);
    client = createClient(server);
    await client.connect();
    return [{ what: "Connection", status: "ok", found: server.location }, ...(await look(client, options.dbName))];
  } catch (error) {
    return [connectionTrouble(error, options.uri ?? "", server?.location ?? options.dataDir)];
  } finally {
    await client?.close();
    await server?.close();
  }
}

const atlasHint = "in Atlas, add this machine's address under Network Access (IP access list)";

function connectionTrouble(error: unknown, uri: string, location: string): Check {
  const known = explainDatabaseError(error, location);
  if (known === undefined) throw error;
  const { fix } = known.details;
  const atlas = known.code === "database_unavailable" && uri.includes(".mongodb.net");
  const hints = [...(typeof fix === "string" ? [fix] : []), ...(atlas ? [atlasHint] : [])];
  return failedCheck("Connection", known, ...hints);
}

async function look(client: MongoClient, dbName: string): Promise<Check[]> {
  const [db, admin] = [client.db(dbName), client.db("admin")];
  const askedAt = Date.now();
  const hello = await admin.command({ hello: 1 });
  const answeredAt = Date.now();
  const { authInfo } = await admin.command({ connectionStatus: 1, showPrivileges: true });
  const users = (authInfo as Document)["authenticatedUsers"] as Document[] | undefined;
  return [
    await engineCheck(admin),
    topologyCheck(hello),
    rightsCheck(authInfo as Document, dbName),
    clockCheck(hello["localTime"] as Date, askedAt, answeredAt),
    ...(await setupChecks(db, users?.length === 0)),
  ];
}

/** The embedded engine refuses to open files of another format, so it need not be asked for it. */
async function engineCheck(admin: Db): Promise<Check> {
  const info = await admin.command({ buildInfo: 1 });
  const [version, engines] = [String(info["version"]), info["storageEngines"] as string[] | undefined];
  const embedded = engines?.includes("lmdb") === true;
  const found = embedded ? `embedded, speaks MongoDB ${version}; the files have its format` : `MongoDB ${version}`;
  return { what: "Engine", status: "ok", found };
}

function topologyCheck({ setName, msg }: Document): Check {
  const what = "Transactions";
  if (msg === "isdbgrid") return { what, status: "ok", found: "sharded cluster" };
  if (typeof setName === "string") return { what, status: "ok", found: `replica set ${setName}` };
  return { what, status: "failed", found: "a standalone server has none", fix: standaloneFix };
}

function clockCheck(serverTime: Date, askedAt: number, answeredAt: number): Check {
  const what = "Clock";
  const skewMs = Math.max(0, askedAt - serverTime.getTime(), serverTime.getTime() - answeredAt);
  if (skewMs <= skewAllowedMs) return { what, status: "ok", found: "agrees with the server's" };
  const found = `${Math.round(skewMs / 1000)} s off the server's`;
  return { what, status: "warning", found, fix: "synchronise both clocks (NTP)" };
}

/** A server that wants a log-in lets everybody connect, and refuses only the first question. */
async function setupChecks(db: Db, nobody: boolean): Promise<Check[]> {
  try {
    return (await inspectCollections(db)).map(setupCheck);
  } catch (error) {
    if (!isUnauthorized(error)) throw error;
    const found = error instanceof Error ? error.message : String(error);
    const what = "Collections";
    if (nobody) return [{ what, status: "failed", found, fix: "put user and password into the URI" }];
    return [{ what, status: "warning", found, fix: "grant what warehouse doctor --role prints" }];
  }
}

function setupCheck({ name, state, dropped }: SetupState): Check {
  const what = `Collection ${name}`;
  if (dropped.length > 0) {
    const found = `missing index on ${dropped.map(({ key }) => Object.keys(key).join(", ")).join("; on ")}`;
    const fix = dropped.map(({ key, ...options }) => createIndexLine(name, key, options)).join("; ");
    return { what, status: dropped.some(({ unique }) => unique === true) ? "failed" : "warning", found, fix };
  }
  if (state === "current") return { what, status: "ok", found: "indexes and validator are there" };
  if (state === "missing") return { what, status: "ok", found: "not set up yet; the next command does it" };
  const fix = "nothing needs to be done: the guards of each write hold without it";
  return { what, status: "warning", found: "another program's validator stands here", fix };
}

function createIndexLine(name: string, key: unknown, options: object): string {
  const more = Object.keys(options).length === 0 ? "" : `, ${JSON.stringify(options)}`;
  return `in mongosh: db.${name}.createIndex(${JSON.stringify(key)}${more})`;
}
