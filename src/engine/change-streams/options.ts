import { Timestamp, isDoc, type Doc, type Value } from "../bson/types.js";
import { ServerError } from "../errors.js";
import type { Namespace } from "../kernel/types.js";
import { behindCommit, isInvalidate, readResumeToken, type Position } from "./position.js";

/** What a stream is about: a collection, a database or all of them. */
export type Scope =
  | { readonly kind: "collection"; readonly ns: Namespace }
  | { readonly kind: "database"; readonly db: string }
  | { readonly kind: "all" };

const afterModes = ["default", "updateLookup", "whenAvailable", "required"] as const;
const beforeModes = ["off", "whenAvailable", "required"] as const;

export interface StreamOptions {
  readonly scope: Scope;
  /** Where to begin; undefined for now. */
  readonly start: Position | undefined;
  /** Tells of created collections, indexes and the like too, and more of each event. */
  readonly expanded: boolean;
  readonly fullDocument: (typeof afterModes)[number];
  readonly fullDocumentBeforeChange: (typeof beforeModes)[number];
}

/** The fields of `$changeStream`, in the notation of the commands' arguments. */
export const changeStreamFields = {
  allChangesForCluster: "flag",
  fullDocument: "string",
  fullDocumentBeforeChange: "string",
  resumeAfter: "object",
  showExpandedEvents: "flag",
  startAfter: "object",
  startAtOperationTime: "timestamp",
};

/**
 * Reads a checked `$changeStream` specification.
 * @param ns the collection; undefined for the whole database
 * Source: MongoDB manual, "$changeStream"
 */
export function readStreamOptions(spec: Doc, db: string, ns: Namespace | undefined): StreamOptions {
  return {
    scope: readScope(spec, db, ns),
    start: readStart(spec),
    expanded: spec.get("showExpandedEvents") === true,
    fullDocument: choice(spec, "fullDocument", afterModes),
    fullDocumentBeforeChange: choice(spec, "fullDocumentBeforeChange", beforeModes),
  };
}

function readScope(spec: Doc, db: string, ns: Namespace | undefined): Scope {
  if (spec.get("allChangesForCluster") === true) {
    if (db === "admin" && ns === undefined) return { kind: "all" };
    const message =
      "A $changeStream with 'allChangesForCluster:true' may only be opened on the 'admin' database, and with no collection name";
    throw new ServerError("InvalidOptions", message);
  }
  if (["admin", "config", "local"].includes(db)) {
    throw new ServerError("InvalidNamespace", `$changeStream may not be opened on the internal ${db} database`);
  }
  return ns === undefined ? { kind: "database", db } : { kind: "collection", ns };
}

function readStart(spec: Doc): Position | undefined {
  const [resumeAfter, startAfter] = ["resumeAfter", "startAfter"].map((name) => docIn(spec.get(name)));
  const time = spec.get("startAtOperationTime");
  const token = resumeAfter ?? startAfter;
  if (resumeAfter !== undefined && startAfter !== undefined) {
    throw new ServerError(50674, "Do not specify both 'resumeAfter' and 'startAfter' in a $changeStream stage");
  }
  if (token !== undefined && time instanceof Timestamp) {
    const name = resumeAfter === undefined ? "startAfter" : "resumeAfter";
    throw new ServerError(40674, `Only one type of resume option is allowed, but '${name}' was not the only one`);
  }
  if (time instanceof Timestamp) return behindCommit(time.value === 0n ? 0n : time.value - 1n);
  const position = token && readResumeToken(token);
  if (position !== undefined && resumeAfter !== undefined && isInvalidate(position)) {
    const message =
      "Attempting to resume a change stream using 'resumeAfter' is not allowed from an invalidate notification.";
    throw new ServerError("InvalidResumeToken", message);
  }
  return position;
}

function docIn(value: Value | undefined): Doc | undefined {
  return isDoc(value) ? value : undefined;
}

function choice<Name extends string>(spec: Doc, field: string, names: readonly [Name, ...Name[]]): Name {
  const value = spec.get(field) ?? names[0];
  const found = names.find((name) => name === value);
  if (found !== undefined) return found;
  const message = `Enumeration value '${typeof value === "string" ? value : ""}' for field '$changeStream.${field}' is not a valid value.`;
  throw new ServerError("BadValue", message);
}
