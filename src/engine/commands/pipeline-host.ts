import { encodeDoc } from "../bson/encode.js";
import type { Doc } from "../bson/types.js";
import { ServerError } from "../errors.js";
import type { ForeignQuery, PipelineHost } from "../aggregate/types.js";
import type { Collection, Match, Namespace, Query, Unit } from "../kernel/types.js";
import { newObjectId } from "../kernel/new-id.js";
import type { FieldNames } from "../query/filter-fields.js";
import { facts } from "./aggregate-facts.js";
import type { Request } from "./command.js";
import { matchesOf } from "./find.js";
import { compileQuery } from "./query.js";

/** Reads for pipelines: of one unit, or batch by batch on the newest state. */
type FindMatches = (ns: Namespace, query: Query) => Iterable<Match>;

/** What a pipeline that only reads works in. */
export function readingHost(request: Request): PipelineHost {
  return {
    ...reads(
      request,
      (ns, query) => matchesOf(request, ns, query),
      (work) => request.read(work),
    ),
    replaceAll: notWritable,
    insert: notWritable,
    replace: notWritable,
    newId: newObjectId,
  };
}

/** What a pipeline that ends in `$out` or `$merge` works in. */
export function writingHost(request: Request, unit: Unit): PipelineHost {
  const options = { bypassValidation: request.args.flag("bypassDocumentValidation") };
  const insert = (ns: Namespace, doc: Doc): void => {
    unit.insert(unit.ensureCollection(ns), encodeDoc(doc), options);
  };
  return {
    ...reads(
      request,
      (ns, query) => findIn(unit, ns, query),
      (work) => work(unit),
    ),
    insert,
    replaceAll: (ns, docs) => {
      for (const { stored } of findIn(unit, ns, everything(request))) unit.remove(unit.ensureCollection(ns), stored);
      unit.ensureCollection(ns);
      for (const doc of docs) insert(ns, doc);
    },
    replace: (ns, before, after) => {
      const filter: Doc = new Map([["_id", new Map([["$eq", before.get("_id") ?? null]])]]);
      for (const { stored } of findIn(unit, ns, compileQuery({ filter, limit: 1 }))) {
        unit.replace(unit.ensureCollection(ns), stored, after, { ...options, kind: "replace" });
      }
    },
    newId: newObjectId,
  };
}

type Reads = Pick<PipelineHost, "documents" | "hasIndexOn" | "hasUniqueIndex" | "facts">;

function reads(request: Request, find: FindMatches, inUnit: <T>(work: (unit: Unit) => T) => T): Reads {
  const collection = <T>(ns: Namespace, work: (found: Collection) => T): T | undefined =>
    inUnit((unit) => {
      const found = unit.collection(ns);
      return found && work(found);
    });
  return {
    documents: (ns, query) => decoded(find(ns, foreignQuery(query, request.deadline))),
    hasIndexOn: (ns, path) =>
      collection(ns, ({ indexes }) => indexes.some((index) => servesEquality(index, path))) === true,
    hasUniqueIndex: (ns, fields) =>
      collection(ns, ({ indexes }) => indexes.some((index) => isUniqueOn(index, fields))) === true,
    facts: (stage, argument) => inUnit((unit) => facts(request, unit, stage, argument)),
  };
}

/** Matches in a collection that may not exist. */
export function findIn(unit: Unit, ns: Namespace, query: Query): Iterable<Match> {
  const collection = unit.collection(ns);
  return collection === undefined ? [] : unit.find(collection, query);
}

/** Matches as documents, decoded as they are asked for, and of each only these fields. */
export function* decoded(matches: Iterable<Match>, fields?: FieldNames): Generator<Doc, void> {
  for (const { stored } of matches) yield stored.part(fields);
}

function foreignQuery(query: ForeignQuery, deadline: number | undefined): Query {
  return compileQuery({ filter: new Map(), ...query, vars: query.vars, deadline });
}

function everything({ deadline }: Request): Query {
  return compileQuery({ filter: new Map(), deadline });
}

function servesEquality(index: Collection["indexes"][number], path: string): boolean {
  const [first] = index.key.keys();
  return first === path && index.partialFilter === undefined && !index.sparse && !index.hidden;
}

function isUniqueOn(index: Collection["indexes"][number], fields: readonly string[]): boolean {
  const names = [...index.key.keys()];
  const isUnique = index.unique || index.name === "_id_";
  return (
    isUnique &&
    index.partialFilter === undefined &&
    names.length === fields.length &&
    names.every((name) => fields.includes(name))
  );
}

function notWritable(): never {
  throw new ServerError("InternalError", "A pipeline that reads tried to write");
}
