import { validateDoc } from "../bson/validate.js";
import { docOf, Int32 } from "../bson/types.js";
import type { Collection, Namespace, Unit } from "../kernel/types.js";
import type { Reply } from "../wire/reply.js";
import type { CommandTable, Request } from "./command.js";
import { missingField } from "./arguments.js";
import { namespaceOf } from "./namespace.js";
import { batchFields, checkBatchSize, runStatements } from "./statements.js";

async function insert(request: Request): Promise<Reply> {
  const { args } = request;
  const ns = namespaceOf(request);
  const docs = request.rawDocs("documents");
  if (docs === undefined) throw missingField("insert.documents");
  checkBatchSize(docs.length);
  const options = { bypassValidation: args.flag("bypassDocumentValidation") };
  const collectionOf = onceAUnit(ns);
  const result = await runStatements(request, {
    count: docs.length,
    ordered: args.flag("ordered", true),
    run: (unit, index) => {
      const bytes = docs[index] as Buffer;
      validateDoc(bytes);
      unit.insert(collectionOf(unit), bytes, options);
      return null;
    },
  });
  const n = result.results.filter((each) => each !== undefined).length;
  return { fields: new Map([...docOf({ n: new Int32(n) }), ...batchFields(result)]) };
}

/** Looks the collection up, or makes it, only once in each run of a unit. */
function onceAUnit(ns: Namespace): (unit: Unit) => Collection {
  let known: { readonly unit: Unit; readonly collection: Collection } | undefined;
  return (unit) => {
    if (known?.unit !== unit) known = { unit, collection: unit.ensureCollection(ns) };
    return known.collection;
  };
}

export const insertCommands: CommandTable = {
  insert: {
    args: { documents: "array!", ordered: "flag", bypassDocumentValidation: "flag" },
    inTransaction: true,
    retryable: true,
    writes: true,
    run: insert,
  },
};
