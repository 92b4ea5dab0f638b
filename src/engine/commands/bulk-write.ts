import { encodeDoc } from "../bson/encode.js";
import { docOf, Int32, type Doc, type Value } from "../bson/types.js";
import { codeName, ServerError } from "../errors.js";
import type { Namespace, Unit } from "../kernel/types.js";
import { IterableSource } from "../cursors/batches.js";
import type { Reply } from "../wire/reply.js";
import { Arguments, checkArguments } from "./arguments.js";
import { bulkOperations, type BulkOperation } from "./bulk-operations.js";
import type { CommandTable, Request } from "./command.js";
import { cursorBatchSize, openCursor } from "./cursors.js";
import { parseNamespace } from "./namespace.js";
import { checkBatchSize, runStatements, type BatchResult, type StatementError } from "./statements.js";
import { refuseRetriedMulti, statementsOf } from "./update.js";

/** Source: MongoDB manual, "bulkWrite" (database command, MongoDB 8.0) */
async function bulkWrite(request: Request): Promise<Reply> {
  const { args } = request;
  const namespaces = statementsOf(request, "nsInfo").map(namespaceOfInfo);
  const operations = statementsOf(request, "ops").map((doc) => operationOf(doc, namespaces.length));
  checkBatchSize(operations.length);
  refuseRetriedMulti(
    request,
    operations.some(({ args: op }) => op.flag("multi")),
  );
  const result = await runStatements(request, {
    count: operations.length,
    ordered: args.flag("ordered", true),
    run: (unit, index) => runOperation(request, unit, operations[index] as Operation, namespaces),
  });
  return bulkReply(request, operations, result);
}

interface Operation {
  readonly kind: BulkOperation;
  readonly place: number;
  readonly args: Arguments;
}

function namespaceOfInfo(doc: Doc): Namespace {
  checkArguments(
    doc,
    { ns: "string!", collectionUUID: "binData", encryptionInformation: "object" },
    "bulkWrite.nsInfo",
  );
  return parseNamespace(doc.get("ns") as string);
}

function operationOf(doc: Doc, namespaceCount: number): Operation {
  const [name = ""] = doc.keys();
  const kind = bulkOperations.get(name);
  if (kind === undefined) {
    throw new ServerError(
      "BadValue",
      `BulkWriteOperation: unknown operation '${name}', expected insert, update or delete`,
    );
  }
  const args = Arguments.of(doc, kind.args, `bulkWrite.ops.${name}`);
  const place = args.long(name);
  if (place === undefined || place < 0n || place >= BigInt(namespaceCount)) {
    throw new ServerError("BadValue", `BulkWrite ops entry ${place} is not a valid index into nsInfo`);
  }
  return { kind, place: Number(place), args };
}

function runOperation(request: Request, unit: Unit, op: Operation, namespaces: readonly Namespace[]): Doc {
  return op.kind.run({ request, unit, args: op.args, ns: namespaces[op.place] as Namespace });
}

const counters = ["nErrors", "nInserted", "nMatched", "nModified", "nUpserted", "nDeleted"];

function bulkReply(request: Request, operations: readonly Operation[], result: BatchResult): Reply {
  const { args } = request;
  const totals = new Map<string, number>(counters.map((name) => [name, 0]));
  const errors = new Map(result.errors.map((each) => [each.index, each]));
  const docs: Doc[] = [];
  for (const [index, { kind }] of operations.entries()) {
    const error = errors.get(index);
    const done = result.results[index];
    if (error !== undefined) docs.push(errorDoc(error));
    else if (done) {
      kind.count(done, totals);
      if (!args.flag("errorsOnly")) docs.push(resultDoc(done, index));
    }
  }
  totals.set("nErrors", result.errors.length);
  const fields: Doc = new Map<string, Value>([...totals].map(([name, count]) => [name, new Int32(count)]));
  if (result.retried.length > 0) fields.set("retriedStmtIds", result.retried);
  const batchSize = cursorBatchSize(args.document("cursor")) ?? Infinity;
  const source = new IterableSource(docs.map(encodeDoc), docs.length);
  return openCursor(request, "admin.$cmd.bulkWrite", source, { batchSize, fields });
}

function resultDoc(done: Doc, index: number): Doc {
  const upserted = done.get("upserted");
  return docOf({
    ok: 1,
    idx: new Int32(index),
    n: done.get("n"),
    nModified: done.get("nModified"),
    upserted: upserted === undefined ? undefined : docOf({ _id: upserted }),
  });
}

function errorDoc({ index, error }: StatementError): Doc {
  const doc = docOf({
    ok: 0,
    idx: new Int32(index),
    code: new Int32(error.code),
    codeName: codeName(error.code),
    errmsg: error.message,
    n: new Int32(0),
  });
  for (const [name, value] of error.extra ?? []) doc.set(name, value);
  return doc;
}

export const bulkWriteCommands: CommandTable = {
  bulkWrite: {
    args: {
      ops: "array!",
      nsInfo: "array!",
      ordered: "flag",
      errorsOnly: "flag",
      bypassDocumentValidation: "flag",
      let: "object",
      cursor: "object",
    },
    adminOnly: true,
    inTransaction: true,
    retryable: true,
    writes: true,
    run: bulkWrite,
  },
};
