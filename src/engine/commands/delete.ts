import { docOf, Int32, type Doc } from "../bson/types.js";
import { ServerError } from "../errors.js";
import type { Namespace, Unit } from "../kernel/types.js";
import type { Reply } from "../wire/reply.js";
import { Arguments } from "./arguments.js";
import type { CommandTable, Request } from "./command.js";
import { namespaceOf } from "./namespace.js";
import { collationOf, compileQuery, hintOf, variablesOf, type QuerySpec } from "./query.js";
import { batchFields, checkBatchSize, runStatements } from "./statements.js";
import { refuseRetriedMulti, statementsOf, sum } from "./update.js";

const statementArguments = { q: "object!", limit: "number!", collation: "object", hint: "string|object" };

async function remove(request: Request): Promise<Reply> {
  const ns = namespaceOf(request);
  const statements = statementsOf(request, "deletes").map((doc) =>
    Arguments.of(doc, statementArguments, "delete.deletes"),
  );
  checkBatchSize(statements.length);
  refuseRetriedMulti(
    request,
    statements.some((statement) => statement.long("limit") === 0n),
  );
  const result = await runStatements(request, {
    count: statements.length,
    ordered: request.args.flag("ordered", true),
    run: (unit, index) => deleteStatement(unit, ns, deleteSpec(request, statements[index] as Arguments)),
  });
  return { fields: new Map([...docOf({ n: sum(result, "n") }), ...batchFields(result)]) };
}

function deleteSpec(request: Request, statement: Arguments): QuerySpec {
  const limit = statement.long("limit");
  if (limit !== 0n && limit !== 1n) {
    throw new ServerError("FailedToParse", `The limit field in delete objects must be 0 or 1. Got ${limit}`);
  }
  return {
    filter: statement.documentOrEmpty("q"),
    limit: Number(limit),
    hint: hintOf(statement),
    collation: collationOf(statement),
    vars: variablesOf(request.args),
    deadline: request.deadline,
  };
}

/** One delete as `{ n }`. */
export function deleteStatement(unit: Unit, ns: Namespace, spec: QuerySpec): Doc {
  const query = compileQuery(spec);
  const collection = unit.collection(ns);
  let n = 0;
  for (const { stored } of collection === undefined ? [] : unit.find(collection, query)) {
    unit.remove(unit.ensureCollection(ns), stored);
    n++;
  }
  return docOf({ n: new Int32(n) });
}

export const deleteCommands: CommandTable = {
  delete: {
    args: { deletes: "array!", ordered: "flag", let: "object" },
    inTransaction: true,
    retryable: true,
    writes: true,
    run: remove,
  },
};
