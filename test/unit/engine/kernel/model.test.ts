import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ServerError } from "../../../../src/engine/errors.js";
import type { Transaction, Unit } from "../../../../src/engine/kernel/types.js";
import { bytes, doc, indexSpec, opened, openBench, plain, query, stores, type Bench } from "./harness.js";

interface Fields {
  readonly u: number | undefined;
  readonly a: number | number[];
}

type Model = Map<number, Fields>;

type Step =
  | { readonly kind: "insert" | "replace"; readonly id: number; readonly fields: Fields }
  | { readonly kind: "remove"; readonly id: number }
  | { readonly kind: "removeWhere"; readonly a: number }
  | { readonly kind: "begin" | "commit" | "abort" | "addIndex" | "dropIndex" };

const id = fc.integer({ min: 0, max: 8 });
const number = fc.integer({ min: 0, max: 4 });
const fields: fc.Arbitrary<Fields> = fc.record({
  u: fc.option(number, { nil: undefined }),
  a: fc.oneof(number, fc.array(number, { maxLength: 3 })),
});
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("insert" as const), id, fields }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("replace" as const), id, fields }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("remove" as const), id }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("removeWhere" as const), a: number }) },
  {
    weight: 4,
    arbitrary: fc.constantFrom("begin" as const, "commit" as const, "abort" as const).map((kind) => ({ kind })),
  },
  { weight: 1, arbitrary: fc.constantFrom("addIndex" as const, "dropIndex" as const).map((kind) => ({ kind })) },
);

/** One document at a time, single writes or in the one transaction that may be open. */
class Run {
  readonly #bench: Bench;
  #model: Model = new Map();
  #open: { readonly transaction: Transaction; readonly before: Model } | undefined;

  constructor(bench: Bench) {
    this.#bench = bench;
  }

  async apply(each: Step): Promise<void> {
    switch (each.kind) {
      case "begin":
        this.#open ??= { transaction: this.#bench.kernel.begin(), before: new Map(this.#model) };
        return;
      case "commit":
        await this.#open?.transaction.commit();
        this.#open = undefined;
        return;
      case "abort":
        this.#open?.transaction.abort();
        if (this.#open) this.#model = this.#open.before;
        this.#open = undefined;
        return;
      default:
        await this.#inUnit((unit) => this.#change(unit, each));
        this.#check();
    }
  }

  async #inUnit(work: (unit: Unit) => void): Promise<void> {
    if (this.#open) work(this.#open.transaction.unit);
    else await this.#bench.kernel.write(work);
  }

  #change(unit: Unit, each: Step): void {
    const collection = opened(unit, this.#bench.ns);
    if (each.kind === "insert") {
      const allowed = !this.#model.has(each.id) && !this.#isTaken(each.fields.u, each.id);
      expect(allows(() => unit.insert(collection, bytes({ _id: each.id, ...each.fields })))).toBe(allowed);
      if (allowed) this.#model.set(each.id, each.fields);
    } else if (each.kind === "replace") {
      const [match] = unit.find(collection, query({ _id: each.id }));
      expect(match !== undefined).toBe(this.#model.has(each.id));
      if (!match) return;
      const allowed = !this.#isTaken(each.fields.u, each.id);
      const next = doc({ _id: each.id, ...each.fields });
      expect(allows(() => unit.replace(collection, match.stored, next))).toBe(allowed);
      if (allowed) this.#model.set(each.id, each.fields);
    } else if (each.kind === "remove") {
      for (const { stored } of unit.find(collection, query({ _id: each.id }))) unit.remove(collection, stored);
      this.#model.delete(each.id);
    } else if (each.kind === "removeWhere") {
      for (const { stored } of unit.find(collection, query({ a: each.a }))) unit.remove(collection, stored);
      for (const [key, { a }] of this.#model) if ([a].flat().includes(each.a)) this.#model.delete(key);
    } else if (each.kind === "addIndex") unit.createIndex(collection, indexSpec({ a: 1, u: -1 }));
    else if (collection.indexes.some(({ name }) => name === "a_1_u_-1")) unit.dropIndex(collection, "a_1_u_-1");
  }

  #isTaken(u: number | undefined, by: number): boolean {
    return u !== undefined && [...this.#model].some(([key, other]) => key !== by && other.u === u);
  }

  #check(): void {
    const read = (work: (unit: Unit) => void) =>
      this.#open ? work(this.#open.transaction.unit) : this.#bench.kernel.read(work);
    read((unit) => {
      const collection = opened(unit, this.#bench.ns);
      const ids = (filter: Parameters<typeof query>[0]) =>
        [...unit.find(collection, query(filter))].map(({ stored }) => plain(stored.doc().get("_id")) as number);
      expect(ids({})).toEqual([...this.#model.keys()].toSorted((left, right) => left - right));
      for (let a = 0; a <= 4; a++) {
        const expected = [...this.#model].filter(([, each]) => [each.a].flat().includes(a)).map(([key]) => key);
        expect(ids({ a }).toSorted()).toEqual(expected.toSorted());
      }
    });
  }

  async end(): Promise<void> {
    await this.apply({ kind: "abort" });
    await this.#bench.kernel.maintain();
    expect(this.#bench.kernel.integrity()).toEqual([]);
    this.#check();
  }
}

function allows(change: () => unknown): boolean {
  try {
    change();
    return true;
  } catch (error) {
    if (error instanceof ServerError && error.code === 11000) return false;
    throw error;
  }
}

describe.each(stores)("a kernel over a %s store", (kind) => {
  it("does what a plain map does", { timeout: 60_000 }, async () => {
    const runs = fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const bench = openBench(kind);
      await bench.collection([{ a: 1 }], [{ u: 1 }, { unique: true, sparse: true }]);
      const run = new Run(bench);
      for (const each of steps) await run.apply(each);
      await run.end();
      await bench.close();
    });
    await fc.assert(runs, { numRuns: kind === "lmdb" ? 25 : 150 });
  });
});
