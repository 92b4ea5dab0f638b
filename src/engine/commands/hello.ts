import { docOf, Int32, isDoc, ObjectId, Timestamp, UtcDate, type Doc, type Value } from "../bson/types.js";
import { startLogin } from "../auth/login.js";
import { sessionTimeoutMinutes } from "../sessions/registry.js";
import { maxMessageBytes } from "../wire/frames.js";
import type { Reply } from "../wire/reply.js";
import type { Command, CommandTable, Request } from "./command.js";

/** The name of the replica set of one node that the server presents itself as: sessions and transactions need one. */
export const setName = "rs0";

/** MongoDB 8.0's: with it drivers use client.bulkWrite; a higher one would ask for more. */
const maxWireVersion = 25;
export const maxBsonObjectSize = 16 * 1024 * 1024;
export const maxWriteBatchSize = 100_000;

/** A fixed election: the one node has always been the primary. */
const electionId = new ObjectId("7fffffff0000000000000001");

function hello(request: Request): Reply {
  noteClient(request);
  const { address } = request.server;
  const legacy = request.name !== "hello";
  const fields = docOf({
    ...(request.args.flag("helloOk") || !legacy ? { helloOk: true } : {}),
    [legacy ? "ismaster" : "isWritablePrimary"]: true,
    hosts: [address],
    setName,
    setVersion: new Int32(1),
    secondary: false,
    primary: address,
    me: address,
    electionId,
    lastWrite: lastWrite(request),
    maxBsonObjectSize: new Int32(maxBsonObjectSize),
    maxMessageSizeBytes: new Int32(maxMessageBytes),
    maxWriteBatchSize: new Int32(maxWriteBatchSize),
    localTime: new UtcDate(BigInt(Date.now())),
    logicalSessionTimeoutMinutes: new Int32(sessionTimeoutMinutes),
    connectionId: new Int32(request.connection.id),
    minWireVersion: new Int32(0),
    maxWireVersion: new Int32(maxWireVersion),
    readOnly: false,
    ...authFields(request),
  });
  return { fields };
}

function lastWrite({ server }: Request): Doc {
  const version = server.kernel.clusterTime;
  const date = new UtcDate((version >> 32n) * 1000n);
  const opTime = docOf({ ts: new Timestamp(version), t: 1n });
  return docOf({ opTime, lastWriteDate: date, majorityOpTime: opTime, majorityWriteDate: date });
}

/** Keeps the application's name, which fail points go by. */
function noteClient({ args, connection }: Request): void {
  const application = args.document("client")?.get("application");
  const name = isDoc(application) ? application.get("name") : undefined;
  if (typeof name === "string") connection.appName = name;
}

function authFields(request: Request): Record<string, Value> {
  const { args, server } = request;
  const fields: Record<string, Value> = {};
  if (server.credentials === undefined) return fields;
  if (args.text("saslSupportedMechs") !== undefined) fields["saslSupportedMechs"] = ["SCRAM-SHA-256"];
  const attempt = args.document("speculativeAuthenticate");
  const answer = attempt && startLogin(request, attempt);
  if (answer !== undefined) fields["speculativeAuthenticate"] = answer;
  return fields;
}

const command: Command = { args: {}, lenient: true, open: true, run: hello };

export const helloCommands: CommandTable = { hello: command, isMaster: command, ismaster: command };
