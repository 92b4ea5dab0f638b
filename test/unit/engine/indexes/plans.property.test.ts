import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encodeDoc } from "../../../../src/engine/bson/encode.js";
import { docOf, Int32, Regex, type Doc, type Value } from "../../../../src/engine/bson/types.js";
import { decimalOf } from "../../../../src/engine/bson/numbers.js";
import { compileSort } from "../../../../src/engine/query/sort.js";
import { ServerError } from "../../../../src/engine/errors.js";
import { opened, openBench, query, stores, type Bench } from "../kernel/harness.js";

/** Few values, of many types, so that they meet. */
const scalars: readonly Value[] = [
  null,
  true,
  new Int32(1),
  new Int32(2),
  new Int32(3),
  2.5,
  3n,
  Number.NaN,
  decimalOf("2.50"),
  "a",
  "ab",
  "b",
  "",
  docOf({ b: new Int32(1) }),
  docOf({ b: new Int32(2), c: "a" }),
];

const scalar = fc.constantFrom(...scalars);
const nested: fc.Arbitrary<Value> = fc.oneof(
  { weight: 4, arbitrary: scalar },
  { weight: 1, arbitrary: fc.array(fc.oneof(scalar, fc.array(scalar, { maxLength: 2 })), { maxLength: 3 }) },
);
const inner: fc.Arbitrary<Value> = fc
  .record({ b: nested, c: nested }, { requiredKeys: [] })
  .map((fields) => docOf(fields as Record<string, Value>));
const field = fc.oneof(
  { weight: 4, arbitrary: nested },
  { weight: 2, arbitrary: inner },
  {
    weight: 1,
    arbitrary: fc.array(fc.oneof(inner, scalar), { maxLength: 3 }),
  },
);
const document = fc
  .record({ a: field, d: nested, e: scalar }, { requiredKeys: [] })
  .map((fields) => docOf(fields as Record<string, Value>));

const paths = ["a", "a.b", "a.c", "d", "e", "a.0"];
const path = fc.constantFrom(...paths);
const direction = fc.constantFrom(1, -1);

const indexKey = fc
  .uniqueArray(fc.tuple(fc.constantFrom("a", "a.b", "a.c", "d", "e"), direction), {
    minLength: 1,
    maxLength: 3,
    selector: ([name]) => name,
  })
  .map((fields): Doc => new Map(fields.map(([name, turn]) => [name, new Int32(turn)])));

const operator: fc.Arbitrary<[string, Value]> = fc.oneof(
  fc.tuple(fc.constantFrom("$eq", "$gt", "$gte", "$lt", "$lte", "$ne"), fc.oneof(nested, scalar)),
  fc.tuple(fc.constantFrom("$in", "$nin", "$all"), fc.array(nested, { maxLength: 3 })),
  fc.tuple(fc.constant("$exists"), fc.boolean()),
  fc.tuple(fc.constant("$type"), fc.constantFrom<Value>("string", "number", "object", "bool")),
  fc.tuple(fc.constant("$regex"), fc.constantFrom("^a", "^ab?", "b", "^(a|b)", "^a|b", "^b*")),
  fc.tuple(
    fc.constant("$elemMatch"),
    fc.oneof(
      fc.tuple(scalar, scalar).map(([low, high]) => docOf({ $gte: low, $lte: high })),
      fc.tuple(scalar, scalar).map(([b, c]) => docOf({ b, c: docOf({ $gte: c }) })),
    ),
  ),
);

const condition: fc.Arbitrary<Value> = fc.oneof(
  nested,
  fc.constant(new Regex("^a", "")),
  fc.array(operator, { minLength: 1, maxLength: 3 }).map((operators) => new Map(operators)),
);
const simple = fc.array(fc.tuple(path, condition), { maxLength: 3 }).map((conditions): Doc => new Map(conditions));
const filter = fc.oneof(
  { weight: 4, arbitrary: simple },
  { weight: 1, arbitrary: fc.tuple(simple, fc.array(simple, { minLength: 1, maxLength: 2 })).map(withBranches("$or")) },
  {
    weight: 1,
    arbitrary: fc.tuple(simple, fc.array(simple, { minLength: 1, maxLength: 2 })).map(withBranches("$and")),
  },
);

function withBranches(name: string) {
  return ([rest, branches]: [Doc, Doc[]]): Doc => new Map<string, Value>([...rest, [name, branches]]);
}

const sort = fc
  .uniqueArray(fc.tuple(fc.constantFrom("a", "a.b", "d", "e", "_id"), direction), {
    maxLength: 2,
    selector: ([name]) => name,
  })
  .map((fields): Doc => new Map(fields.map(([name, turn]) => [name, new Int32(turn)])));

const options = fc.record({
  sparse: fc.boolean(),
  partial: fc.option(
    fc.constantFrom(
      docOf({ e: docOf({ $exists: true }) }),
      docOf({ d: docOf({ $gt: new Int32(1) }) }),
      docOf({ a: docOf({ $type: "string" }) }),
      docOf({ e: "a" }),
    ),
    { nil: undefined },
  ),
});

interface Case {
  readonly docs: readonly Doc[];
  readonly indexes: readonly { readonly key: Doc; readonly sparse: boolean; readonly partial: Doc | undefined }[];
  readonly filters: readonly {
    readonly filter: Doc;
    readonly sort: Doc;
    readonly skip: number;
    readonly limit: number;
  }[];
}

const wholeCase: fc.Arbitrary<Case> = fc.record({
  docs: fc.array(document, { maxLength: 12 }),
  indexes: fc.array(
    fc.tuple(indexKey, options).map(([key, rest]) => ({ key, ...rest })),
    { minLength: 1, maxLength: 3 },
  ),
  filters: fc.array(
    fc.record({ filter, sort, skip: fc.integer({ min: 0, max: 2 }), limit: fc.integer({ min: 0, max: 4 }) }),
    { minLength: 1, maxLength: 8 },
  ),
});

describe.each(stores)("plans over a %s store", (kind) => {
  let bench: Bench;
  let number = 0;
  beforeAll(() => {
    bench = openBench(kind);
  });
  afterAll(() => bench.close());

  it("find, count and order what looking at every document gives", { timeout: 120_000 }, async () => {
    const runs = fc.asyncProperty(wholeCase, (each) => checkCase(bench, `c${number++}`, each));
    await fc.assert(runs, { numRuns: kind === "lmdb" ? 150 : 400 });
  });
});

async function checkCase(bench: Bench, coll: string, { docs, indexes, filters }: Case): Promise<void> {
  const { kernel } = bench;
  const ns = { db: "plans", coll };
  await kernel.write((unit) => {
    const collection = unit.createCollection(ns);
    for (const [place, { key, sparse, partial }] of indexes.entries()) {
      const extra = partial ? { partialFilterExpression: partial } : { sparse };
      ifAllowed(() => unit.createIndex(collection, docOf({ key, name: `i${place}`, ...extra })));
    }
    for (const [id, fields] of docs.entries())
      ifAllowed(() => {
        unit.insert(opened(unit, ns), encodeDoc(new Map([["_id", new Int32(id)], ...fields])));
      });
  });
  kernel.read((unit) => {
    const collection = opened(unit, ns);
    const all = [...unit.find(collection, query(docOf({}), { hint: docOf({ $natural: new Int32(1) }) }))];
    for (const { filter: asked, sort: order, skip, limit } of filters) {
      const sortable = order.size > 0 && isSortable(docs, order);
      const wanted = query(asked, sortable ? { sort: order } : {});
      const expected = all
        .filter(({ stored }) => wanted.matcher.matches(stored.doc()))
        .map(({ stored }) => stored.doc());
      if (wanted.compare) expected.sort(wanted.compare);
      const found = [...unit.find(collection, wanted)].map(({ stored }) => stored.doc());
      expect(idsOf(found).toSorted()).toEqual(idsOf(expected).toSorted());
      const { compare } = wanted;
      if (compare) for (const [place, doc] of found.entries()) expect(compare(doc, expected[place]!)).toBe(0);
      expect(unit.count(collection, wanted)).toBe(expected.length);
      const cut = Math.min(Math.max(expected.length - skip, 0), limit || Infinity);
      expect([...unit.find(collection, { ...wanted, skip, limit })].length).toBe(cut);
      expect(unit.count(collection, { ...wanted, skip, limit })).toBe(cut);
      expect([...kernel.find(ns, wanted)].length).toBe(expected.length);
    }
  });
  expect(kernel.integrity()).toEqual([]);
  await kernel.write((unit) => unit.dropCollection(ns));
}

const refusals = ["CannotIndexParallelArrays", "IndexOptionsConflict"];

/** Parallel arrays cannot be indexed, and no two indexes have the same keys. */
function ifAllowed(change: () => void): void {
  try {
    change();
  } catch (error) {
    if (!(error instanceof ServerError) || !refusals.includes(error.codeName)) throw error;
  }
}

/** Nor can they be sorted by. */
function isSortable(docs: readonly Doc[], order: Doc): boolean {
  try {
    const compare = compileSort(order);
    for (const doc of docs) compare(doc, doc);
    return true;
  } catch (error) {
    if (error instanceof ServerError) return false;
    throw error;
  }
}

function idsOf(docs: readonly Doc[]): number[] {
  return docs.map((doc) => (doc.get("_id") as Int32).value);
}
