import { randomUUID } from "node:crypto";
import { Binary, docOf, Int32, type Value } from "../bson/types.js";
import { readSessionId } from "../sessions/header.js";
import { sessionTimeoutMinutes } from "../sessions/registry.js";
import { reply, type Reply } from "../wire/reply.js";
import type { CommandTable, Request } from "./command.js";

/** Ends the sessions named, with their transactions and cursors. */
function endSessions({ server, args, name }: Request): Reply {
  const named = args.list(name) ?? [];
  end(server, named.map(readSessionId));
  return reply();
}

function killSessions(request: Request): Reply {
  const named: readonly Value[] = request.args.list(request.name) ?? [];
  if (named.length > 0) return endSessions(request);
  request.server.sessions.endAll();
  request.server.cursors.closeWhere((cursor) => cursor.sessionKey !== undefined);
  return reply();
}

function end(server: Request["server"], ids: readonly Buffer[]): void {
  server.sessions.end(ids);
  const keys = new Set(ids.map((id) => id.toString("hex")));
  server.cursors.closeWhere((cursor) => cursor.sessionKey !== undefined && keys.has(cursor.sessionKey));
}

function startSession({ server }: Request): Reply {
  const id = Buffer.from(randomUUID().replaceAll("-", ""), "hex");
  server.sessions.get(id);
  return reply({ id: docOf({ id: new Binary(4, id) }), timeoutMinutes: new Int32(sessionTimeoutMinutes) });
}

function refreshSessions({ server, args }: Request): Reply {
  for (const lsid of args.list("refreshSessions") ?? []) server.sessions.get(readSessionId(lsid));
  return reply();
}

export const sessionCommands: CommandTable = {
  endSessions: { args: {}, open: true, run: endSessions },
  startSession: { args: {}, run: startSession },
  refreshSessions: { args: {}, run: refreshSessions },
  killSessions: { args: {}, run: killSessions },
  killAllSessions: { args: {}, testOnly: true, run: killSessions },
  killAllSessionsByPattern: { args: {}, testOnly: true, run: killAll },
};

function killAll({ server }: Request): Reply {
  server.sessions.endAll();
  server.cursors.closeWhere((cursor) => cursor.sessionKey !== undefined);
  return reply();
}
