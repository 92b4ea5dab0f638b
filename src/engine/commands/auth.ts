import { saslContinue, saslStart } from "../auth/login.js";
import { docOf } from "../bson/types.js";
import { reply } from "../wire/reply.js";
import type { CommandTable } from "./command.js";

export const authCommands: CommandTable = {
  saslStart: {
    args: { mechanism: "string!", payload: "binData|string!", options: "object", autoAuthorize: "any", db: "string" },
    open: true,
    run: (request) => ({ fields: saslStart(request, request.args.doc) }),
  },
  saslContinue: {
    args: { conversationId: "any", payload: "binData|string!" },
    open: true,
    run: (request) => ({ fields: saslContinue(request, request.args.doc) }),
  },
  logout: {
    args: {},
    open: true,
    run: ({ server, connection }) => {
      connection.authenticated = server.credentials === undefined;
      connection.login = undefined;
      return reply();
    },
  },
  connectionStatus: {
    args: { showPrivileges: "flag" },
    open: true,
    run: ({ server, connection }) => {
      const user = connection.authenticated ? server.credentials?.user : undefined;
      const authenticatedUsers = user === undefined ? [] : [docOf({ user, db: "admin" })];
      const authenticatedUserRoles = user === undefined ? [] : [docOf({ role: "root", db: "admin" })];
      return reply({ authInfo: docOf({ authenticatedUsers, authenticatedUserRoles }) });
    },
  },
};
