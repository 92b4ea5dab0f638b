import { encodeDoc } from "../bson/encode.js";
import { equalValues } from "../bson/compare.js";
import { toText } from "../bson/extended-json.js";
import { isArray, isDoc, docOf, Int32, type Doc, type Value } from "../bson/types.js";
import { ServerError } from "../errors.js";
import type { Collection, IndexSpec, Namespace, Unit } from "../kernel/types.js";
import type { Reply } from "../wire/reply.js";
import { namespaceText, type CommandTable, type Request } from "./command.js";
import { cursorBatchSize, documentsOf, openListCursor } from "./cursors.js";
import { namespaceOf } from "./namespace.js";

async function createIndexes(request: Request): Promise<Reply> {
  const ns = namespaceOf(request);
  const specs = documentsOf(request.args.list("indexes"), "createIndexes.indexes");
  if (specs.length === 0) throw new ServerError("BadValue", "Must specify at least one index to create");
  const { existed, before, after } = await request.write((unit) => buildIndexes(unit, ns, specs));
  const fields = docOf({
    numIndexesBefore: new Int32(before),
    numIndexesAfter: new Int32(after),
    createdCollectionAutomatically: existed ? undefined : true,
    note: before === after ? "all indexes already exist" : undefined,
  });
  return { fields };
}

interface Built {
  readonly existed: boolean;
  readonly before: number;
  readonly after: number;
}

function buildIndexes(unit: Unit, ns: Namespace, specs: readonly Doc[]): Built {
  const existed = unit.collection(ns) !== undefined;
  const before = unit.ensureCollection(ns).indexes.length;
  let after = before;
  for (const spec of specs) after = unit.createIndex(unit.ensureCollection(ns), spec).after;
  return { existed, before, after };
}

function listIndexes(request: Request): Reply {
  const ns = namespaceOf(request);
  const docs = request.read((unit) => existing(unit, ns).indexes.map((index) => encodeDoc(indexDoc(index))));
  const batchSize = cursorBatchSize(request.args.document("cursor")) ?? Infinity;
  return openListCursor(request, namespaceText(ns), docs, { batchSize });
}

/** An index as `listIndexes` shows it. */
export function indexDoc(index: IndexSpec): Doc {
  return index.spec;
}

function existing(unit: Unit, ns: Namespace): Collection {
  const collection = unit.collection(ns);
  if (collection === undefined) throw new ServerError("NamespaceNotFound", `ns does not exist: ${namespaceText(ns)}`);
  return collection;
}

async function dropIndexes(request: Request): Promise<Reply> {
  const ns = namespaceOf(request);
  const asked = request.args.any("index");
  const [was, all] = await request.write((unit) => {
    const collection = existing(unit, ns);
    for (const name of namesOf(collection, asked)) unit.dropIndex(existing(unit, ns), name);
    return [collection.indexes.length, asked === "*"] as const;
  });
  const msg = all ? "non-_id indexes dropped for collection" : undefined;
  return { fields: docOf({ nIndexesWas: new Int32(was), msg }) };
}

/** The names that `index` stands for: "*", a name, a key pattern, or a list of names. */
function namesOf(collection: Collection, asked: Value | undefined): string[] {
  if (asked === "*") return collection.indexes.filter((index) => index.name !== "_id_").map((index) => index.name);
  if (typeof asked === "string") return [asked];
  if (isArray(asked)) return asked.filter((name) => typeof name === "string");
  const named = isDoc(asked) ? collection.indexes.filter((index) => equalValues(index.key, asked)) : [];
  const [index] = named;
  if (index === undefined)
    throw new ServerError("IndexNotFound", `can't find index with key: ${toText(asked ?? null)}`);
  if (named.length > 1) {
    throw new ServerError(181, `${named.length} indexes found for key: ${toText(asked)}, identify by name instead`);
  }
  return [index.name];
}

export const indexCommands: CommandTable = {
  createIndexes: {
    args: { indexes: "array!", commitQuorum: "any", ignoreUnknownIndexOptions: "flag" },
    inTransaction: true,
    writes: true,
    run: createIndexes,
  },
  listIndexes: { args: { cursor: "object" }, reads: true, run: listIndexes },
  dropIndexes: { args: { index: "string|object|array!" }, writes: true, run: dropIndexes },
  deleteIndexes: { args: { index: "string|object|array!" }, writes: true, run: dropIndexes },
};
