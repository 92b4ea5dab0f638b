import { expect } from "vitest";
import type { Doc, Value } from "../../../../src/engine/bson/types.js";
import { ServerError } from "../../../../src/engine/errors.js";
import { identicalValues } from "../../../../src/engine/update/identical.js";
import { neededFields } from "../../../../src/engine/aggregate/needed-fields.js";
import { compilePipeline } from "../../../../src/engine/aggregate/pipeline.js";
import type { PipelineHost } from "../../../../src/engine/aggregate/types.js";
import { systemVariables } from "../../../../src/engine/expressions/paths.js";
import { parseCollation } from "../../../../src/engine/query/collation.js";
import { compileFilter } from "../../../../src/engine/query/matcher.js";
import { compileSort } from "../../../../src/engine/query/sort.js";
import { shown, valueOf } from "../expressions/evaluate.js";
import { doc } from "../query/literals.js";

/** Collections of database `db` in memory, with what was asked of them. */
export interface World extends PipelineHost {
  readonly collections: Map<string, Doc[]>;
  readonly asked: string[];
}

interface WorldOptions {
  /** Collection and path of indexes, `orders.customer`. */
  readonly indexes?: readonly string[];
  readonly unique?: readonly string[];
}

export function world(collections: Record<string, object[]> = {}, options: WorldOptions = {}): World {
  const stored = new Map(Object.entries(collections).map(([name, docs]) => [name, docs.map(doc)]));
  const asked: string[] = [];
  let made = 0;
  return {
    collections: stored,
    asked,
    documents({ coll }, { filter = new Map<string, Value>(), sort, skip = 0, limit, collation, vars }) {
      asked.push(coll);
      const matcher = compileFilter(filter, { collation, vars });
      const found = (stored.get(coll) ?? []).filter((each) => matcher.matches(each));
      if (sort !== undefined) found.sort(compileSort(sort, collation));
      return found.slice(skip, limit === undefined ? undefined : skip + limit);
    },
    hasIndexOn: ({ coll }, path) => options.indexes?.includes(`${coll}.${path}`) === true,
    hasUniqueIndex: ({ coll }, fields) => options.unique?.includes(`${coll}.${fields.join(",")}`) === true,
    replaceAll: ({ coll }, docs) => stored.set(coll, [...docs]),
    insert: ({ coll }, added) => stored.set(coll, [...(stored.get(coll) ?? []), added]),
    replace({ coll }, before, after) {
      const id = before.get("_id") ?? null;
      const same = (each: Doc) => identicalValues(each.get("_id") ?? null, id);
      stored.set(
        coll,
        (stored.get(coll) ?? []).map((each) => (same(each) ? after : each)),
      );
    },
    newId: () => `new${String(++made)}`,
    facts: (stage, argument) => [
      new Map<string, Value>([
        ["stage", stage],
        ["argument", argument],
      ]),
    ],
  };
}

interface RunOptions {
  readonly host?: World;
  readonly vars?: object;
  readonly collation?: object;
}

export function compiled(stages: unknown, { host = world(), vars = {}, collation }: RunOptions = {}) {
  const now = valueOf(new Date(0));
  return compilePipeline(valueOf(stages) as readonly Value[], {
    host,
    ns: { db: "db", coll: "source" },
    vars: new Map([...doc(vars), ...systemVariables(now)]),
    collation: collation === undefined ? undefined : parseCollation(doc(collation)),
  });
}

/**
 * The documents that a pipeline gives, in canonical extended JSON.
 * @throws Error when it gives others of documents that have no more than the fields that it is said to need
 */
export function outcome(stages: unknown, docs: readonly object[] = [], options: RunOptions = {}): string[] {
  const given = Array.from(compiled(stages, options).run(docs.map(doc)), shown);
  const fields = neededFields(valueOf(stages) as readonly Value[]);
  if (fields === undefined) return given;
  const bare = docs.map((each) => new Map([...doc(each)].filter(([name]) => fields.has(name))));
  expect(Array.from(compiled(stages, options).run(bare), shown)).toEqual(given);
  return given;
}

export function shownAll(docs: readonly object[]): string[] {
  return docs.map((each) => shown(doc(each)));
}

/** The code of the error that a pipeline ends with, while compiled or run. */
export function failure(stages: unknown, docs: readonly object[] = [], options: RunOptions = {}): number | undefined {
  try {
    outcome(stages, docs, options);
  } catch (error) {
    if (error instanceof ServerError) return error.code;
    throw error;
  }
  return undefined;
}
