import { typeName } from "../../bson/typename.js";
import { isArray, isDoc, Regex, Undefined, type Doc, type Value } from "../../bson/types.js";
import { ServerError } from "../../errors.js";
import { pathOf, visitPath, type Path } from "../../query/paths.js";
import type { Namespace } from "../../kernel/types.js";
import type { StageContext } from "../types.js";
import { valueKey } from "../value-key.js";

/** Gives the documents of a collection that have one of the values at a path, as `$lookup` matches them. */
export type FindEqual = (values: readonly Value[]) => Iterable<Doc>;

/**
 * Prepares equality look-ups in another collection: by its index where there is one, else by a table made in one
 * reading, so that a join costs one pass and not one for each document.
 */
export function equalityFinder(ns: Namespace, field: string, context: StageContext): FindEqual {
  const { host, collation, vars } = context;
  const ask = (filter: Doc) => host.documents(ns, { filter, vars, collation });
  if (collation !== undefined || host.hasIndexOn(ns, field)) return (values) => ask(equalityFilter(field, values));
  let table: Map<string, Doc[]> | undefined;
  return (values) => {
    table ??= tableOf(host.documents(ns, { vars, collation }), pathOf(field));
    return fromTable(table, values);
  };
}

/** The values to look for: an array's elements, or the value; nothing counts as null. */
export function wantedValues(value: Value | undefined): readonly Value[] {
  return isArray(value) ? value : [value ?? null];
}

function equalityFilter(field: string, values: readonly Value[]): Doc {
  const equal = (value: Value): Doc => new Map([[field, new Map([["$eq", value]])]]);
  const [only] = values;
  if (only !== undefined && values.length === 1) return equal(only);
  // `$in` would take a regular expression for a pattern.
  if (values.some((value) => value instanceof Regex)) return new Map([["$or", values.map(equal)]]);
  return new Map([[field, new Map([["$in", values]])]]);
}

function tableOf(docs: Iterable<Doc>, path: Path): Map<string, Doc[]> {
  const table = new Map<string, Doc[]>();
  for (const doc of docs) {
    const keys = new Set<string>();
    visitPath(doc, path, "traverse", (value) => {
      keys.add(keyOf(value));
      return false;
    });
    for (const key of keys) {
      const found = table.get(key);
      if (found === undefined) table.set(key, [doc]);
      else found.push(doc);
    }
  }
  return table;
}

function fromTable(table: ReadonlyMap<string, readonly Doc[]>, values: readonly Value[]): readonly Doc[] {
  const keys = new Set(values.map(keyOf));
  const [only] = keys;
  if (keys.size === 1) return table.get(only ?? "") ?? [];
  const found = new Set<Doc>();
  for (const key of keys) for (const doc of table.get(key) ?? []) found.add(doc);
  return [...found];
}

/** Null, undefined and missing are one, as for a filter's equality. */
function keyOf(value: Value | undefined): string {
  return valueKey(value === undefined || value instanceof Undefined ? null : value);
}

/** The namespace that a stage names: a collection of the same database. */
export function foreignNamespace(value: Value | undefined, context: StageContext, name: string): Namespace {
  if (typeof value === "string" && value !== "") return { db: context.ns.db, coll: value };
  if (isDoc(value)) {
    throw new ServerError("CommandNotSupported", `${name} from another database is not supported by this server`);
  }
  if (value === "") throw new ServerError("InvalidNamespace", `Invalid namespace specified '${context.ns.db}.'`);
  const type = value === undefined ? "missing" : typeName(value);
  throw new ServerError("FailedToParse", `${name} argument must be a string, found ${type}`);
}
