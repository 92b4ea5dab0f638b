import { countingPipeline } from "../aggregate/counting.js";
import { neededFields } from "../aggregate/needed-fields.js";
import { compilePipeline } from "../aggregate/pipeline.js";
import { splitPipeline } from "../aggregate/split.js";
import type { Pipeline, PipelineHost } from "../aggregate/types.js";
import { encodeDoc } from "../bson/encode.js";
import { isDoc, type Doc, type Value } from "../bson/types.js";
import { IterableSource } from "../cursors/batches.js";
import { ServerError } from "../errors.js";
import type { Match, Namespace, Query } from "../kernel/types.js";
import type { Reply } from "../wire/reply.js";
import { isChangeStream, openChangeStream } from "./change-stream.js";
import { namespaceText, type CommandTable, type Request } from "./command.js";
import { countOf } from "./counting.js";
import { cursorBatchSize, openCursor, openListCursor } from "./cursors.js";
import { explainAggregate } from "./explain-aggregate.js";
import { matchesOf } from "./find.js";
import { namespaceOf } from "./namespace.js";
import { decoded, findIn, readingHost, writingHost } from "./pipeline-host.js";
import { collationOf, compileQuery, hintOf, variablesOf } from "./query.js";

/** A pipeline, divided into what the collection's scan does and the rest. */
export interface AggregatePlan {
  readonly ns: Namespace;
  readonly query: Query;
  readonly rest: readonly Value[];
  readonly compile: (host: PipelineHost) => Pipeline;
}

/** @throws ServerError for whatever MongoDB refuses in the command */
export function planAggregate(request: Request): AggregatePlan {
  const { args, deadline } = request;
  const stages = args.list("pipeline") ?? [];
  const ns = aggregateNamespace(request);
  const vars = variablesOf(args);
  const collation = collationOf(args);
  const { leading, rest } = splitPipeline(stages);
  const query = compileQuery({ filter: new Map(), ...leading, hint: hintOf(args), collation, vars, deadline });
  return { ns, query, rest, compile: (host) => compilePipeline(rest, { host, ns, collation, vars }) };
}

/** `aggregate: 1` runs a pipeline that makes its own documents. */
function aggregateNamespace(request: Request): Namespace {
  const { args, db } = request;
  const stages = args.list("pipeline") ?? [];
  if (args.long(request.name) !== 1n) return namespaceOf(request);
  const [first] = stages;
  const [name = ""] = isDoc(first) ? first.keys() : [];
  if (!["$documents", "$currentOp", "$listLocalSessions", "$changeStream"].includes(name)) {
    throw new ServerError("InvalidNamespace", `{aggregate: 1} is not valid for '${name}'; a collection is required.`);
  }
  return { db, coll: "$cmd.aggregate" };
}

async function aggregate(request: Request): Promise<Reply> {
  const { args } = request;
  if (args.flag("explain")) return explainAggregate(request, "queryPlanner");
  if (args.document("cursor") === undefined) {
    throw new ServerError(
      "FailedToParse",
      "The 'cursor' option is required, except for aggregate with the explain argument",
    );
  }
  if (isChangeStream(args.list("pipeline"))) return openChangeStream(request, aggregateNamespace(request));
  const plan = planAggregate(request);
  const pipeline = plan.compile(readingHost(request));
  if (pipeline.writes) return aggregateInto(request, plan);
  const bytes = pipeline.generates ? encoded(pipeline.run([])) : outputOf(request, plan, pipeline);
  const limit = plan.rest.length === 0 ? plan.query.limit : undefined;
  const batchSize = cursorBatchSize(args.document("cursor"));
  return openCursor(request, namespaceText(plan.ns), new IterableSource(bytes, limit), { batchSize });
}

/** What the pipeline gives of its collection's documents: as they are stored, only counted, or decoded as far as needed. */
function outputOf(request: Request, { ns, query, rest }: AggregatePlan, pipeline: Pipeline): Iterable<Buffer> {
  if (rest.length === 0) return stored(matchesOf(request, ns, query));
  const counted = countingPipeline(rest);
  if (counted !== undefined) return encoded(counted(countOf(request, ns, query)));
  return encoded(pipeline.run(decoded(matchesOf(request, ns, query), neededFields(rest))));
}

/** A pipeline that ends in `$out` or `$merge`: read and written in one unit. */
async function aggregateInto(request: Request, plan: AggregatePlan): Promise<Reply> {
  const concern = request.args.document("readConcern")?.get("level");
  if (concern === "linearizable" || concern === "snapshot") {
    throw new ServerError("InvalidOptions", `$out and $merge cannot be used with a '${concern}' read concern`);
  }
  if (request.transaction !== undefined) {
    throw new ServerError("OperationNotSupportedInTransaction", "$out and $merge cannot be used in a transaction");
  }
  await request.write((unit) => {
    const pipeline = plan.compile(writingHost(request, unit));
    const docs = pipeline.generates ? [] : decoded(findIn(unit, plan.ns, plan.query), neededFields(plan.rest));
    for (const _ of pipeline.run(docs)) continue;
  });
  return openListCursor(request, namespaceText(plan.ns), []);
}

function* stored(matches: Iterable<Match>): Generator<Buffer, void> {
  for (const match of matches) yield match.stored.bytes;
}

function* encoded(docs: Iterable<Doc>): Generator<Buffer, void> {
  for (const doc of docs) yield encodeDoc(doc);
}

export const aggregateArguments = {
  pipeline: "array!",
  cursor: "object",
  explain: "flag",
  allowDiskUse: "flag",
  bypassDocumentValidation: "flag",
  collation: "object",
  hint: "string|object",
  let: "object",
};

export const aggregateCommands: CommandTable = {
  aggregate: {
    args: aggregateArguments,
    inTransaction: true,
    reads: true,
    snapshots: true,
    writes: true,
    run: aggregate,
  },
};
