import { decodeDoc } from "../bson/decode.js";
import { Binary, docOf, isDoc, Timestamp, UtcDate, type Doc, type Value } from "../bson/types.js";
import { ServerError } from "../errors.js";
import type { LoggedChange } from "../kernel/change-log.js";
import type { ChangeKind, ExpandedKind } from "../kernel/changes.js";
import { docKeyOfId } from "../kernel/stored-doc.js";
import type { Namespace, Unit } from "../kernel/types.js";
import { diffDocuments } from "../update/diff.js";
import type { Scope, StreamOptions } from "./options.js";
import { eventPosition, resumeToken, versionOf, type EventNumber, type Position } from "./position.js";

export interface StreamEvent {
  readonly position: Position;
  readonly doc: Doc;
  /** It is the stream's last. */
  readonly isLast: boolean;
}

/**
 * The events of one change, none when the stream is not about it.
 * @param unit where documents are looked up
 * Source: MongoDB manual, "Change Events"
 */
export function* eventsOf(change: LoggedChange, options: StreamOptions, unit: Unit): Generator<StreamEvent, void> {
  if (!concerns(change, options.scope) || (expandedKinds.has(change.kind) && !options.expanded)) return;
  const own = startEvent(change, 0, change.kind);
  const parts = change.after || change.before ? documentParts(change, options, unit) : namespaceParts(change);
  for (const [name, value] of parts) own.doc.set(name, value);
  if (options.expanded) for (const [name, value] of expandedParts(change)) own.doc.set(name, value);
  yield { ...own, isLast: false };
  if (invalidates(change, options.scope)) yield { ...startEvent(change, 1, "invalidate"), isLast: true };
}

const expandedKinds: ReadonlySet<ChangeKind> = new Set<ExpandedKind>([
  "create",
  "createIndexes",
  "dropIndexes",
  "modify",
]);

/** Source: MongoDB manual, "Change Events", "Expanded Events" */
function expandedParts({ kind, uuid, details }: LoggedChange): Doc {
  return docOf({
    collectionUUID: kind === "dropDatabase" ? undefined : new Binary(4, uuid),
    operationDescription: details,
  });
}

function startEvent(change: LoggedChange, number: EventNumber, type: string): Omit<StreamEvent, "isLast"> {
  const position = eventPosition(change.key, number);
  const doc = docOf({
    _id: resumeToken(position),
    operationType: type,
    clusterTime: new Timestamp(versionOf(position)),
    wallTime: new UtcDate(change.at),
  });
  return { position, doc };
}

function namespaceParts({ kind, ns, to }: LoggedChange): Doc {
  return docOf({
    ns: kind === "dropDatabase" ? docOf({ db: ns.db }) : namespaceDoc(ns),
    to: to && namespaceDoc(to),
  });
}

function namespaceDoc({ db, coll }: Namespace): Doc {
  return docOf({ db, coll });
}

function documentParts(change: LoggedChange, options: StreamOptions, unit: Unit): Doc {
  const { kind, ns } = change;
  const before = change.before && decodeDoc(change.before);
  const after = change.after && decodeDoc(change.after);
  const id = (after ?? before)?.get("_id") ?? null;
  return docOf({
    fullDocument: kind === "update" ? lookUp(change, id, options, unit) : after,
    ns: namespaceDoc(ns),
    documentKey: docOf({ _id: id }),
    updateDescription: kind === "update" && before && after ? updateDescription(before, after, options) : undefined,
    fullDocumentBeforeChange: kind === "insert" ? undefined : imageBefore(change, before, options, unit),
  });
}

function updateDescription(before: Doc, after: Doc, { expanded }: StreamOptions): Doc {
  const { disambiguatedPaths, ...diff } = diffDocuments(before, after);
  return docOf({ ...diff, disambiguatedPaths: expanded ? disambiguatedPaths : undefined });
}

/** The `fullDocument` of an update: as it is now, or as the update left it where the collection keeps images. */
function lookUp(change: LoggedChange, id: Value, { fullDocument }: StreamOptions, unit: Unit): Value | undefined {
  if (fullDocument === "default") return undefined;
  const collection = unit.collection(change.ns);
  if (fullDocument === "updateLookup") {
    const isSame = collection?.uuid.equals(change.uuid) === true;
    return (isSame ? unit.get(collection, docKeyOfId(id))?.doc() : undefined) ?? null;
  }
  return kept(change.after && decodeDoc(change.after), change, unit, fullDocument === "required");
}

function imageBefore(
  change: LoggedChange,
  before: Doc | undefined,
  { fullDocumentBeforeChange: mode }: StreamOptions,
  unit: Unit,
): Value | undefined {
  return mode === "off" ? undefined : kept(before, change, unit, mode === "required");
}

/** An image, where the collection was made with `changeStreamPreAndPostImages`. */
function kept(image: Doc | undefined, { ns }: LoggedChange, unit: Unit, isRequired: boolean): Value {
  const option = unit.collection(ns)?.options.get("changeStreamPreAndPostImages");
  if (isDoc(option) && option.get("enabled") === true) return image ?? null;
  if (!isRequired) return null;
  throw new ServerError("NoMatchingDocument", "Change stream was configured to require a pre- or post-image");
}

const internalDatabases = ["admin", "config", "local"];

function concerns({ kind, ns, to }: LoggedChange, scope: Scope): boolean {
  const isIn = (place: Namespace): boolean => {
    if (place.coll.startsWith("system.")) return false;
    if (scope.kind === "all") return !internalDatabases.includes(place.db);
    if (scope.kind === "database") return place.db === scope.db;
    return place.db === scope.ns.db && place.coll === scope.ns.coll && kind !== "dropDatabase";
  };
  return isIn(ns) || (to !== undefined && isIn(to));
}

function invalidates({ kind }: LoggedChange, scope: Scope): boolean {
  if (scope.kind === "collection") return kind === "drop" || kind === "rename";
  return scope.kind === "database" && kind === "dropDatabase";
}
