import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { decodeDoc } from "../../../../src/engine/bson/decode.js";
import { encodeDoc } from "../../../../src/engine/bson/encode.js";
import { docOf, Int32, ObjectId, Regex, Undefined, type Value } from "../../../../src/engine/bson/types.js";
import { ServerError } from "../../../../src/engine/errors.js";
import { bytes, doc, indexSpec, opened, openBench, query, stores, type Bench } from "./harness.js";

function failure(work: () => unknown): ServerError {
  try {
    work();
  } catch (error) {
    if (error instanceof ServerError) return error;
    throw error;
  }
  throw new Error("it did not fail");
}

describe.each(stores)("documents in a %s store", (kind) => {
  let bench: Bench;
  beforeEach(() => {
    bench = openBench(kind);
  });
  afterEach(() => bench.close());

  const all = () =>
    bench.kernel.read((unit) => [...unit.find(opened(unit, bench.ns), query({}))].map(({ stored }) => stored.doc()));

  it("keep the client's bytes, with _id moved to the front", async () => {
    const given = encodeDoc(doc({ b: 1, _id: 7, a: 2.5 }));
    const stored = await bench.kernel.write((unit) => unit.insert(unit.ensureCollection(bench.ns), given));
    expect([...decodeDoc(stored.bytes).keys()]).toEqual(["_id", "b", "a"]);
    expect(all()).toEqual([doc({ _id: 7, b: 1, a: 2.5 })]);
  });

  it("are found once each by a unit that changes them on the way", async () => {
    const ids = Array.from({ length: 100 }, (_, index) => index);
    await bench.collection([{ a: 1 }]);
    await bench.insert(...ids.map((id) => ({ _id: id, a: id })));
    const add = (filter: Parameters<typeof query>[0]) =>
      bench.kernel.write((unit) => {
        const collection = opened(unit, bench.ns);
        let found = 0;
        for (const { stored } of unit.find(collection, query(filter))) {
          if (++found > ids.length) throw new Error("A document was found again");
          const a = (stored.doc().get("a") as Int32).value + 7;
          unit.replace(collection, stored, new Map([...stored.doc(), ["a", new Int32(a)]]));
        }
      });
    await add({ a: { $gte: 0 } });
    await add({ _id: { $in: [...ids, ...ids] } });
    expect(all().map((each) => (each.get("a") as Int32).value)).toEqual(ids.map((id) => id + 14));
  });

  it("are asked whatever their key does not answer, however many keys a query names", async () => {
    const ids = Array.from({ length: 60 }, (_, index) => index);
    await bench.collection([{ k: 1 }], [{ tags: 1 }]);
    await bench.insert(...ids.map((id) => ({ _id: id, a: id % 3, k: id, tags: [id, id + 1] })));
    const some = ids.slice(0, 40);
    const third = some.filter((id) => id % 3 === 1);
    expect(bench.ids({ _id: { $in: some }, a: 1 })).toEqual(third);
    expect(bench.ids({ k: { $in: some }, a: 1 })).toEqual(third);
    expect(bench.ids({ _id: { $in: some, $gt: 9 }, a: 1 })).toEqual(third.filter((id) => id > 9));
    expect(bench.ids({ _id: { $in: some, $ne: 4 }, a: 1 })).toEqual(third.filter((id) => id !== 4));
    expect(bench.ids({ _id: { $in: some }, $or: [{ a: 1 }, { a: 7 }] })).toEqual(third);
    expect(bench.ids({ $and: [{ _id: { $in: some } }, { a: 1 }] })).toEqual(third);
    expect(bench.ids({ tags: { $in: some, $nin: [4] }, a: 1 })).toEqual(third.filter((id) => id !== 4));
    expect(bench.ids({ _id: { $in: some } })).toEqual(some);
  });

  it("get an ObjectId of now when they have no _id", async () => {
    await bench.kernel.write((unit) => {
      const collection = unit.ensureCollection(bench.ns);
      for (let count = 0; count < 3; count++) unit.insert(collection, bytes({ a: count }));
    });
    const ids = all().map((each) => each.get("_id"));
    expect(ids.every((id) => id instanceof ObjectId)).toBe(true);
    expect(new Set(ids.map((id) => (id as ObjectId).hex)).size).toBe(3);
    const seconds = parseInt((ids[0] as ObjectId).hex.slice(0, 8), 16);
    expect(Math.abs(seconds - Date.now() / 1000)).toBeLessThan(5);
  });

  it.each([
    ["array", [1]],
    ["regex", new Regex("a", "")],
    ["undefined", Undefined.instance],
  ])("cannot have an _id of type %s", async (type, id) => {
    await bench.collection();
    const error = await bench.kernel
      .write((unit) => unit.insert(opened(unit, bench.ns), encodeDoc(new Map([["_id", id]]))))
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ codeName: "InvalidIdField", message: `The '_id' value cannot be of type ${type}` });
  });

  it("cannot be larger than 16 MB", async () => {
    const large = bytes({ _id: 1, text: "x".repeat(16 * 1024 * 1024) });
    const inserted = bench.kernel.write((unit) => unit.insert(unit.ensureCollection(bench.ns), large));
    await expect(inserted).rejects.toMatchObject({ code: 10334 });
    await bench.collection();
    await bench.insert({ _id: 1, text: "x".repeat(16 * 1024 * 1024 - 100) });
    expect(all().length).toBe(1);
  });

  it("with an _id there already are refused as MongoDB does", async () => {
    await bench.collection();
    await bench.insert({ _id: 1, a: "first" });
    const error = await bench.kernel.write((unit) =>
      failure(() => unit.insert(opened(unit, bench.ns), encodeDoc(new Map([["_id", 1]])))),
    );
    expect(error.code).toBe(11000);
    expect(error.message).toBe("E11000 duplicate key error collection: test.items index: _id_ dup key: { _id: 1.0 }");
    expect(error.extra).toEqual(
      new Map([
        ["keyPattern", doc({ _id: 1 })],
        ["keyValue", new Map([["_id", 1]])],
      ]),
    );
  });

  it("with a key there already in a unique index are refused and leave no trace", async () => {
    await bench.collection([{ key: 1, n: -1 }, { unique: true }], [{ tag: 1 }]);
    await bench.insert({ _id: 1, key: "x", n: 1, tag: "a" });
    const error = await bench.kernel.write((unit) => {
      const collection = opened(unit, bench.ns);
      const caught = failure(() => unit.insert(collection, bytes({ _id: 2, key: "x", n: 1, tag: "b" })));
      unit.insert(collection, bytes({ _id: 3, key: "x", n: 2, tag: "c" }));
      return caught;
    });
    expect(error.message).toBe(
      'E11000 duplicate key error collection: test.items index: key_1_n_-1 dup key: { key: "x", n: 1 }',
    );
    expect(error.extra?.get("keyPattern")).toEqual(doc({ key: 1, n: -1 }));
    expect(error.extra?.get("keyValue")).toEqual(doc({ key: "x", n: 1 }));
    expect(bench.ids({})).toEqual([1, 3]);
    expect(bench.ids({ tag: "b" })).toEqual([]);
    expect(bench.kernel.integrity()).toEqual([]);
  });

  it("in a unique index meet over missing fields and array elements", async () => {
    await bench.collection([{ a: 1 }, { unique: true }]);
    await bench.insert({ _id: 1 }, { _id: 2, a: [5, 6, 5] });
    const tryInsert = (fields: Parameters<typeof bytes>[0]) =>
      bench.kernel.write((unit) => failure(() => unit.insert(opened(unit, bench.ns), bytes(fields))).message);
    await expect(tryInsert({ _id: 3, a: null })).resolves.toMatch(/dup key: { a: null }$/);
    await expect(tryInsert({ _id: 4, a: [7, 6] })).resolves.toMatch(/dup key: { a: 6 }$/);
    await bench.insert({ _id: 5, a: [] }, { _id: 6, a: "s" });
    expect(bench.kernel.integrity()).toEqual([]);
  });

  it("that are replaced keep their indexes up to date", async () => {
    await bench.collection([{ a: 1 }], [{ u: 1 }, { unique: true }], [{ s: 1 }, { sparse: true }]);
    await bench.insert({ _id: 1, a: 1, u: 1, s: 1 }, { _id: 2, a: 1, u: 2 });
    await bench.kernel.write((unit) => {
      const collection = opened(unit, bench.ns);
      const [match] = unit.find(collection, query({ _id: 1 }));
      const next = unit.replace(collection, match!.stored, doc({ _id: 1, a: 2, u: 1 }));
      unit.replace(collection, next, doc({ _id: 1, a: [3, 4], u: 3, s: 9 }));
    });
    expect(bench.ids({ a: 1 })).toEqual([2]);
    expect(bench.ids({ a: 2 })).toEqual([]);
    expect(bench.ids({ a: { $in: [3, 4] } })).toEqual([1]);
    expect(bench.ids({ s: 9 })).toEqual([1]);
    expect(bench.kernel.integrity()).toEqual([]);
    await bench.insert({ _id: 3, u: 1 });
  });

  it("cannot be replaced so that a key comes up twice or the _id changes", async () => {
    await bench.collection([{ u: 1 }, { unique: true }]);
    await bench.insert({ _id: 1, u: 1 }, { _id: 2, u: 2 });
    const codes = await bench.kernel.write((unit) => {
      const collection = opened(unit, bench.ns);
      const [match] = unit.find(collection, query({ _id: 2 }));
      const stored = match!.stored;
      return [
        failure(() => unit.replace(collection, stored, doc({ _id: 2, u: 1 }))).codeName,
        failure(() => unit.replace(collection, stored, doc({ _id: 3, u: 2 }))).codeName,
        failure(() => unit.replace(collection, stored, doc({ _id: 2, u: "x".repeat(2 ** 24) }))).codeName,
      ];
    });
    expect(codes).toEqual(["DuplicateKey", "ImmutableField", "BSONObjectTooLarge"]);
    expect(bench.ids({ u: 2 })).toEqual([2]);
    expect(bench.kernel.integrity()).toEqual([]);
  });

  it("that are removed leave their indexes", async () => {
    await bench.collection([{ u: 1 }, { unique: true }], [{ a: 1 }]);
    await bench.insert({ _id: 1, u: 1, a: [1, 2] }, { _id: 2, u: 2, a: 2 });
    await bench.kernel.write((unit) => {
      const collection = opened(unit, bench.ns);
      for (const { stored } of unit.find(collection, query({ u: 1 }))) unit.remove(collection, stored);
    });
    expect(bench.ids({ a: 2 })).toEqual([2]);
    expect(bench.kernel.integrity()).toEqual([]);
    await bench.insert({ _id: 3, u: 1 });
  });

  it("may have very long keys", async () => {
    await bench.collection([{ a: 1 }], [{ u: 1 }, { unique: true }]);
    const long = (end: string) => "k".repeat(3000) + end;
    await bench.insert({ _id: long("b"), a: long("2"), u: long("x") }, { _id: long("a"), a: long("1"), u: long("y") });
    expect(bench.ids({ _id: long("a") })).toEqual([long("a")]);
    expect(bench.ids({ a: long("2") })).toEqual([long("b")]);
    expect(bench.ids({ a: { $gt: long("1") } })).toEqual([long("b")]);
    expect(bench.ids({ a: { $in: [long("1"), long("2")] } }).length).toBe(2);
    expect(bench.ids({}, { sort: doc({ a: 1 }) })).toEqual([long("a"), long("b")]);
    expect(bench.ids({}, { sort: doc({ _id: -1 }) })).toEqual([long("b"), long("a")]);
    const duplicate = bench.insert({ _id: 3, u: long("x") });
    await expect(duplicate).rejects.toMatchObject({ code: 11000 });
    expect(bench.kernel.integrity()).toEqual([]);
  });

  it("of a unit that throws are all taken back", async () => {
    await bench.collection([{ a: 1 }]);
    await bench.insert({ _id: 1, a: 1 });
    const failed = bench.kernel.write((unit) => {
      const collection = opened(unit, bench.ns);
      const [match] = unit.find(collection, query({ _id: 1 }));
      unit.replace(collection, match!.stored, doc({ _id: 1, a: [2, 3] }));
      unit.insert(collection, bytes({ _id: 2, a: 2 }));
      unit.createIndex(collection, indexSpec({ b: 1 }));
      unit.createCollection({ db: "test", coll: "other" });
      throw new Error("stop");
    });
    await expect(failed).rejects.toThrow("stop");
    expect(all()).toEqual([doc({ _id: 1, a: 1 })]);
    const names = bench.kernel.read((unit) => [
      unit.listCollections("test").map(({ ns }) => ns.coll),
      opened(unit, bench.ns).indexes.map(({ name }) => name),
    ]);
    expect(names).toEqual([["items"], ["_id_", "a_1"]]);
    expect(bench.kernel.integrity()).toEqual([]);
  });

  it("are checked by the validator, on its level", async () => {
    const rule: Record<string, Value> = {
      validator: doc({ $jsonSchema: { required: ["a"], properties: { a: { bsonType: "int" } } } }),
    };
    await bench.kernel.write((unit) => unit.createCollection(bench.ns, docOf(rule)));
    const error = await bench.kernel.write((unit) =>
      failure(() => unit.insert(opened(unit, bench.ns), bytes({ _id: 1, a: "text" }))),
    );
    expect(error).toMatchObject({ code: 121, message: "Document failed validation" });
    const info = error.extra?.get("errInfo") as Map<string, unknown>;
    expect(info.get("failingDocumentId")).toEqual(new Int32(1));
    expect((info.get("details") as Map<string, unknown>).get("operatorName")).toBe("$jsonSchema");
    await bench.kernel.write((unit) =>
      unit.insert(opened(unit, bench.ns), bytes({ _id: 1, a: "text" }), { bypassValidation: true }),
    );
    const replace = (level: string) =>
      bench.kernel.write((unit) => {
        const collection = unit.setOptions(bench.ns, docOf({ ...rule, validationLevel: level }));
        const [match] = unit.find(collection, query({ _id: 1 }));
        unit.replace(collection, match!.stored, doc({ _id: 1, a: "other" }));
      });
    await expect(replace("strict")).rejects.toMatchObject({ code: 121 });
    await replace("moderate");
    await replace("off");
  });

  it("of a unit are out of reach after it", async () => {
    await bench.collection();
    await bench.insert({ _id: 1 });
    let kept: (() => unknown) | undefined;
    bench.kernel.read((unit) => {
      const collection = opened(unit, bench.ns);
      kept = () => unit.find(collection, query({}));
    });
    expect(kept).toThrow("after its end");
    expect(() => bench.kernel.read((unit) => unit.insert(opened(unit, bench.ns), bytes({ _id: 2 })))).toThrow(
      "cannot write",
    );
  });
});
