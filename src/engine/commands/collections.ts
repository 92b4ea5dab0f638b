import { encodeDoc } from "../bson/encode.js";
import { equalValues } from "../bson/compare.js";
import { Binary, docOf, Int32, type Doc, type Value } from "../bson/types.js";
import { ServerError } from "../errors.js";
import type { Collection, Unit } from "../kernel/types.js";
import { compileFilter } from "../query/matcher.js";
import { reply, type Reply } from "../wire/reply.js";
import { namespaceText, type CommandTable, type Request } from "./command.js";
import { cursorBatchSize, openListCursor } from "./cursors.js";
import { checkedOptions, createArguments } from "./collection-options.js";
import { indexDoc } from "./indexes.js";
import { namespaceOf, parseNamespace } from "./namespace.js";

/** Creating a collection again with the same options succeeds, except in a transaction. */
async function create(request: Request): Promise<Reply> {
  const ns = namespaceOf(request);
  const options = checkedOptions(request.args.doc);
  await request.write((unit) => {
    const existing = unit.collection(ns);
    if (existing !== undefined && request.transaction === undefined && equalValues(existing.options, options)) return;
    unit.createCollection(ns, options);
  });
  return reply();
}

/** Dropping what is not there succeeds too, as since MongoDB 7.0. */
async function drop(request: Request): Promise<Reply> {
  const ns = namespaceOf(request);
  const indexes = await request.write((unit) => {
    const count = unit.collection(ns)?.indexes.length;
    if (count !== undefined) unit.dropCollection(ns);
    return count;
  });
  if (indexes === undefined) return reply();
  request.server.cursors.closeWhere((cursor) => cursor.ns === namespaceText(ns));
  return reply({ nIndexesWas: new Int32(indexes), ns: namespaceText(ns) });
}

async function dropDatabase(request: Request): Promise<Reply> {
  const { db, server } = request;
  const dropped = await request.write((unit) => unit.dropDatabase(db));
  server.cursors.closeWhere((cursor) => cursor.ns.startsWith(`${db}.`));
  return reply(dropped ? { dropped: db } : {});
}

async function renameCollection(request: Request): Promise<Reply> {
  const from = parseNamespace(request.args.text("renameCollection") ?? "");
  const to = parseNamespace(request.args.text("to") ?? "");
  if (namespaceText(from) === namespaceText(to)) {
    throw new ServerError("IllegalOperation", "Can't rename a collection to itself");
  }
  const dropTarget = request.args.flag("dropTarget");
  await request.write((unit) => unit.renameCollection(from, to, dropTarget));
  return reply();
}

function listCollections(request: Request): Reply {
  const { args, db } = request;
  const matcher = compileFilter(args.documentOrEmpty("filter"));
  const nameOnly = args.flag("nameOnly");
  const docs = request.read((unit) => unit.listCollections(db).map((collection) => collectionDoc(collection)));
  const shown = docs.filter((doc) => matcher.matches(doc)).map((doc) => encodeDoc(nameOnly ? shortDoc(doc) : doc));
  const batchSize = cursorBatchSize(args.document("cursor")) ?? Infinity;
  return openListCursor(request, `${db}.$cmd.listCollections`, shown, { batchSize });
}

function collectionDoc(collection: Collection): Doc {
  const [idIndex] = collection.indexes;
  return docOf({
    name: collection.ns.coll,
    type: "collection",
    options: collection.options,
    info: docOf({ readOnly: false, uuid: new Binary(4, collection.uuid) }),
    idIndex: idIndex && indexDoc(idIndex),
  });
}

function shortDoc(doc: Doc): Doc {
  return new Map([...doc].filter(([name]) => name === "name" || name === "type"));
}

function listDatabases(request: Request): Reply {
  const { args } = request;
  const matcher = compileFilter(args.documentOrEmpty("filter"));
  const nameOnly = args.flag("nameOnly");
  const all = request.read((unit) => unit.listDatabases().map((name) => ({ name, bytes: databaseBytes(unit, name) })));
  const docs = all
    .map(({ name, bytes }) => docOf({ name, sizeOnDisk: BigInt(bytes), empty: false }))
    .filter((doc) => matcher.matches(doc));
  const totalSize = docs.reduce((sum, doc) => sum + Number(doc.get("sizeOnDisk")), 0);
  const databases: Value[] = nameOnly ? docs.map((doc) => docOf({ name: doc.get("name") })) : docs;
  if (nameOnly) return reply({ databases });
  return reply({ databases, totalSize: BigInt(totalSize), totalSizeMb: BigInt(Math.floor(totalSize / 1048576)) });
}

function databaseBytes(unit: Unit, name: string): number {
  return unit.listCollections(name).reduce((sum, collection) => sum + unit.stats(collection).size, 0);
}

export const collectionCommands: CommandTable = {
  create: { args: createArguments, inTransaction: true, writes: true, run: create },
  drop: { args: {}, writes: true, run: drop },
  dropDatabase: { args: {}, writes: true, run: dropDatabase },
  renameCollection: {
    args: { to: "string!", dropTarget: "flag", stayTemp: "flag" },
    adminOnly: true,
    writes: true,
    run: renameCollection,
  },
  listCollections: {
    args: { filter: "object", nameOnly: "flag", authorizedCollections: "flag", cursor: "object" },
    reads: true,
    run: listCollections,
  },
  listDatabases: {
    args: { filter: "object", nameOnly: "flag", authorizedDatabases: "flag" },
    adminOnly: true,
    reads: true,
    run: listDatabases,
  },
};
