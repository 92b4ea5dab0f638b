import type { Doc } from "../bson/types.js";
import { ServerError } from "../errors.js";
import { checkOut } from "../sessions/checkout.js";
import type { SessionHeader } from "../sessions/header.js";
import type { Session } from "../sessions/session.js";
import type { ConnectionState } from "../wire/connection.js";
import type { Reply } from "../wire/reply.js";
import { Arguments, checkArguments } from "./arguments.js";
import type { Command, Request, RetryContext, Server } from "./command.js";
import { checkReadConcern, checkWriteConcern, snapshotRead } from "./concerns.js";
import { checkStableApi } from "./stable-api.js";
import type { Incoming } from "./incoming.js";

/** Arguments that every command takes. */
const genericArguments: ReadonlySet<string> = new Set([
  "$audit",
  "$client",
  "$clusterTime",
  "$db",
  "$readPreference",
  "apiDeprecationErrors",
  "apiStrict",
  "apiVersion",
  "autocommit",
  "comment",
  "lsid",
  "maxTimeMS",
  "maxTimeMSOpOnly",
  "readConcern",
  "startTransaction",
  "stmtId",
  "stmtIds",
  "txnNumber",
  "writeConcern",
]);

/** A command with everything it came with. */
export interface Call {
  readonly server: Server;
  readonly connection: ConnectionState;
  readonly command: Command;
  readonly incoming: Incoming;
  readonly header: SessionHeader;
}

export interface Outcome {
  readonly reply: Reply;
  readonly writeConcernError: Doc | undefined;
  readonly closeAfter: boolean;
}

/**
 * Runs one command: checks its arguments, holds its session, and gives it its transaction.
 * @throws ServerError whatever the command, or a check before it, fails with
 */
export async function execute(call: Call): Promise<Outcome> {
  const { command, incoming, header, server } = call;
  const { name, body } = incoming;
  const args = readArguments(command, incoming);
  checkGeneric(call);
  const writeConcernError = checkWriteConcern(body, command, name, header.inTransaction);
  const session = header.sessionId && server.sessions.get(header.sessionId);
  if (session === undefined || header.txnNumber === undefined) {
    const request = makeRequest(call, args, session, {});
    return { reply: await command.run(request), writeConcernError, closeAfter: request.closeAfter };
  }
  const { txnNumber } = header;
  return session.exclusively(async () => {
    const request = inSession(call, args, session, txnNumber);
    const reply = await runInSession(command, request, session);
    return { reply, writeConcernError, closeAfter: request.closeAfter };
  });
}

function readArguments(command: Command, { name, body, rawDocs }: Incoming): Arguments {
  if (command.lenient !== true) {
    const generic = command.args[name] === undefined ? genericWith(name) : genericArguments;
    checkArguments(body, command.args, name, { generic, isElsewhere: (field) => rawDocs(field) !== undefined });
  }
  return new Arguments(body, name);
}

const genericByCommand = new Map<string, ReadonlySet<string>>();

/** The generic arguments, with the command's name for the argument that carries its main value. */
function genericWith(name: string): ReadonlySet<string> {
  let names = genericByCommand.get(name);
  if (names === undefined) {
    names = new Set([...genericArguments, name]);
    genericByCommand.set(name, names);
  }
  return names;
}

function checkGeneric({ command, incoming: { name, body, db }, header }: Call): void {
  checkStableApi(name, body);
  if (command.adminOnly === true && db !== "admin") {
    throw new ServerError("Unauthorized", `${name} may only be run against the admin database.`);
  }
  if (header.inTransaction && command.inTransaction !== true) {
    throw new ServerError(
      "OperationNotSupportedInTransaction",
      `Cannot run '${name}' in a multi-document transaction.`,
    );
  }
  const takesNumber = header.inTransaction || command.retryable === true;
  if (header.txnNumber !== undefined && !takesNumber) {
    const message = `txnNumber may only be provided for multi-document transactions and retryable write commands. autocommit:false was not provided, and ${name} is not a retryable write command.`;
    throw new ServerError("NotARetryableWriteCommand", message);
  }
  const transaction = header.inTransaction ? (header.startTransaction ? "first" : "later") : "none";
  checkReadConcern(body, command, name, transaction);
}

/** The end of a transaction is judged by its own commands. */
function isEnd(name: string): boolean {
  return name === "commitTransaction" || name === "abortTransaction";
}

function inSession(call: Call, args: Arguments, session: Session, txnNumber: bigint): Request {
  const { server, header, incoming } = call;
  server.sessions.recall(session);
  if (isEnd(incoming.name)) return makeRequest(call, args, session, {});
  const checkout = checkOut(session, { ...header, txnNumber }, server.kernel);
  if (checkout.kind === "transaction") return makeRequest(call, args, session, { transaction: checkout.transaction });
  const { mayBeRepeated } = checkout;
  return makeRequest(call, args, session, { retry: { session, txnNumber, mayBeRepeated } });
}

/** Any failure in a transaction ends it, as in MongoDB. */
async function runInSession(command: Command, request: Request, session: Session): Promise<Reply> {
  if (request.transaction === undefined) return await command.run(request);
  try {
    const reply = await command.run(request);
    if (reply.fields.has("writeErrors")) session.abort();
    return reply;
  } catch (error) {
    session.abort();
    throw error;
  }
}

type Part = Partial<Pick<Request, "transaction" | "retry">>;

function makeRequest(call: Call, args: Arguments, session: Session | undefined, part: Part): Request {
  const { server, connection, incoming } = call;
  const { transaction } = part;
  const deadline = readDeadline(args);
  const retry: RetryContext | undefined = part.retry;
  const reads = transaction === undefined && call.command.snapshots === true;
  const snapshot = reads ? snapshotRead(incoming.body, server.snapshots) : undefined;
  const unit = (transaction ?? snapshot?.transaction)?.unit;
  return {
    server,
    connection,
    name: incoming.name,
    db: incoming.db,
    args,
    rawDocs: incoming.rawDocs,
    session,
    transaction,
    retry,
    snapshot,
    deadline,
    closeAfter: false,
    read: (work) => (unit === undefined ? server.kernel.read(work) : work(unit)),
    write: async (work) => {
      if (transaction !== undefined) return work(transaction.unit);
      const options = { signal: connection.signal, ...(deadline === undefined ? {} : { deadline }) };
      return server.kernel.write(work, options);
    },
  };
}

function readDeadline(args: Arguments): number | undefined {
  const limit = args.long("maxTimeMS");
  if (limit === undefined || limit === 0n) return undefined;
  if (limit < 0n || limit > 0x7fff_ffffn) throw new ServerError("BadValue", `maxTimeMS ${limit} is out of range`);
  return Date.now() + Number(limit);
}

/** @throws ServerError MaxTimeMSExpired when the command has had its time */
export function checkDeadline(deadline: number | undefined): void {
  if (deadline !== undefined && Date.now() > deadline) {
    throw new ServerError("MaxTimeMSExpired", "operation exceeded time limit");
  }
}
