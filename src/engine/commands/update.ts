import { docOf, Int32, type Doc } from "../bson/types.js";
import { ServerError } from "../errors.js";
import type { Namespace, Unit } from "../kernel/types.js";
import type { Reply } from "../wire/reply.js";
import { Arguments } from "./arguments.js";
import type { CommandTable, Request } from "./command.js";
import { documentsOf } from "./cursors.js";
import { decodeAll } from "./incoming.js";
import { missingField } from "./arguments.js";
import { namespaceOf } from "./namespace.js";
import { collationOf, hintOf, variablesOf } from "./query.js";
import { batchFields, checkBatchSize, runStatements, type BatchResult } from "./statements.js";
import { applyUpdate, compileUpdateSpec, type UpdateOutcome, type UpdateSpec } from "./updating.js";

const statementArguments = {
  q: "object!",
  u: "object|array!",
  c: "object",
  multi: "flag",
  upsert: "flag",
  upsertSupplied: "flag",
  sort: "object",
  collation: "object",
  arrayFilters: "array",
  hint: "string|object",
};

async function update(request: Request): Promise<Reply> {
  const ns = namespaceOf(request);
  const statements = statementsOf(request, "updates").map((doc) =>
    Arguments.of(doc, statementArguments, "update.updates"),
  );
  checkBatchSize(statements.length);
  refuseRetriedMulti(
    request,
    statements.some((statement) => statement.flag("multi")),
  );
  const result = await runStatements(request, {
    count: statements.length,
    ordered: request.args.flag("ordered", true),
    run: (unit, index) => updateStatement(unit, ns, updateSpec(request, statements[index] as Arguments)),
  });
  return { fields: updateReply(result) };
}

/** An array of statements, beside the command or inside it. */
export function statementsOf(request: Request, name: string): Doc[] {
  const raw = request.rawDocs(name);
  if (raw !== undefined) return decodeAll(raw);
  const list = request.args.list(name);
  if (list === undefined) throw missingField(`${request.name}.${name}`);
  return documentsOf(list, `${request.name}.${name}`);
}

/** Only writes of one document are repeated safely. */
export function refuseRetriedMulti({ retry }: Request, multi: boolean): void {
  if (retry !== undefined && multi) {
    throw new ServerError("InvalidOptions", "Cannot use retryable writes with multi=true");
  }
}

function updateSpec(request: Request, statement: Arguments): UpdateSpec {
  return {
    filter: statement.documentOrEmpty("q"),
    update: statement.any("u"),
    constants: statement.document("c"),
    sort: statement.document("sort"),
    hint: hintOf(statement),
    collation: collationOf(statement),
    arrayFilters: statement.any("arrayFilters"),
    multi: statement.flag("multi"),
    upsert: statement.flag("upsert"),
    bypassValidation: request.args.flag("bypassDocumentValidation"),
    vars: variablesOf(request.args),
    deadline: request.deadline,
  };
}

/** One update as `{ n, nModified, upserted? }`. */
export function updateStatement(unit: Unit, ns: Namespace, spec: UpdateSpec): Doc {
  return outcomeDoc(applyUpdate(unit, ns, compileUpdateSpec(spec)));
}

function outcomeDoc({ matched, modified, upserted }: UpdateOutcome): Doc {
  const n = new Int32(upserted === undefined ? matched : 1);
  return docOf({ n, nModified: new Int32(modified), upserted: upserted && (upserted.doc().get("_id") ?? null) });
}

function updateReply(result: BatchResult): Doc {
  const upserted: Doc[] = [];
  for (const [index, each] of result.results.entries()) {
    const id = each?.get("upserted");
    if (id !== undefined) upserted.push(docOf({ index: new Int32(index), _id: id }));
  }
  const fields = docOf({
    n: sum(result, "n"),
    nModified: sum(result, "nModified"),
    upserted: upserted.length > 0 ? upserted : undefined,
  });
  return new Map([...fields, ...batchFields(result)]);
}

/** The total of one count over the statements that were done. */
export function sum({ results }: BatchResult, field: string): Int32 {
  let total = 0;
  for (const each of results) {
    const count = each?.get(field);
    if (count instanceof Int32) total += count.value;
  }
  return new Int32(total);
}

export const updateCommands: CommandTable = {
  update: {
    args: { updates: "array!", ordered: "flag", bypassDocumentValidation: "flag", let: "object" },
    inTransaction: true,
    retryable: true,
    writes: true,
    run: update,
  },
};
