import { compilePipeline } from "../aggregate/pipeline.js";
import { typeName } from "../bson/typename.js";
import { isDoc, type Doc, type Value } from "../bson/types.js";
import { changeStreamFields, readStreamOptions } from "../change-streams/options.js";
import { ChangeStreamSource } from "../change-streams/source.js";
import { ServerError } from "../errors.js";
import type { Namespace } from "../kernel/types.js";
import type { Reply } from "../wire/reply.js";
import { checkArguments } from "./arguments.js";
import { namespaceText, type Request } from "./command.js";
import { cursorBatchSize, openCursor } from "./cursors.js";
import { readingHost } from "./pipeline-host.js";
import { collationOf, variablesOf } from "./query.js";

/** Stages that may follow `$changeStream`. Source: MongoDB manual, "Modify Change Stream Output" */
const allowed: ReadonlySet<string> = new Set([
  "$addFields",
  "$match",
  "$project",
  "$redact",
  "$replaceRoot",
  "$replaceWith",
  "$set",
  "$unset",
]);

export function isChangeStream(stages: readonly Value[] = []): boolean {
  const [first] = stages;
  return isDoc(first) && first.has("$changeStream");
}

/** Opens a cursor that follows changes. */
export async function openChangeStream(request: Request, ns: Namespace): Promise<Reply> {
  const { args, db, server } = request;
  const [first, ...rest] = args.list("pipeline") ?? [];
  checkPlace(request);
  const spec = specOf(first);
  const options = readStreamOptions(spec, db, args.text(request.name) === undefined ? undefined : ns);
  const pipeline = compilePipeline(rest, {
    host: readingHost(request),
    ns,
    collation: collationOf(args),
    vars: variablesOf(args),
  });
  checkStages(rest);
  const source = await ChangeStreamSource.open(server.kernel, { options, transform: (event) => pipeline.run([event]) });
  return openCursor(request, namespaceText(ns), source, { batchSize: cursorBatchSize(args.document("cursor")) });
}

function specOf(stage: Value | undefined): Doc {
  const spec = isDoc(stage) ? stage.get("$changeStream") : undefined;
  if (!isDoc(spec)) {
    throw new ServerError(50808, `$changeStream stage expects a document as argument, not ${typeName(spec ?? null)}`);
  }
  checkArguments(spec, changeStreamFields, "$changeStream");
  return spec;
}

function checkPlace({ args, transaction }: Request): void {
  if (transaction !== undefined) {
    const message =
      "Operation not permitted in transaction :: caused by :: $changeStream cannot be used in a transaction";
    throw new ServerError("OperationNotSupportedInTransaction", message);
  }
  const level = args.document("readConcern")?.get("level") ?? "majority";
  if (level !== "majority") {
    throw new ServerError("InvalidOptions", "$changeStream cannot run with a readConcern other than 'majority'");
  }
}

function checkStages(stages: readonly Value[]): void {
  for (const stage of stages) {
    const [name = ""] = isDoc(stage) ? stage.keys() : [];
    if (allowed.has(name)) continue;
    throw new ServerError("IllegalOperation", `${name} is not permitted in a $changeStream pipeline`);
  }
}
