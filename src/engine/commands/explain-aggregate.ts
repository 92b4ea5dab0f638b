import { docOf, isDoc, type Doc } from "../bson/types.js";
import { ServerError } from "../errors.js";
import type { Reply } from "../wire/reply.js";
import { planAggregate } from "./aggregate.js";
import { isChangeStream } from "./change-stream.js";
import type { Request } from "./command.js";
import { explained, queryExplanation, type Verbosity } from "./explain.js";
import { readingHost } from "./pipeline-host.js";

/** A pipeline that the scan does alone is explained as a find; else its stages come behind a `$cursor`. */
export function explainAggregate(request: Request, verbosity: Verbosity): Reply {
  if (isChangeStream(request.args.list("pipeline"))) {
    throw new ServerError("CommandNotSupported", "A $changeStream cannot be explained by this server");
  }
  const { ns, query, rest, compile } = planAggregate(request);
  compile(readingHost(request));
  const cursor = queryExplanation(request, ns, query, verbosity);
  if (rest.length === 0) return explained(request, cursor);
  const stages: Doc[] = rest.filter(isDoc);
  const [name = ""] = stages[0]?.keys() ?? [];
  const head = name === "$documents" ? [] : [docOf({ $cursor: cursor })];
  return explained(request, docOf({ explainVersion: "1", stages: [...head, ...stages] }));
}
