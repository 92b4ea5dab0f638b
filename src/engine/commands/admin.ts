import { hostname, totalmem, cpus, type, release } from "node:os";
import { toText } from "../bson/extended-json.js";
import { docOf, Int32, Timestamp, UtcDate, type Doc, type Value } from "../bson/types.js";
import { ServerError } from "../errors.js";
import { reply, type Reply } from "../wire/reply.js";
import type { CommandTable, Request } from "./command.js";
import { maxBsonObjectSize, setName } from "./hello.js";

/** The version of MongoDB whose behaviour is followed. */
const version = "8.0.4";
const versionArray = [8, 0, 4, 0].map((part) => new Int32(part));

function buildInfo(): Reply {
  return reply({
    version,
    gitVersion: "",
    modules: [],
    allocator: "system",
    javascriptEngine: "none",
    sysInfo: "deprecated",
    versionArray,
    openssl: docOf({ running: process.versions.openssl }),
    bits: new Int32(64),
    debug: false,
    maxBsonObjectSize: new Int32(maxBsonObjectSize),
    storageEngines: ["lmdb"],
  });
}

const parameters = (request: Request): Doc =>
  docOf({
    featureCompatibilityVersion: docOf({ version: "8.0" }),
    enableTestCommands: request.server.testCommands,
    authenticationMechanisms: ["SCRAM-SHA-256"],
    transactionLifetimeLimitSeconds: new Int32(60),
    localLogicalSessionTimeoutMinutes: new Int32(30),
    cursorTimeoutMillis: 600_000n,
    quiet: false,
  });

function getParameter(request: Request): Reply {
  const all = parameters(request);
  const asked = request.args.any("getParameter");
  if (asked === "*" || (asked instanceof Map && asked.get("allParameters") === true)) return { fields: all };
  const names = [...request.args.doc.keys()].filter((name) => all.has(name));
  if (names.length === 0) throw new ServerError("InvalidOptions", "no option found to get");
  return { fields: new Map(names.map((name) => [name, all.get(name) ?? null])) };
}

function serverStatus(request: Request): Reply {
  const { server } = request;
  const seconds = Math.floor((Date.now() - server.startedAt) / 1000);
  return reply({
    host: hostname(),
    version,
    process: "warehouse",
    pid: BigInt(process.pid),
    uptime: seconds,
    uptimeMillis: BigInt(Date.now() - server.startedAt),
    localTime: new UtcDate(BigInt(Date.now())),
    connections: docOf({ current: new Int32(server.openConnections()) }),
    logicalSessionRecordCache: docOf({ activeSessionsCount: new Int32(server.sessions.size) }),
    metrics: docOf({ cursor: docOf({ open: docOf({ total: BigInt(server.cursors.size) }) }) }),
    mem: docOf({ bits: new Int32(64), resident: new Int32(Math.round(process.memoryUsage.rss() / 1048576)) }),
    repl: docOf({ setName, hosts: [server.address], isWritablePrimary: true, secondary: false, me: server.address }),
    storageEngine: docOf({ name: "lmdb", supportsCommittedReads: true, persistent: server.dataDir !== undefined }),
  });
}

function replSetGetStatus({ server }: Request): Reply {
  const time = server.kernel.clusterTime;
  const member = docOf({
    _id: new Int32(0),
    name: server.address,
    health: 1,
    state: new Int32(1),
    stateStr: "PRIMARY",
    uptime: new Int32(Math.floor((Date.now() - server.startedAt) / 1000)),
    optime: docOf({ ts: new Timestamp(time), t: 1n }),
    self: true,
  });
  return reply({
    set: setName,
    date: new UtcDate(BigInt(Date.now())),
    myState: new Int32(1),
    term: 1n,
    members: [member],
  });
}

function replSetGetConfig({ server }: Request): Reply {
  const member = docOf({ _id: new Int32(0), host: server.address, priority: 1, votes: new Int32(1) });
  const config = docOf({ _id: setName, version: new Int32(1), term: 1n, members: [member], protocolVersion: 1n });
  return reply({ config });
}

function hostInfo(): Reply {
  const system = docOf({
    currentTime: new UtcDate(BigInt(Date.now())),
    hostname: hostname(),
    memSizeMB: BigInt(Math.round(totalmem() / 1048576)),
    numCores: new Int32(cpus().length),
    cpuArch: process.arch,
  });
  return reply({ system, os: docOf({ type: type(), name: process.platform, version: release() }), extra: new Map() });
}

function getLog({ args, server }: Request): Reply {
  const names: readonly Value[] = ["global", "startupWarnings"];
  const asked = args.any("getLog");
  if (asked === "*") return reply({ names });
  if (!names.includes(asked ?? null)) throw new ServerError("OperationFailed", `No log named ${toText(asked)}`);
  const log: Value[] = asked === "global" ? [...server.troubles] : [];
  return reply({ totalLinesWritten: new Int32(log.length), log });
}

export const adminCommands: CommandTable = {
  ping: { args: {}, open: true, inTransaction: false, run: () => reply() },
  buildInfo: { args: {}, open: true, run: buildInfo },
  buildinfo: { args: {}, open: true, run: buildInfo },
  getParameter: { args: {}, lenient: true, adminOnly: true, run: getParameter },
  serverStatus: { args: {}, lenient: true, run: serverStatus },
  replSetGetStatus: { args: { initialSync: "any" }, adminOnly: true, run: replSetGetStatus },
  replSetGetConfig: { args: {}, adminOnly: true, run: replSetGetConfig },
  hostInfo: { args: {}, adminOnly: true, run: hostInfo },
  getLog: { args: {}, adminOnly: true, run: getLog },
  getCmdLineOpts: {
    args: {},
    adminOnly: true,
    run: () => reply({ argv: process.argv.slice(0, 1), parsed: new Map() }),
  },
  whatsmyuri: { args: {}, open: true, run: ({ connection }) => reply({ you: `client:${connection.id}` }) },
  getFreeMonitoringStatus: { args: {}, adminOnly: true, run: () => reply({ state: "disabled" }) },
};
