import { docOf, Int32, type Doc } from "../bson/types.js";
import { ServerError } from "../errors.js";
import type { Collection, CollectionStats, Unit } from "../kernel/types.js";
import type { Reply } from "../wire/reply.js";
import { namespaceText, type CommandTable, type Request } from "./command.js";
import { namespaceOf } from "./namespace.js";

/** Sizes are divided by `scale`; whole numbers are ints as long as they fit. */
function scaled(bytes: number, scale: number): Int32 | bigint {
  return whole(Math.floor(bytes / scale));
}

function whole(count: number): Int32 | bigint {
  return count <= 0x7fffffff ? new Int32(count) : BigInt(count);
}

function total(sizes: ReadonlyMap<string, number>): number {
  return [...sizes.values()].reduce((sum, size) => sum + size, 0);
}

function scaleOf({ args }: Request): number {
  const scale = Number(args.long("scale") ?? 1n);
  if (scale < 1) throw new ServerError(51024, `BSON field 'scale' value must be >= 1, actual value '${scale}'`);
  return scale;
}

/** The storage statistics of one collection, as `collStats` and `$collStats` show them. */
export function statsDoc(unit: Unit, collection: Collection, scale: number): Doc {
  const stats = unit.stats(collection);
  const indexSizes = [...stats.indexSizes].map(([name, size]) => [name, scaled(size, scale)] as const);
  return docOf({
    ns: namespaceText(collection.ns),
    size: scaled(stats.size, scale),
    count: whole(stats.count),
    avgObjSize: stats.count === 0 ? undefined : whole(Math.floor(stats.size / stats.count)),
    storageSize: scaled(stats.size, scale),
    capped: false,
    nindexes: new Int32(collection.indexes.length),
    indexSizes: new Map(indexSizes),
    totalIndexSize: scaled(total(stats.indexSizes), scale),
    totalSize: scaled(stats.size + total(stats.indexSizes), scale),
    scaleFactor: whole(scale),
  });
}

function collStats(request: Request): Reply {
  const ns = namespaceOf(request);
  const scale = scaleOf(request);
  const fields = request.read((unit) => {
    const collection = unit.collection(ns);
    return collection === undefined ? emptyStats(namespaceText(ns), scale) : statsDoc(unit, collection, scale);
  });
  return { fields };
}

function emptyStats(ns: string, scale: number): Doc {
  const zero = new Int32(0);
  const sizes = { size: zero, count: zero, storageSize: zero, totalSize: zero, nindexes: zero, totalIndexSize: zero };
  return docOf({ ns, ...sizes, indexSizes: new Map(), scaleFactor: whole(scale) });
}

function dbStats(request: Request): Reply {
  const scale = scaleOf(request);
  const all = request.read((unit) =>
    unit.listCollections(request.db).map((collection) => ({ collection, stats: unit.stats(collection) })),
  );
  const sum = (of: (stats: CollectionStats) => number): number => all.reduce((so, { stats }) => so + of(stats), 0);
  const [objects, dataSize] = [sum((stats) => stats.count), sum((stats) => stats.size)];
  const indexSize = sum((stats) => total(stats.indexSizes));
  const fields = docOf({
    db: request.db,
    collections: whole(all.length),
    views: new Int32(0),
    objects: whole(objects),
    avgObjSize: objects === 0 ? 0 : dataSize / objects,
    dataSize: dataSize / scale,
    storageSize: dataSize / scale,
    indexes: whole(all.reduce((so, { collection }) => so + collection.indexes.length, 0)),
    indexSize: indexSize / scale,
    totalSize: (dataSize + indexSize) / scale,
    scaleFactor: whole(scale),
  });
  return { fields };
}

export const diagnosticCommands: CommandTable = {
  collStats: { args: { scale: "number" }, reads: true, run: collStats },
  collstats: { args: { scale: "number" }, reads: true, run: collStats },
  dbStats: { args: { scale: "number", freeStorage: "number" }, reads: true, run: dbStats },
  dbstats: { args: { scale: "number", freeStorage: "number" }, reads: true, run: dbStats },
};
