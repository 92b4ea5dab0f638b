import type { Document } from "mongodb";
import type { Check } from "../shared/checks.js";

export interface Privilege {
  readonly resource: { readonly db: string; readonly collection: string };
  readonly actions: readonly string[];
}

const roleName = "warehouseDesk";
const collections = ["products", "orders", "stock_movements", "runs"];
const working = ["find", "insert", "update", "remove"];
/** Without these the program goes on, and says what it could not set up. */
const settingUp = ["createCollection", "createIndex", "collMod", "listIndexes"];

/** What `--watch` shows; without this right it polls. */
const watched = ["products", "orders"];

/** All that the program does with a database, and nothing more. */
export function neededPrivileges(dbName: string): Privilege[] {
  return [
    { resource: { db: dbName, collection: "" }, actions: ["listCollections"] },
    ...collections.map((collection) => ({
      resource: { db: dbName, collection },
      actions: [...working, ...settingUp, ...(watched.includes(collection) ? ["changeStream"] : [])],
    })),
  ];
}

/** A script for mongosh that makes a role of exactly these rights. */
export function roleScript(dbName: string): string {
  const privileges = neededPrivileges(dbName).map((each) => `    ${JSON.stringify(each)},\n`);
  return `// Run by an administrator: mongosh "<uri>" --file role.js
// (In Atlas, custom roles are made in the web interface: Database Access, Custom Roles.)
const desk = db.getSiblingDB(${JSON.stringify(dbName)});
desk.createRole({
  role: "${roleName}",
  privileges: [
${privileges.join("")}  ],
  roles: [],
});
// Then give it to a user, who logs in with authSource=${encodeURIComponent(dbName)}:
// desk.createUser({ user: "warehouse", pwd: passwordPrompt(), roles: ["${roleName}"] });
`;
}

/** @param authInfo of `connectionStatus` with `showPrivileges` */
export function rightsCheck(authInfo: Document, dbName: string): Check {
  const what = "Rights";
  const users = authInfo["authenticatedUsers"] as Document[] | undefined;
  if (users === undefined || users.length === 0)
    return { what, status: "ok", found: "no log-in, so none are asked for" };
  const has = authInfo["authenticatedUserPrivileges"] as Document[] | undefined;
  if (has === undefined) return { what, status: "ok", found: "the server does not list them" };
  const missing = neededPrivileges(dbName).flatMap((need) => missingActions(need, has));
  if (missing.length === 0) return { what, status: "ok", found: "all that are needed" };
  const fatal = missing.some(({ action }) => working.includes(action));
  const onlyWatching = missing.every(({ action }) => action === "changeStream");
  const grant = "grant what warehouse doctor --role prints";
  const fix = onlyWatching ? `${grant}, or leave it: --watch and --follow then look every few seconds` : grant;
  const found = `missing ${missing.map(({ action, place }) => `${action} on ${place}`).join(", ")}`;
  return { what, status: fatal ? "failed" : "warning", found, fix };
}

function missingActions({ resource, actions }: Privilege, has: readonly Document[]) {
  const place = resource.collection === "" ? resource.db : `${resource.db}.${resource.collection}`;
  const granted = new Set(
    has.filter((each) => covers(each["resource"] as Document, resource)).flatMap((each) => each["actions"] as string[]),
  );
  return actions.filter((action) => !granted.has(action)).map((action) => ({ action, place }));
}

/** An empty name stands for every one. Source: MongoDB manual, "Resource Document" */
function covers(granted: Document, { db, collection }: Privilege["resource"]): boolean {
  if (granted["anyResource"] === true) return true;
  const { db: grantedDb, collection: grantedCollection } = granted;
  if (grantedDb !== "" && grantedDb !== db) return false;
  return grantedCollection === "" || grantedCollection === collection;
}
