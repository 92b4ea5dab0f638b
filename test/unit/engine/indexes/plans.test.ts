import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isDoc, type Doc, type Value } from "../../../../src/engine/bson/types.js";
import type { Explanation, Query } from "../../../../src/engine/kernel/types.js";
import { parseCollation } from "../../../../src/engine/query/collation.js";
import { doc, opened, openBench, query, type Bench, type Literal } from "../kernel/harness.js";

/** `SORT<FETCH<IXSCAN a_1`: the stages from the top, with the index. */
function stagesOf(stage: Value | undefined): string {
  if (!isDoc(stage)) return "";
  const inputs = [stage.get("inputStage"), ...((stage.get("inputStages") ?? []) as Value[])].filter(isDoc);
  const texts = [stage.get("stage"), stage.get("indexName")].filter((each) => typeof each === "string");
  const name = texts.join(" ");
  return [name, inputs.map(stagesOf).join(" + ")].filter((each) => each !== "").join("<");
}

function boundsIn(stage: Value | undefined): Value | undefined {
  if (!isDoc(stage)) return undefined;
  return stage.get("indexBounds") ?? boundsIn(stage.get("inputStage"));
}

describe("plans", () => {
  let bench: Bench;

  beforeAll(async () => {
    bench = openBench("memory");
    await bench.collection(
      [{ status: 1, _id: 1 }],
      [{ at: -1 }],
      [{ "lines.product_id": 1, at: 1 }],
      [{ key: 1 }, { unique: true, partialFilterExpression: { key: { $type: "string" } } }],
      [{ gone: 1 }, { sparse: true }],
      [{ secret: 1 }, { hidden: true }],
      [{ x: 1, y: -1 }],
    );
    await bench.insert(
      ...Array.from({ length: 100 }, (_, number) => ({
        _id: number,
        status: number % 4 === 0 ? "pending" : "delivered",
        at: number,
        lines: [{ product_id: `p${number % 5}` }, { product_id: `p${number % 7}` }],
        key: `k${number}`,
        x: number % 10,
        y: number,
      })),
      { _id: 100, gone: 1, key: 5 },
    );
  });
  afterAll(() => bench.close());

  const explain = (filter: Record<string, Literal>, rest: Partial<Query> = {}): Explanation =>
    bench.kernel.read((unit) => unit.explain(opened(unit, bench.ns), query(filter, rest), true));

  const one = (field: string, direction: 1 | -1 = 1): Doc => doc({ [field]: direction });

  it.each<[string, Record<string, Literal>, Partial<Query>, string, number, number]>([
    ["an _id", { _id: 5 }, {}, "FETCH<IXSCAN _id_", 1, 1],
    ["an _id that is not there", { _id: "x" }, {}, "FETCH<IXSCAN _id_", 0, 0],
    ["several _ids", { _id: { $in: [1, 2, 3, 999] } }, {}, "FETCH<IXSCAN _id_", 3, 3],
    ["a range of _ids", { _id: { $gte: 10, $lt: 20 } }, {}, "FETCH<IXSCAN _id_", 10, 10],
    ["a status", { status: "pending" }, {}, "FETCH<IXSCAN status_1__id_1", 25, 25],
    ["a status by _id", { status: "pending" }, { sort: one("_id") }, "FETCH<IXSCAN status_1__id_1", 25, 25],
    [
      "the last of a status",
      { status: "pending" },
      { sort: one("_id", -1), limit: 2 },
      "LIMIT<FETCH<IXSCAN status_1__id_1",
      2,
      2,
    ],
    [
      "two statuses by _id",
      { status: { $in: ["a", "pending"] } },
      { sort: one("_id") },
      "SORT<FETCH<IXSCAN status_1__id_1",
      25,
      25,
    ],
    ["a status after an _id", { status: "pending", _id: { $gt: 80 } }, {}, "FETCH<IXSCAN status_1__id_1", 4, 4],
    ["the newest", {}, { sort: one("at", -1), limit: 3 }, "LIMIT<FETCH<IXSCAN at_-1", 3, 3],
    ["the oldest", {}, { sort: one("at"), limit: 3 }, "LIMIT<FETCH<IXSCAN at_-1", 3, 3],
    ["a range of a descending field", { at: { $gt: 10, $lte: 20 } }, {}, "FETCH<IXSCAN at_-1", 10, 10],
    [
      "a product's lines in order",
      { "lines.product_id": "p6" },
      { sort: one("at", -1), limit: 2 },
      "LIMIT<FETCH<IXSCAN lines.product_id_1_at_1",
      2,
      2,
    ],
    [
      "a product's lines since",
      { "lines.product_id": "p6", at: { $gte: 90 } },
      {},
      "FETCH<IXSCAN lines.product_id_1_at_1",
      2,
      2,
    ],
    ["a key", { key: "k7" }, {}, "FETCH<IXSCAN key_1", 1, 1],
    ["several keys", { key: { $in: ["k7", "k8"] } }, {}, "FETCH<IXSCAN key_1", 2, 2],
    ["a key that the partial index leaves out", { key: 5 }, {}, "COLLSCAN", 0, 101],
    ["a field of a sparse index", { gone: 1 }, {}, "FETCH<IXSCAN gone_1", 1, 1],
    ["a missing field of a sparse index", { gone: null }, {}, "COLLSCAN", 0, 101],
    ["that a field of a sparse index exists", { gone: { $exists: true } }, {}, "FETCH<IXSCAN gone_1", 1, 1],
    ["a field of a hidden index", { secret: 1 }, {}, "COLLSCAN", 0, 101],
    ["the second field alone", { y: 5 }, {}, "COLLSCAN", 0, 101],
    ["both fields, the second a range", { x: { $in: [1, 2] }, y: { $gt: 80 } }, {}, "FETCH<IXSCAN x_1_y_-1", 4, 4],
    ["in the order of both fields", {}, { sort: doc({ x: 1, y: -1 }) }, "FETCH<IXSCAN x_1_y_-1", 101, 101],
    ["in the reverse order of both", {}, { sort: doc({ x: -1, y: 1 }) }, "FETCH<IXSCAN x_1_y_-1", 101, 101],
    ["in another order", {}, { sort: doc({ x: 1, y: 1 }) }, "SORT<COLLSCAN", 0, 101],
    [
      "one or the other",
      { $or: [{ _id: 3 }, { status: "pending", _id: 4 }] },
      {},
      "FETCH<OR<IXSCAN _id_ + IXSCAN _id_",
      2,
      2,
    ],
    ["one or what has no index", { $or: [{ _id: 3 }, { y: 4 }] }, {}, "COLLSCAN", 0, 101],
    ["texts that begin so", { status: { $regex: "^del" } }, {}, "FETCH<IXSCAN status_1__id_1", 75, 75],
    ["everything", {}, {}, "COLLSCAN", 0, 101],
    ["everything backwards", {}, { sort: one("$natural", -1) }, "COLLSCAN", 0, 101],
    ["by a hint", { x: 5 }, { hint: "at_-1" }, "FETCH<IXSCAN at_-1", 101, 101],
    ["by a hinted key", { x: 5 }, { hint: doc({ at: -1 }) }, "FETCH<IXSCAN at_-1", 101, 101],
    ["by a natural hint", { _id: 5 }, { hint: one("$natural") }, "COLLSCAN", 0, 101],
    ["by a sparse index because of a hint", {}, { hint: "gone_1" }, "FETCH<IXSCAN gone_1", 1, 1],
  ])("find %s by the right index", (_, filter, rest, stages, keysExamined, docsExamined) => {
    const { winningPlan, stats } = explain(filter, rest);
    expect(stagesOf(winningPlan)).toBe(stages);
    expect(stats).toMatchObject({ keysExamined, docsExamined });
  });

  it("leave texts to the matcher when there is a collation", () => {
    const collation = parseCollation(doc({ locale: "en", strength: 2 }))!;
    expect(stagesOf(explain({ status: "PENDING" }, { collation }).winningPlan)).toBe("COLLSCAN");
    expect(stagesOf(explain({ at: 5 }, { collation }).winningPlan)).toBe("FETCH<IXSCAN at_-1");
    expect(stagesOf(explain({}, { collation, sort: one("at") }).winningPlan)).toBe("SORT<COLLSCAN");
  });

  it("refuse a hint that no index answers to, or that cannot serve the query", () => {
    expect(() => explain({}, { hint: "nope" })).toThrow("hint provided does not correspond to an existing index");
    expect(() => explain({ x: 1 }, { hint: "key_1" })).toThrow(/No query solutions/);
  });

  it("show the bounds", () => {
    const { winningPlan } = explain({ x: { $gt: 2, $lte: 5 } });
    expect(boundsIn(winningPlan)).toEqual(doc({ x: ["(2, 5]"], y: ["[MinKey, MaxKey]"] }));
    const { winningPlan: text } = explain({ status: { $gte: "p" }, _id: 1 }, { hint: "status_1__id_1" });
    expect(boundsIn(text)).toEqual(doc({ status: ['["p", {})'], _id: ["[MinKey, MaxKey]"] }));
  });

  it("do not join two conditions on an array to one range", async () => {
    const other = openBench("memory");
    await other.collection([{ a: 1 }]);
    await other.insert({ _id: 1, a: [1, 10] }, { _id: 2, a: 5 });
    expect(other.ids({ a: { $gt: 4, $lt: 6 } })).toEqual([2, 1]);
    expect(other.ids({ a: { $elemMatch: { $gt: 4, $lt: 6 } } })).toEqual([]);
    await other.close();
  });
});
