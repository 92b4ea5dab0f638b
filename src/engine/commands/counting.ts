import { encodeDoc } from "../bson/encode.js";
import { encodeKey } from "../bson/keys.js";
import { docOf, Int32, isArray, Timestamp, type Doc, type Value } from "../bson/types.js";
import { ServerError } from "../errors.js";
import type { Namespace, Query } from "../kernel/types.js";
import { pathOf, visitPath, type Path } from "../query/paths.js";
import { reply, type Reply } from "../wire/reply.js";
import type { CommandTable, Request } from "./command.js";
import { matchesOf } from "./find.js";
import { maxBsonObjectSize } from "./hello.js";
import { namespaceOf } from "./namespace.js";
import { collationOf, compileQuery, hintOf } from "./query.js";

/** A count's query; a negative limit means as many as its size. */
export function countQuery({ args, deadline }: Pick<Request, "args" | "deadline">): Query {
  return compileQuery({
    filter: args.documentOrEmpty("query"),
    hint: hintOf(args),
    collation: collationOf(args),
    skip: args.count("skip"),
    limit: Math.abs(args.count("limit", -Number.MAX_SAFE_INTEGER) ?? 0),
    deadline,
  });
}

/** How many documents a query gives in a collection that may not exist. */
export function countOf(request: Request, ns: Namespace, query: Query): number {
  return request.read((unit) => {
    const collection = unit.collection(ns);
    return collection === undefined ? 0 : unit.count(collection, query);
  });
}

function count(request: Request): Reply {
  return reply({ n: new Int32(countOf(request, namespaceOf(request), countQuery(request))) });
}

/** The query of a distinct. */
export function distinctQuery({ args, deadline }: Pick<Request, "args" | "deadline">): Query {
  return compileQuery({
    filter: args.documentOrEmpty("query"),
    hint: hintOf(args),
    collation: collationOf(args),
    deadline,
  });
}

function distinct(request: Request): Reply {
  const { args } = request;
  const ns = namespaceOf(request);
  const key = args.text("key") ?? "";
  if (key.includes("\0")) throw new ServerError("FailedToParse", "A field path cannot contain null bytes");
  const query = distinctQuery(request);
  const { collation } = query;
  const path = pathOf(key);
  const found = new Map<string, Value>();
  for (const { stored } of matchesOf(request, ns, query)) {
    for (const value of valuesOf(stored.doc(), path)) {
      const same =
        collation !== undefined && typeof value === "string" ? likeness(found, value, collation.compare) : undefined;
      const id = same ?? encodeKey([value]).toString("latin1");
      if (!found.has(id)) found.set(id, value);
    }
  }
  const values = [...found.values()];
  if (encodeDoc(docOf({ values })).length > maxBsonObjectSize)
    throw new ServerError(17217, "distinct too big, 16mb cap");
  const { snapshot } = request;
  return reply({ values, atClusterTime: snapshot && new Timestamp(snapshot.time) });
}

/** The text found before that the collation takes for the same. */
function likeness(
  found: ReadonlyMap<string, Value>,
  text: string,
  compare: (left: string, right: string) => number,
): string | undefined {
  for (const [id, value] of found) if (typeof value === "string" && compare(value, text) === 0) return id;
  return undefined;
}

/** Each value at the path; an array counts as its elements, not as a value of its own. */
function valuesOf(doc: Doc, path: Path): Value[] {
  const values: Value[] = [];
  visitPath(doc, path, "whole", (value) => {
    if (isArray(value)) values.push(...value);
    else if (value !== undefined) values.push(value);
    return false;
  });
  return values;
}

export const countArguments = {
  query: "object",
  limit: "number",
  skip: "number",
  hint: "string|object",
  collation: "object",
  fields: "any",
};

export const distinctArguments = { key: "string!", query: "object", collation: "object", hint: "string|object" };

export const countingCommands: CommandTable = {
  count: { args: countArguments, reads: true, run: count },
  distinct: { args: distinctArguments, inTransaction: true, reads: true, snapshots: true, run: distinct },
};
