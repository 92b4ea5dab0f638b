import { docOf, isArray, isDoc, type Doc, type Value } from "../bson/types.js";
import { reply, type Reply } from "../wire/reply.js";
import type { CommandTable, Request } from "./command.js";

/** The one user there is, where clients log in at all. */
function usersInfo(request: Request): Reply {
  const { server, args, db } = request;
  const asked = args.any("usersInfo") ?? null;
  const known = server.credentials === undefined ? [] : [userDoc(server.credentials.user)];
  return reply({ users: known.filter((user) => isAsked(user, asked, db)) });
}

function userDoc(user: string): Doc {
  const roles = [docOf({ role: "root", db: "admin" })];
  return docOf({ _id: `admin.${user}`, user, db: "admin", roles, mechanisms: ["SCRAM-SHA-256"] });
}

/** 1 for all users of the database, a name, `{ user, db }`, a list of those, or `{ forAllDBs: true }`. */
function isAsked(user: Doc, asked: Value, db: string): boolean {
  if (isArray(asked)) return asked.some((each) => isAsked(user, each, db));
  if (typeof asked === "string") return user.get("user") === asked && user.get("db") === db;
  if (!isDoc(asked)) return user.get("db") === db;
  if (asked.get("forAllDBs") === true) return true;
  return user.get("user") === asked.get("user") && user.get("db") === (asked.get("db") ?? db);
}

const roles = (): Reply => reply({ roles: [] });

const userArguments = {
  showCredentials: "flag",
  showCustomData: "flag",
  showPrivileges: "any",
  showAuthenticationRestrictions: "any",
  filter: "object",
};

export const userCommands: CommandTable = {
  usersInfo: { args: userArguments, reads: true, run: usersInfo },
  rolesInfo: { args: { ...userArguments, showBuiltinRoles: "flag" }, reads: true, run: roles },
};
