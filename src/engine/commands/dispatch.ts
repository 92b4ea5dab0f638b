import { setTimeout as sleep } from "node:timers/promises";
import { Binary, docOf, Int32, Timestamp, type Doc } from "../bson/types.js";
import { codeName, ServerError } from "../errors.js";
import { readSessionHeader, type SessionHeader } from "../sessions/header.js";
import type { Answer, ConnectionState } from "../wire/connection.js";
import { frameReply, type RequestMessage } from "../wire/message.js";
import { encodeReply, type Reply } from "../wire/reply.js";
import type { Command, Server } from "./command.js";
import { execute, type Outcome } from "./execute.js";
import type { Fault } from "./fail-points.js";
import { readCommand, type Incoming } from "./incoming.js";
import { errorLabels } from "./labels.js";
import { commands } from "./table.js";
import { StorageError } from "../storage/storage-error.js";

/** Whatever ends a command, as it is answered. */
interface Answered {
  readonly reply: Reply;
  readonly close: boolean;
}

/** Answers messages by the command map. */
export function makeAnswer(server: Server): Answer {
  let responses = 0;
  return async (message, connection) => {
    const { reply, close } = await answerMessage(server, message, connection);
    if (close) return "close";
    if (message.moreToCome) return undefined;
    return frameReply(message, ++responses, encodeWhole(server, reply));
  };
}

/** A result may be too deep to be sent, once it stands inside an answer. */
function encodeWhole(server: Server, reply: Reply): Buffer {
  const times = clusterTimes(server);
  try {
    return encodeReply({ ...reply, fields: new Map([...reply.fields, ...times]) });
  } catch (error) {
    return encodeReply({ fields: new Map([...failure(error, undefined, undefined), ...times]) });
  }
}

async function answerMessage(server: Server, message: RequestMessage, connection: ConnectionState): Promise<Answered> {
  let incoming: Incoming | undefined;
  let header: SessionHeader | undefined;
  try {
    incoming = readCommand(message);
    const command = findCommand(server, message, incoming, connection);
    header = readSessionHeader(incoming.body);
    const call = { server, connection, command, incoming, header };
    // What belongs to an open transaction helps it to end.
    const mayWait = !header.inTransaction || header.startTransaction;
    return await server.gate.run(() => runCommand(call), mayWait);
  } catch (error) {
    return { reply: { fields: failure(error, incoming, header) }, close: false };
  }
}

function findCommand(
  server: Server,
  message: RequestMessage,
  incoming: Incoming,
  connection: ConnectionState,
): Command {
  const { name } = incoming;
  const command = commands.get(name);
  if (message.kind === "query" && name !== "hello" && name.toLowerCase() !== "ismaster") {
    const text = `Unsupported OP_QUERY command: ${name}. The client driver may require an upgrade.`;
    throw new ServerError("UnsupportedOpQueryCommand", text);
  }
  if (command === undefined || (command.testOnly === true && !server.testCommands)) {
    throw new ServerError("CommandNotFound", `no such command: '${name}'`);
  }
  if (!connection.authenticated && command.open !== true) {
    throw new ServerError("Unauthorized", `Command ${name} requires authentication`);
  }
  return command;
}

async function runCommand(call: Parameters<typeof execute>[0]): Promise<Answered> {
  const { server, connection, incoming, header } = call;
  const fault = server.failPoints.onCommand(incoming.name, connection.appName);
  if (fault !== undefined && fault.blockMs > 0) await sleep(fault.blockMs, undefined, { ref: false });
  if (fault?.closeConnection === true) return { reply: { fields: new Map() }, close: true };
  if (fault?.error !== undefined) return { reply: { fields: injected(fault.error, incoming, header) }, close: false };
  const outcome = await execute(call);
  return { reply: finish(outcome, fault, incoming, header), close: outcome.closeAfter };
}

/** The failure that a fail point asks for; its own labels stand in place of the usual ones. */
function injected(error: NonNullable<Fault["error"]>, incoming: Incoming, header: SessionHeader): Doc {
  const fields = failure(new ServerError(error.code, "Failing command via 'failCommand' failpoint"), incoming, header);
  if (error.labels === undefined) return fields;
  fields.delete("errorLabels");
  if (error.labels.length > 0) fields.set("errorLabels", error.labels);
  return fields;
}

function finish(outcome: Outcome, fault: Fault | undefined, incoming: Incoming, header: SessionHeader): Reply {
  const concernError = fault?.writeConcernError?.doc ?? outcome.writeConcernError;
  const { fields } = outcome.reply;
  if (concernError !== undefined) fields.set("writeConcernError", concernError);
  const code = concernError?.get("code");
  const usual = code instanceof Int32 ? concernLabels(code.value, incoming, header) : [];
  const labels = fault?.writeConcernError?.labels ?? usual;
  if (labels.length > 0) fields.set("errorLabels", labels);
  fields.set("ok", 1);
  return outcome.reply;
}

function failure(error: unknown, incoming: Incoming | undefined, header: SessionHeader | undefined): Doc {
  const known = error instanceof ServerError ? error : internalError(error);
  const fields = docOf({ ok: 0, errmsg: known.message, code: new Int32(known.code), codeName: codeName(known.code) });
  for (const [name, value] of known.extra ?? []) fields.set(name, value);
  const labels = new Set(known.labels);
  if (incoming !== undefined && header !== undefined) {
    labels.delete("TransientTransactionError");
    for (const label of labelsOf(known.code, incoming, header)) labels.add(label);
  }
  if (labels.size > 0) fields.set("errorLabels", [...labels]);
  return fields;
}

/** A bug of the engine ends the command, not the server; a full disk is none. */
function internalError(error: unknown): ServerError {
  if (error instanceof StorageError && error.kind === "full") return new ServerError("OutOfDiskSpace", error.message);
  return new ServerError("InternalError", error instanceof Error ? `${error.name}: ${error.message}` : String(error));
}

function labelsOf(code: number, { name }: Incoming, header: SessionHeader): string[] {
  return errorLabels({
    code,
    inTransaction: header.inTransaction,
    isCommitOrAbort: name === "commitTransaction" || name === "abortTransaction",
    isRetryableWrite: header.txnNumber !== undefined && !header.inTransaction,
  });
}

/** An unmet write concern says nothing about the transaction: only the write itself may be worth repeating. */
function concernLabels(code: number, incoming: Incoming, header: SessionHeader): string[] {
  return labelsOf(code, incoming, header).filter((label) => label === "RetryableWriteError");
}

const noSignature = docOf({ hash: new Binary(0, Buffer.alloc(20)), keyId: 0n });

/** Gossiped with every answer, so that sessions can be causally consistent. */
function clusterTimes(server: Server): Doc {
  const time = new Timestamp(server.kernel.clusterTime);
  return docOf({ $clusterTime: docOf({ clusterTime: time, signature: noSignature }), operationTime: time });
}
