import { typeName } from "../bson/typename.js";
import type { Value } from "../bson/types.js";
import { ServerError } from "../errors.js";
import type { Namespace } from "../kernel/types.js";
import type { Request } from "./command.js";

/**
 * The collection a command names.
 * @throws ServerError InvalidNamespace
 */
export function namespaceOf(request: Request, field = request.name): Namespace {
  return namespaceIn(request.db, request.args.any(field));
}

export function namespaceIn(db: string, coll: Value | undefined): Namespace {
  if (typeof coll !== "string") {
    const type = coll === undefined ? "missing" : typeName(coll);
    throw new ServerError("InvalidNamespace", `collection name has invalid type ${type}`);
  }
  if (coll === "" || coll.includes("\0") || coll.startsWith(".")) {
    throw new ServerError("InvalidNamespace", `Invalid namespace specified '${db}.${coll}'`);
  }
  return { db, coll };
}

/** A full name such as `shop.orders`. */
export function parseNamespace(full: string): Namespace {
  const dot = full.indexOf(".");
  if (dot <= 0 || dot === full.length - 1) {
    throw new ServerError("InvalidNamespace", `Invalid namespace specified '${full}'`);
  }
  return namespaceIn(full.slice(0, dot), full.slice(dot + 1));
}
