import { hostname } from "node:os";
import { docOf, Int32, type Doc, type Value } from "../bson/types.js";
import { ServerError } from "../errors.js";
import type { ExecutionStats, Namespace, Query } from "../kernel/types.js";
import type { Reply } from "../wire/reply.js";
import { Arguments, checkArguments } from "./arguments.js";
import { aggregateArguments } from "./aggregate.js";
import { namespaceText, type CommandTable, type Request } from "./command.js";
import { countArguments, countQuery, distinctArguments, distinctQuery } from "./counting.js";
import { explainAggregate } from "./explain-aggregate.js";
import { findArguments, findQuery } from "./find.js";
import { namespaceOf } from "./namespace.js";
import { collationOf, compileQuery, hintOf, variablesOf } from "./query.js";
import { documentsOf } from "./cursors.js";

export type Verbosity = "queryPlanner" | "executionStats" | "allPlansExecution";

const verbosities: readonly Value[] = ["queryPlanner", "executionStats", "allPlansExecution"];
const genericNames: ReadonlySet<string> = new Set([
  "$db",
  "comment",
  "maxTimeMS",
  "readConcern",
  "writeConcern",
  "lsid",
]);

interface Explainable {
  readonly args: Readonly<Record<string, string>> | undefined;
  readonly query: (request: Request) => Query;
}

/** The commands that can be explained, with the query behind each. */
const explainable: Readonly<Record<string, Explainable>> = {
  find: { args: findArguments, query: findQuery },
  count: { args: countArguments, query: countQuery },
  distinct: { args: distinctArguments, query: distinctQuery },
  findAndModify: { args: undefined, query: ({ args }) => modifyQuery(args, args.documentOrEmpty("query"), true) },
  update: {
    args: undefined,
    query: ({ args }) => statementQuery(args, "updates", ({ args: each }) => !each.flag("multi")),
  },
  delete: {
    args: undefined,
    query: ({ args }) => statementQuery(args, "deletes", ({ args: each }) => each.long("limit") === 1n),
  },
};

function modifyQuery(args: Arguments, filter: Doc, single: boolean): Query {
  return compileQuery({
    filter,
    sort: args.document("sort"),
    hint: hintOf(args),
    collation: collationOf(args),
    vars: variablesOf(args),
    limit: single ? 1 : undefined,
  });
}

function statementQuery(args: Arguments, field: string, isSingle: (statement: { args: Arguments }) => boolean): Query {
  const [statement] = documentsOf(args.list(field), field);
  if (statement === undefined) throw new ServerError("InvalidLength", "Explained write batches must be of size 1");
  const each = new Arguments(statement, field);
  return modifyQuery(each, each.documentOrEmpty("q"), isSingle({ args: each }));
}

/** Source: MongoDB manual, "explain" and "Explain Results" */
function explain(outer: Request): Reply {
  const inner = outer.args.documentOrEmpty("explain");
  const [name = ""] = inner.keys();
  const verbosity = outer.args.any("verbosity") ?? "allPlansExecution";
  if (!isVerbosity(verbosity)) {
    throw new ServerError(
      "FailedToParse",
      "verbosity string must be one of {'queryPlanner', 'executionStats', 'allPlansExecution'}",
    );
  }
  const request: Request = { ...outer, name, args: new Arguments(inner, name) };
  if (name === "aggregate") {
    checkArguments(inner, { aggregate: "any", ...aggregateArguments }, name, { generic: genericNames });
    return explainAggregate(request, verbosity);
  }
  const kind = Object.hasOwn(explainable, name) ? explainable[name] : undefined;
  if (kind === undefined) throw new ServerError("CommandNotFound", `Explain failed due to unknown command: ${name}`);
  if (kind.args !== undefined) checkArguments(inner, { [name]: "any", ...kind.args }, name, { generic: genericNames });
  return explained(request, queryExplanation(request, namespaceOf(request), kind.query(request), verbosity));
}

function isVerbosity(value: Value): value is Verbosity {
  return verbosities.includes(value);
}

/** How a query is answered; run as well when statistics are asked for. */
export function queryExplanation(request: Request, ns: Namespace, query: Query, verbosity: Verbosity): Doc {
  const started = Date.now();
  const run = verbosity !== "queryPlanner";
  const found = request.read((unit) => {
    const collection = unit.collection(ns);
    return collection && unit.explain(collection, query, run);
  });
  const winningPlan = found?.winningPlan ?? docOf({ stage: "EOF" });
  const stats = run ? (found?.stats ?? { returned: 0, keysExamined: 0, docsExamined: 0 }) : undefined;
  return docOf({
    explainVersion: "1",
    queryPlanner: docOf({
      namespace: namespaceText(ns),
      parsedQuery: query.filter,
      indexFilterSet: false,
      winningPlan,
      rejectedPlans: [],
    }),
    executionStats: stats && statsOf(stats, winningPlan, Date.now() - started),
  });
}

function statsOf(stats: ExecutionStats, plan: Doc, milliseconds: number): Doc {
  return docOf({
    executionSuccess: true,
    nReturned: new Int32(stats.returned),
    executionTimeMillis: new Int32(milliseconds),
    totalKeysExamined: new Int32(stats.keysExamined),
    totalDocsExamined: new Int32(stats.docsExamined),
    executionStages: new Map<string, Value>([
      ["stage", plan.get("stage") ?? ""],
      ["nReturned", new Int32(stats.returned)],
    ]),
  });
}

export function explained({ args }: Request, explanation: Doc): Reply {
  const serverInfo = docOf({ host: hostname(), version: "8.0.4" });
  return { fields: new Map([...explanation, ...docOf({ command: args.doc, serverInfo })]) };
}

export const explainCommands: CommandTable = {
  explain: { args: { explain: "object!", verbosity: "string" }, reads: true, run: explain },
};
