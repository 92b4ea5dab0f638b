import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createKernel } from "../../../../src/engine/kernel/kernel.js";
import { openMemoryStore } from "../../../../src/engine/storage/memory-store.js";
import {
  bytes,
  doc,
  indexSpec,
  opened,
  openBench,
  plain,
  query,
  stores,
  type Bench,
  type Literal,
} from "../kernel/harness.js";

describe.each(stores)("collections in a %s store", (kind) => {
  let bench: Bench;
  beforeEach(() => {
    bench = openBench(kind);
  });
  afterEach(() => bench.close());

  const names = (db: string) => bench.kernel.read((unit) => unit.listCollections(db).map(({ ns }) => ns.coll));

  it("are listed by name, with their databases", async () => {
    await bench.kernel.write((unit) => {
      for (const coll of ["b", "a"]) unit.createCollection({ db: "one", coll });
      unit.ensureCollection({ db: "two", coll: "c" });
    });
    expect(names("one")).toEqual(["a", "b"]);
    expect(bench.kernel.read((unit) => unit.listDatabases())).toEqual(["one", "two"]);
  });

  it("keep their options and an id for life", async () => {
    const options = doc({ validationLevel: "moderate", comment: "x" });
    const created = await bench.kernel.write((unit) => unit.createCollection(bench.ns, options));
    const found = bench.kernel.read((unit) => opened(unit, bench.ns));
    expect(found.options).toEqual(options);
    expect(found.uuid).toEqual(created.uuid);
    expect(found.uuid.length).toBe(16);
  });

  it("cannot be made twice", async () => {
    await bench.collection();
    const again = bench.kernel.write((unit) => unit.createCollection(bench.ns));
    await expect(again).rejects.toMatchObject({ code: 48, message: "Collection test.items already exists." });
  });

  it.each([
    ["", "x"],
    ["a.b", "x"],
    ["a/b", "x"],
    ["x".repeat(64), "x"],
    ["db", ""],
    ["db", ".x"],
    ["db", "a$b"],
    ["db", "a\0b"],
    ["db", "system.own"],
    ["db", "x".repeat(255)],
  ])("cannot be called %j.%j", async (db, coll) => {
    const created = bench.kernel.write((unit) => unit.createCollection({ db, coll }));
    await expect(created).rejects.toMatchObject({ codeName: "InvalidNamespace" });
  });

  it("that are dropped are empty when they come again", async () => {
    await bench.collection([{ a: 1 }]);
    await bench.insert({ _id: 1, a: 1 });
    expect(await bench.kernel.write((unit) => unit.dropCollection(bench.ns))).toBe(true);
    expect(await bench.kernel.write((unit) => unit.dropCollection(bench.ns))).toBe(false);
    await bench.collection([{ a: 1 }]);
    expect(bench.ids({})).toEqual([]);
    expect(bench.ids({ a: 1 })).toEqual([]);
    await bench.kernel.maintain();
    expect(bench.kernel.integrity()).toEqual([]);
  });

  it("go with their database", async () => {
    await bench.collection();
    await bench.kernel.write((unit) => unit.createCollection({ db: "other", coll: "x" }));
    expect(await bench.kernel.write((unit) => unit.dropDatabase("test"))).toBe(true);
    expect(await bench.kernel.write((unit) => unit.dropDatabase("test"))).toBe(false);
    expect(bench.kernel.read((unit) => unit.listDatabases())).toEqual(["other"]);
  });

  it("keep their documents and indexes under a new name", async () => {
    await bench.collection([{ a: 1 }]);
    await bench.insert({ _id: 1, a: 1 });
    const to = { db: "elsewhere", coll: "things" };
    await bench.kernel.write((unit) => unit.renameCollection(bench.ns, to, false));
    const found = bench.kernel.read((unit) => [...unit.find(opened(unit, to), query({ a: 1 }))]);
    expect(found.map(({ stored }) => plain(stored.doc().get("_id")))).toEqual([1]);
    expect(names("test")).toEqual([]);
    await bench.collection();
    const back = (dropTarget: boolean) => bench.kernel.write((unit) => unit.renameCollection(to, bench.ns, dropTarget));
    await expect(back(false)).rejects.toMatchObject({ codeName: "NamespaceExists" });
    await back(true);
    expect(bench.ids({ a: 1 })).toEqual([1]);
    await expect(back(true)).rejects.toMatchObject({ codeName: "NamespaceNotFound" });
  });

  it("refuse a validator that cannot be compiled", async () => {
    const options = doc({ validator: { a: { $nope: 1 } } });
    await expect(bench.kernel.write((unit) => unit.createCollection(bench.ns, options))).rejects.toMatchObject({
      code: 2,
    });
  });
});

describe("indexes", () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = openBench("memory");
    await bench.collection();
  });
  afterEach(() => bench.close());

  const create = (key: Record<string, Literal>, rest: Record<string, Literal> = {}) =>
    bench.kernel.write((unit) => unit.createIndex(opened(unit, bench.ns), indexSpec(key, rest)));
  const names = () => bench.kernel.read((unit) => opened(unit, bench.ns).indexes.map(({ name }) => name));

  it("are built over the documents there are", async () => {
    await bench.insert({ _id: 1, a: [1, 2] }, { _id: 2, a: 3 });
    expect(await create({ a: 1 })).toEqual({ before: 1, after: 2 });
    expect(bench.ids({ a: 2 })).toEqual([1]);
    expect(bench.kernel.integrity()).toEqual([]);
  });

  it("that exist are left alone", async () => {
    await create({ a: 1 });
    expect(await create({ a: 1 })).toEqual({ before: 2, after: 2 });
    expect(await create({ _id: 1 })).toEqual({ before: 2, after: 2 });
    expect(names()).toEqual(["_id_", "a_1"]);
  });

  it("conflict by name, keys or options", async () => {
    await create({ a: 1 });
    await expect(create({ a: 1 }, { name: "other" })).rejects.toMatchObject({
      code: 85,
      message: "Index already exists with a different name: a_1",
    });
    await expect(create({ b: 1 }, { name: "a_1" })).rejects.toMatchObject({ code: 86 });
    await expect(create({ a: 1 }, { unique: true })).rejects.toMatchObject({ code: 86 });
    await expect(create({ a: 1 }, { expireAfterSeconds: 5 })).rejects.toMatchObject({ code: 85 });
    await create({ a: 1 }, { name: "sparse", sparse: true });
  });

  it("are not built over documents that have a key twice", async () => {
    await bench.insert({ _id: 1, a: 1 }, { _id: 2, a: 1 });
    await expect(create({ a: 1 }, { unique: true })).rejects.toMatchObject({ code: 11000 });
    expect(names()).toEqual(["_id_"]);
  });

  it("refuse arrays in two of their fields", async () => {
    await create({ a: 1, b: 1 });
    await expect(bench.insert({ _id: 1, a: [1], b: [2] })).rejects.toMatchObject({
      code: 171,
      message: "cannot index parallel arrays [b] [a]",
    });
    await bench.insert({ _id: 2, a: [1], b: 2 });
  });

  it("are dropped by name, but for the one on _id", async () => {
    await bench.insert({ _id: 1, a: 1 });
    await create({ a: 1 });
    const drop = (name: string) => bench.kernel.write((unit) => unit.dropIndex(opened(unit, bench.ns), name));
    await drop("a_1");
    expect(names()).toEqual(["_id_"]);
    await expect(drop("a_1")).rejects.toMatchObject({ code: 27, message: "index not found with name [a_1]" });
    await expect(drop("_id_")).rejects.toMatchObject({ code: 72 });
    await bench.kernel.maintain();
    await create({ a: 1 });
    expect(bench.kernel.integrity()).toEqual([]);
  });

  it("can be hidden and given another expiry", async () => {
    await create({ a: 1 }, { expireAfterSeconds: 60 });
    const change = (what: { hidden?: boolean; expireAfterSeconds?: number }) =>
      bench.kernel.write((unit) => unit.changeIndex(opened(unit, bench.ns), "a_1", what));
    const index = () => bench.kernel.read((unit) => opened(unit, bench.ns).indexes[1]!);
    await change({ hidden: true });
    expect(index()).toMatchObject({ hidden: true, expireAfterSeconds: 60 });
    await change({ hidden: false, expireAfterSeconds: 5 });
    expect(index().spec).toEqual(doc({ v: 2, key: { a: 1 }, name: "a_1", expireAfterSeconds: 5 }));
  });

  it("with an expiry remove documents whose time is over", async () => {
    const { UtcDate } = await import("../../../../src/engine/bson/types.js");
    const at = (ms: number) => new UtcDate(BigInt(ms));
    const now = Date.now();
    await create({ at: 1 }, { expireAfterSeconds: 60 });
    await bench.insert(
      { _id: 1, at: at(now - 61_000) },
      { _id: 2, at: at(now - 59_000) },
      { _id: 3, at: "text" },
      { _id: 4 },
      { _id: 5, at: [at(now), at(now - 120_000)] },
    );
    await bench.kernel.maintain(now);
    expect(bench.ids({})).toEqual([2, 3, 4]);
  });
});

describe("the catalog", () => {
  it("is seen as another kernel on the same store has left it", async () => {
    const store = openMemoryStore();
    const [first, second] = [createKernel(store), createKernel(store)];
    const ns = { db: "test", coll: "items" };
    await first.write((unit) => unit.createCollection(ns));
    await second.write((unit) => unit.createIndex(opened(unit, ns), indexSpec({ a: 1 }, { unique: true })));
    await first.write((unit) => unit.insert(opened(unit, ns), bytes({ _id: 1, a: 1 })));
    const duplicate = second.write((unit) => unit.insert(opened(unit, ns), bytes({ _id: 2, a: 1 })));
    await expect(duplicate).rejects.toMatchObject({ code: 11000 });
    await second.write((unit) => unit.dropCollection(ns));
    expect(first.read((unit) => unit.collection(ns))).toBeUndefined();
  });
});
