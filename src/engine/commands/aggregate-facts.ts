import { hostname } from "node:os";
import type { FactsStage } from "../aggregate/types.js";
import { Binary, docOf, Int32, isDoc, UtcDate, type Doc } from "../bson/types.js";
import { isNumber, toDouble } from "../bson/numbers.js";
import { ServerError } from "../errors.js";
import type { Collection, Unit } from "../kernel/types.js";
import { namespaceText, type Request } from "./command.js";
import { statsDoc } from "./diagnostics.js";

/** The documents of stages that tell about the server. */
export function facts(request: Request, unit: Unit, stage: FactsStage, argument: Doc): Doc[] {
  switch (stage) {
    case "$collStats":
      return [collStats(request, unit, argument)];
    case "$indexStats":
      return collectionOf(request, unit).indexes.map((index) =>
        docOf({ name: index.name, key: index.key, host: hostname(), spec: index.spec }),
      );
    case "$currentOp":
      return [docOf({ type: "op", host: hostname(), op: "command", active: true, ns: `${request.db}.$cmd.aggregate` })];
    case "$listLocalSessions":
    case "$listSessions":
      return sessions(request);
  }
}

function collectionOf(request: Request, unit: Unit): Collection {
  const ns = { db: request.db, coll: request.args.text(request.name) ?? "" };
  const collection = unit.collection(ns);
  if (collection !== undefined) return collection;
  throw new ServerError("NamespaceNotFound", `Collection [${namespaceText(ns)}] not found.`);
}

function collStats(request: Request, unit: Unit, argument: Doc): Doc {
  const collection = collectionOf(request, unit);
  const storage = argument.get("storageStats");
  const scale = isDoc(storage) ? storage.get("scale") : undefined;
  const doc = docOf({
    ns: namespaceText(collection.ns),
    host: hostname(),
    localTime: new UtcDate(BigInt(Date.now())),
    storageStats: isDoc(storage) ? statsDoc(unit, collection, isNumber(scale) ? toDouble(scale) : 1) : undefined,
  });
  if (argument.has("count")) doc.set("count", new Int32(unit.stats(collection).count));
  return doc;
}

function sessions({ session }: Request): Doc[] {
  if (session === undefined) return [];
  const id = docOf({ id: new Binary(4, session.id) });
  return [docOf({ _id: id, lastUse: new UtcDate(BigInt(session.lastUsed)) })];
}
