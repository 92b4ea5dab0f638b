import { randomUUID } from "node:crypto";
import { Binary, Int32, docOf, type Doc } from "../bson/types.js";
import { checkDatabaseName, checkNamespace, nameOf } from "../catalog/names.js";
import type { CollectionEntry, CollectionRecord } from "../catalog/collection-entry.js";
import { ServerError } from "../errors.js";
import { idIndexName } from "../indexes/index-entry.js";
import { isDoc } from "../bson/types.js";
import { compileFilter } from "../query/matcher.js";
import type { UnitContext } from "./context.js";
import type { Namespace } from "./types.js";

const noOptions: Doc = new Map();

/** See `Unit.createCollection`. */
export function createCollection(context: UnitContext, ns: Namespace, options = noOptions): CollectionEntry {
  const { catalog } = context;
  checkNamespace(ns);
  if (catalog.find(ns)) {
    throw new ServerError("NamespaceExists", `Collection ${nameOf(ns)} already exists.`);
  }
  checkValidator(options);
  const idIndex = docOf({ v: new Int32(2), key: docOf({ _id: new Int32(1) }), name: idIndexName });
  const uuid = Buffer.from(randomUUID().replaceAll("-", ""), "hex");
  const indexes = [{ id: catalog.newId(), spec: idIndex }];
  const entry = catalog.put({ ns, id: catalog.newId(), uuid, options, indexes });
  context.changes.record({ kind: "create", entry, details: docOf({ ...Object.fromEntries(options), idIndex }) });
  return entry;
}

/** See `Unit.setOptions`. */
export function setOptions(context: UnitContext, entry: CollectionEntry, options: Doc): CollectionEntry {
  checkValidator(options);
  context.changes.record({ kind: "modify", entry, details: options });
  return context.catalog.put({ ...recordOf(entry), options });
}

/** A validator that cannot be compiled is refused when it is given, not when it is used. */
function checkValidator(options: Doc): void {
  const validator = options.get("validator");
  if (isDoc(validator)) compileFilter(validator);
}

export function recordOf({ ns, id, uuid, options, indexes }: CollectionEntry): CollectionRecord {
  return { ns, id, uuid, options, indexes: indexes.map((index) => ({ id: index.id, spec: index.spec })) };
}

/** See `Unit.dropCollection`. What it held is removed later, piece by piece: see `maintenance.ts`. */
export function dropCollection(context: UnitContext, entry: CollectionEntry): void {
  context.catalog.remove(entry);
  const ids = [entry.prefix, ...entry.secondary.map(({ prefix }) => prefix)];
  for (const id of ids) context.view.put("meta", Buffer.concat([garbagePrefix, id]), garbageValue);
  context.changes.record({ kind: "drop", entry });
}

/** Before the number of a collection or index whose keys nobody needs any more. */
export const garbagePrefix = Buffer.from("garbage/");
export const garbageValue = Buffer.from([1]);

/** See `Unit.renameCollection`. */
export function renameCollection(context: UnitContext, from: Namespace, to: Namespace, dropTarget: boolean): void {
  const { catalog, changes } = context;
  checkNamespace(to);
  checkDatabaseName(from.db);
  const entry = catalog.find(from);
  if (!entry) throw new ServerError("NamespaceNotFound", `Source collection ${nameOf(from)} does not exist`);
  if (nameOf(from) === nameOf(to)) {
    throw new ServerError("IllegalOperation", "Can't rename a collection to itself");
  }
  const target = catalog.find(to);
  if (target && !dropTarget) throw new ServerError("NamespaceExists", "target namespace exists");
  if (target) dropCollection(context, target);
  catalog.remove(entry);
  catalog.put({ ...recordOf(entry), ns: to });
  const name = docOf({ db: to.db, coll: to.coll });
  const dropped = target && new Binary(4, target.uuid);
  changes.record({ kind: "rename", entry, to: name, details: docOf({ to: name, dropTarget: dropped }) });
}
