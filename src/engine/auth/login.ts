import { toText } from "../bson/extended-json.js";
import { Binary, docOf, Int32, type Doc, type Value } from "../bson/types.js";
import type { Request } from "../commands/command.js";
import { ServerError } from "../errors.js";
import { ScramConversation } from "./scram.js";

/**
 * The first step of a login that came with the handshake; a wrong one is left unanswered there, so that the client
 * goes through `saslStart` and learns the reason.
 */
export function startLogin(request: Request, attempt: Doc): Doc | undefined {
  try {
    return saslStart(request, attempt);
  } catch (error) {
    if (error instanceof ServerError) return undefined;
    throw error;
  }
}

/** @throws ServerError AuthenticationFailed, MechanismUnavailable */
export function saslStart({ server, connection }: Pick<Request, "server" | "connection">, args: Doc): Doc {
  const mechanism = args.get("mechanism");
  if (mechanism !== "SCRAM-SHA-256" || server.credentials === undefined) {
    const message = `Received authentication for mechanism ${toText(mechanism)} which is unknown or not enabled`;
    throw new ServerError("MechanismUnavailable", message);
  }
  const conversation = new ScramConversation(server.credentials);
  connection.login = conversation;
  return step(conversation, conversation.first(payloadOf(args)));
}

/** @throws ServerError AuthenticationFailed, ProtocolError without a login under way */
export function saslContinue({ connection }: Pick<Request, "connection">, args: Doc): Doc {
  const { login } = connection;
  if (!(login instanceof ScramConversation)) throw new ServerError("ProtocolError", "No SASL session state found");
  if (login.done) return step(login, "");
  connection.login = undefined;
  const answer = login.final(payloadOf(args));
  connection.authenticated = true;
  return step(login, answer);
}

function step(conversation: ScramConversation, payload: string): Doc {
  const bytes = new Binary(0, Buffer.from(payload, "utf8"));
  return docOf({ conversationId: new Int32(1), done: conversation.done, payload: bytes });
}

function payloadOf(args: Doc): string {
  const payload: Value | undefined = args.get("payload");
  if (typeof payload === "string") return Buffer.from(payload, "base64").toString("utf8");
  if (!(payload instanceof Binary)) throw new ServerError("AuthenticationFailed", "Authentication failed.");
  return Buffer.from(payload.bytes).toString("utf8");
}
