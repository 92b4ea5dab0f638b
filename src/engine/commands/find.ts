import { encodeDoc } from "../bson/encode.js";
import { IterableSource } from "../cursors/batches.js";
import { ServerError } from "../errors.js";
import type { Match, Namespace, Query } from "../kernel/types.js";
import { compileProjection, type Projection } from "../query/projection.js";
import type { Reply } from "../wire/reply.js";
import { namespaceText, type CommandTable, type Request } from "./command.js";
import { openCursor } from "./cursors.js";
import { namespaceOf } from "./namespace.js";
import { collationOf, compileQuery, hintOf, variablesOf } from "./query.js";

/** Options of `find` that would change its result and are not built. */
const refused = ["returnKey", "showRecordId"];

export const findArguments = {
  filter: "object",
  projection: "object",
  sort: "object",
  hint: "string|object",
  skip: "number",
  limit: "number",
  batchSize: "number",
  singleBatch: "flag",
  allowDiskUse: "flag",
  allowPartialResults: "flag",
  awaitData: "flag",
  collation: "object",
  let: "object",
  max: "object",
  min: "object",
  noCursorTimeout: "flag",
  oplogReplay: "flag",
  readOnce: "flag",
  returnKey: "flag",
  showRecordId: "flag",
  tailable: "flag",
  term: "number",
};

/** The query that a find's arguments describe. */
export function findQuery({ args, deadline }: Pick<Request, "args" | "deadline">): Query {
  return compileQuery({
    filter: args.documentOrEmpty("filter"),
    sort: args.document("sort"),
    hint: hintOf(args),
    collation: collationOf(args),
    skip: args.count("skip"),
    limit: args.count("limit"),
    min: args.document("min"),
    max: args.document("max"),
    vars: variablesOf(args),
    deadline,
  });
}

/** There are no capped collections, whose cursors alone can wait for more. */
function checkTailable(request: Request, ns: Namespace): void {
  const { args } = request;
  if (args.flag("awaitData") && !args.flag("tailable")) {
    throw new ServerError("FailedToParse", "Cannot set 'awaitData' without also setting 'tailable'");
  }
  if (args.flag("tailable") && request.read((unit) => unit.collection(ns)) !== undefined) {
    throw new ServerError(
      "BadValue",
      "error processing query: planner returned error :: caused by :: tailable cursor requested on non capped collection",
    );
  }
}

function find(request: Request): Reply {
  const { args } = request;
  const ns = namespaceOf(request);
  const option = refused.find((name) => args.document(name) !== undefined || args.flag(name));
  if (option !== undefined) {
    throw new ServerError("CommandNotSupported", `Option '${option}' of find is not supported by this server`);
  }
  checkTailable(request, ns);
  const query = findQuery(request);
  const docs = rawResults(matchesOf(request, ns, query), projectionOf(request, query));
  const batchSize = args.count("batchSize");
  return openCursor(request, namespaceText(ns), new IterableSource(docs, query.limit), {
    batchSize,
    single: args.flag("singleBatch"),
    noTimeout: args.flag("noCursorTimeout"),
  });
}

/** Matches of a collection that may not exist; outside a transaction nothing is held open between batches. */
export function matchesOf(request: Request, ns: Namespace, query: Query): Iterable<Match> {
  const transaction = request.transaction ?? request.snapshot?.transaction;
  if (transaction === undefined) return request.server.kernel.find(ns, query);
  const { unit } = transaction;
  const collection = unit.collection(ns);
  return collection === undefined ? [] : unit.find(collection, query);
}

function projectionOf({ args }: Request, query: Query): Projection | undefined {
  const spec = args.document("projection");
  if (spec === undefined || spec.size === 0) return undefined;
  return compileProjection(spec, { collation: query.collation, vars: variablesOf(args) });
}

function* rawResults(matches: Iterable<Match>, shown: Projection | undefined): Generator<Buffer, void> {
  for (const { stored, result } of matches) {
    if (shown === undefined) yield stored.bytes;
    else if (shown.applyRaw !== undefined) yield shown.applyRaw(stored.bytes);
    else yield encodeDoc(shown.apply(stored.doc(), result.positional));
  }
}

export const findCommands: CommandTable = {
  find: { args: findArguments, inTransaction: true, reads: true, snapshots: true, run: find },
};
