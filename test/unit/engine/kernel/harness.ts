import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeDoc } from "../../../../src/engine/bson/encode.js";
import { Int32, isDoc, type Doc, type Value } from "../../../../src/engine/bson/types.js";
import { createKernel, type KernelOptions } from "../../../../src/engine/kernel/kernel.js";
import type { Collection, Kernel, Namespace, Query, Unit } from "../../../../src/engine/kernel/types.js";
import { compileFilter } from "../../../../src/engine/query/matcher.js";
import { compileSort } from "../../../../src/engine/query/sort.js";
import { openLmdbStore } from "../../../../src/engine/storage/lmdb-store.js";
import type { Store } from "../../../../src/engine/storage/store.js";
import { openMemoryStore } from "../../../../src/engine/storage/memory-store.js";

/** What can be written as a literal: whole numbers stand for ints, objects for documents. */
export type Literal = Value | undefined | { readonly [name: string]: Literal } | readonly Literal[];

function value(literal: Literal): Value {
  if (typeof literal === "number" && Number.isInteger(literal) && !Object.is(literal, -0)) return new Int32(literal);
  if (Array.isArray(literal)) return literal.map((each: Literal) => value(each));
  if (literal !== null && typeof literal === "object" && Object.getPrototypeOf(literal) === Object.prototype) {
    return doc(literal as Record<string, Literal>);
  }
  return literal as Value;
}

export function doc(fields: Record<string, Literal>): Doc {
  const entries = Object.entries(fields).filter(([, each]) => each !== undefined);
  return new Map(entries.map(([name, each]) => [name, value(each)]));
}

export const bytes = (fields: Record<string, Literal>): Buffer => encodeDoc(doc(fields));

export function query(filter: Record<string, Literal> | Doc, rest: Partial<Query> = {}): Query {
  const asDoc = isDoc(filter as Value) ? (filter as Doc) : doc(filter as Record<string, Literal>);
  const compare = rest.sort && !rest.sort.has("$natural") ? compileSort(rest.sort) : undefined;
  return { filter: asDoc, matcher: compileFilter(asDoc), ...(compare && { compare }), ...rest };
}

export interface Bench {
  readonly kernel: Kernel;
  readonly store: Store;
  readonly ns: Namespace;
  /** Creates the collection with these indexes, `[key, options]` each. */
  collection(...indexes: readonly (readonly [Record<string, Literal>, Record<string, Literal>?])[]): Promise<void>;
  insert(...docs: readonly Record<string, Literal>[]): Promise<void>;
  /** The `_id`s of what a query finds. */
  ids(filter: Record<string, Literal>, rest?: Partial<Query>): Value[];
  close(): Promise<void>;
}

export const stores = ["lmdb", "memory"] as const;

/** A kernel over a fresh store, with one collection's worth of shorthands. */
export function openBench(kind: (typeof stores)[number], options?: KernelOptions): Bench {
  const directory = kind === "lmdb" ? mkdtempSync(join(tmpdir(), "kernel-")) : undefined;
  const store = directory === undefined ? openMemoryStore() : openLmdbStore({ path: directory, noSync: true });
  const kernel = createKernel(store, options);
  const ns = { db: "test", coll: "items" };
  return {
    kernel,
    store,
    ns,
    collection: (...indexes) =>
      kernel.write((unit) => {
        unit.createCollection(ns);
        for (const [key, rest = {}] of indexes) unit.createIndex(opened(unit, ns), indexSpec(key, rest));
      }),
    insert: (...docs) =>
      kernel.write((unit) => {
        const collection = unit.ensureCollection(ns);
        for (const each of docs) unit.insert(collection, bytes(each));
      }),
    ids: (filter, rest) =>
      kernel.read((unit) => {
        const found = [...unit.find(opened(unit, ns), query(filter, rest))];
        return found.map(({ stored }) => plain(stored.doc().get("_id")));
      }),
    close: async () => {
      await kernel.close();
      if (directory !== undefined) rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Ints as numbers, for expectations. */
export function plain(each: Value | undefined): Value {
  return each instanceof Int32 ? each.value : (each ?? null);
}

export function opened(unit: Unit, ns: Namespace): Collection {
  const collection = unit.collection(ns);
  if (!collection) throw new Error(`no collection ${ns.coll}`);
  return collection;
}

export function indexSpec(key: Record<string, Literal>, rest: Record<string, Literal> = {}): Doc {
  const name = Object.entries(key)
    .map(([path, direction]) => `${path}_${direction as number}`)
    .join("_");
  return doc({ key, name, ...rest });
}
