import { encodeDoc } from "../bson/encode.js";
import { docOf, Int32, type Doc } from "../bson/types.js";
import type { Namespace, Unit } from "../kernel/types.js";
import type { Arguments, ArgumentTypes } from "./arguments.js";
import type { Request } from "./command.js";
import { deleteStatement } from "./delete.js";
import { collationOf, hintOf, variablesOf, type QuerySpec } from "./query.js";
import { updateStatement } from "./update.js";

interface BulkRun {
  readonly request: Request;
  readonly unit: Unit;
  readonly ns: Namespace;
  readonly args: Arguments;
}

/** One kind of operation of the command `bulkWrite`. */
export interface BulkOperation {
  readonly args: ArgumentTypes;
  readonly run: (run: BulkRun) => Doc;
  /** Adds what was done to the command's totals. */
  readonly count: (done: Doc, totals: Map<string, number>) => void;
}

function add(totals: Map<string, number>, name: string, done: Doc, field: string): void {
  const count = done.get(field);
  if (count instanceof Int32) totals.set(name, (totals.get(name) ?? 0) + count.value);
}

function querySpec({ request, args }: BulkRun): QuerySpec {
  return {
    filter: args.documentOrEmpty("filter"),
    sort: args.document("sort"),
    hint: hintOf(args),
    collation: collationOf(args),
    vars: variablesOf(request.args),
    deadline: request.deadline,
  };
}

const bypass = ({ request }: BulkRun): boolean => request.args.flag("bypassDocumentValidation");

const insert: BulkOperation = {
  args: { insert: "number!", document: "object!" },
  run: (run) => {
    const bytes = encodeDoc(run.args.documentOrEmpty("document"));
    run.unit.insert(run.unit.ensureCollection(run.ns), bytes, { bypassValidation: bypass(run) });
    return docOf({ n: new Int32(1) });
  },
  count: (done, totals) => add(totals, "nInserted", done, "n"),
};

const update: BulkOperation = {
  args: {
    update: "number!",
    filter: "object!",
    updateMods: "object|array!",
    constants: "object",
    arrayFilters: "array",
    multi: "flag",
    upsert: "flag",
    upsertSupplied: "flag",
    hint: "string|object",
    collation: "object",
    sort: "object",
  },
  run: (run) =>
    updateStatement(run.unit, run.ns, {
      ...querySpec(run),
      update: run.args.any("updateMods"),
      constants: run.args.document("constants"),
      arrayFilters: run.args.any("arrayFilters"),
      multi: run.args.flag("multi"),
      upsert: run.args.flag("upsert"),
      bypassValidation: bypass(run),
    }),
  count: (done, totals) => {
    add(totals, "nModified", done, "nModified");
    add(totals, done.has("upserted") ? "nUpserted" : "nMatched", done, "n");
  },
};

const remove: BulkOperation = {
  args: { delete: "number!", filter: "object!", multi: "flag", hint: "string|object", collation: "object" },
  run: (run) => deleteStatement(run.unit, run.ns, { ...querySpec(run), limit: run.args.flag("multi") ? 0 : 1 }),
  count: (done, totals) => add(totals, "nDeleted", done, "n"),
};

export const bulkOperations: ReadonlyMap<string, BulkOperation> = new Map(
  Object.entries({ insert, update, delete: remove }),
);
