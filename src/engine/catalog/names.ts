import { ServerError } from "../errors.js";
import type { Namespace } from "../kernel/types.js";

const MAX_NAMESPACE_BYTES = 255;
const MAX_DATABASE_BYTES = 63;

export function nameOf({ db, coll }: Namespace): string {
  return `${db}.${coll}`;
}

/**
 * Checks the name of a collection about to be made.
 * @throws ServerError InvalidNamespace
 * Source: MongoDB manual, "MongoDB Limits and Thresholds", naming restrictions
 */
export function checkNamespace(ns: Namespace): void {
  checkDatabaseName(ns.db);
  const name = nameOf(ns);
  if (ns.coll === "") throw invalid(`Invalid namespace specified '${name}'`);
  if (ns.coll.includes("\0") || ns.coll.startsWith(".")) throw invalid(`Invalid collection name: ${ns.coll}`);
  if (ns.coll.includes("$")) throw invalid(`Invalid collection name: ${ns.coll}`);
  if (ns.coll.startsWith("system.") && ns.coll !== "system.js" && ns.coll !== "system.views") {
    throw invalid(`Invalid system namespace: ${name}`);
  }
  if (Buffer.byteLength(name) > MAX_NAMESPACE_BYTES) {
    throw invalid(`Fully qualified namespace is too long. Namespace: ${name} Max: ${MAX_NAMESPACE_BYTES}`);
  }
}

export function checkDatabaseName(db: string): void {
  if (db === "" || Buffer.byteLength(db) > MAX_DATABASE_BYTES || /[/\\. "$\0]/.test(db)) {
    throw invalid(`Invalid database name: '${db}'`);
  }
}

function invalid(message: string): ServerError {
  return new ServerError("InvalidNamespace", message);
}
