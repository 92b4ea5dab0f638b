import { docOf, Int32, type Doc } from "../bson/types.js";
import { ServerError } from "../errors.js";
import type { Match, Namespace, Unit } from "../kernel/types.js";
import { compileProjection } from "../query/projection.js";
import type { Reply } from "../wire/reply.js";
import type { Arguments } from "./arguments.js";
import type { Command, CommandTable, Request } from "./command.js";
import { namespaceOf } from "./namespace.js";
import { collationOf, compileQuery, hintOf, variablesOf, type QuerySpec } from "./query.js";
import { runStatements } from "./statements.js";
import { applyUpdate, compileUpdateSpec } from "./updating.js";

async function findAndModify(request: Request): Promise<Reply> {
  const { args } = request;
  const ns = namespaceOf(request);
  checkChoice(args);
  const spec = specOf(request);
  const result = await runStatements(request, {
    count: 1,
    ordered: true,
    run: (unit) => (args.flag("remove") ? removeOne(unit, ns, spec, args) : updateOne(unit, ns, spec, args)),
  });
  const [failed] = result.errors;
  if (failed !== undefined) throw failed.error;
  const fields: Doc = new Map(result.results[0] ?? []);
  const [retried] = result.retried;
  if (retried !== undefined) fields.set("retriedStmtId", retried);
  return { fields };
}

function checkChoice(args: Arguments): void {
  const failed = (message: string): ServerError => new ServerError("FailedToParse", message);
  const update = args.any("update") !== undefined;
  if (!args.flag("remove")) {
    if (!update) throw failed("Either an update or remove=true must be specified");
    return;
  }
  if (update) throw failed("Cannot specify both an update and remove=true");
  if (args.flag("upsert")) throw failed("Cannot specify both upsert=true and remove=true");
  if (args.flag("new")) {
    throw failed("Cannot specify both new=true and remove=true; 'remove' always returns the deleted document");
  }
}

function specOf({ args, deadline }: Request): QuerySpec {
  return {
    filter: args.documentOrEmpty("query"),
    sort: args.document("sort"),
    hint: hintOf(args),
    collation: collationOf(args),
    vars: variablesOf(args),
    limit: 1,
    deadline,
  };
}

function removeOne(unit: Unit, ns: Namespace, spec: QuerySpec, args: Arguments): Doc {
  const query = compileQuery(spec);
  const project = projector(args, spec);
  const collection = unit.collection(ns);
  for (const match of collection === undefined ? [] : unit.find(collection, query)) {
    const value = project(match.stored.doc(), match);
    unit.remove(unit.ensureCollection(ns), match.stored);
    return docOf({ lastErrorObject: docOf({ n: new Int32(1) }), value });
  }
  return docOf({ lastErrorObject: docOf({ n: new Int32(0) }), value: null });
}

function updateOne(unit: Unit, ns: Namespace, spec: QuerySpec, args: Arguments): Doc {
  const project = projector(args, spec);
  const outcome = applyUpdate(
    unit,
    ns,
    compileUpdateSpec({
      ...spec,
      update: args.any("update"),
      arrayFilters: args.any("arrayFilters"),
      upsert: args.flag("upsert"),
      multi: false,
      bypassValidation: args.flag("bypassDocumentValidation"),
    }),
  );
  const { upserted, match } = outcome;
  const n = new Int32(upserted === undefined ? outcome.matched : 1);
  const id = upserted && (upserted.doc().get("_id") ?? null);
  const lastErrorObject = docOf({ n, updatedExisting: outcome.matched > 0, upserted: id });
  const result = args.flag("new") ? (upserted ?? outcome.after) : outcome.before;
  return docOf({ lastErrorObject, value: result === undefined ? null : project(result.doc(), match) });
}

type Project = (doc: Doc, match: Match | undefined) => Doc;

function projector(args: Arguments, { collation, vars }: QuerySpec): Project {
  const spec = args.document("fields");
  if (spec === undefined || spec.size === 0) return (doc) => doc;
  const shown = compileProjection(spec, { collation, ...(vars && { vars }) });
  return (doc, match) => shown.apply(doc, match?.result.positional);
}

const command: Command = {
  args: {
    query: "object",
    sort: "object",
    remove: "flag",
    update: "object|array",
    new: "flag",
    fields: "object",
    upsert: "flag",
    bypassDocumentValidation: "flag",
    collation: "object",
    arrayFilters: "array",
    hint: "string|object",
    let: "object",
  },
  inTransaction: true,
  retryable: true,
  writes: true,
  run: findAndModify,
};

export const findAndModifyCommands: CommandTable = { findAndModify: command, findandmodify: command };
