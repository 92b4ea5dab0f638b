import { describe, expect, it } from "vitest";
import { Double } from "../query/literals.js";
import { failure, outcome, shownAll, world } from "./run.js";

const customers = [{ _id: 1, name: "x" }, { _id: 2, name: "y", tags: ["p", "q"] }, { _id: 3, name: null }, { _id: 4 }];

const join = { $lookup: { from: "c", localField: "cust", foreignField: "_id", as: "who" } };

describe.each([
  ["without", []],
  ["with", ["c._id", "c.name", "c.tags"]],
])("$lookup %s an index (manual: $lookup)", (_with, indexes) => {
  const host = () => world({ c: customers }, { indexes });

  it.each<[string, object, object, object[]]>([
    ["one value", { cust: new Double(2) }, join, [customers[1] as object]],
    ["an array of values", { cust: [1, 3] }, join, [customers[0] as object, customers[2] as object]],
    ["no match", { cust: 9 }, join, []],
    [
      "null matches null and missing",
      {},
      { $lookup: { from: "c", localField: "n", foreignField: "name", as: "who" } },
      [customers[2] as object, customers[3] as object],
    ],
    [
      "elements of a foreign array",
      { t: "q" },
      { $lookup: { from: "c", localField: "t", foreignField: "tags", as: "who" } },
      [customers[1] as object],
    ],
    [
      "fields of local elements",
      { l: [{ c: 1 }, { c: 2 }] },
      { $lookup: { from: "c", localField: "l.c", foreignField: "_id", as: "who" } },
      [customers[0] as object, customers[1] as object],
    ],
    ["an empty local array", { cust: [] }, join, []],
    [
      "a missing collection",
      { cust: 1 },
      { $lookup: { from: "zz", localField: "cust", foreignField: "_id", as: "who" } },
      [],
    ],
  ])("finds by %s", (_fact, input, stage, found) => {
    expect(outcome([stage], [input], { host: host() })).toEqual(shownAll([{ ...input, who: found }]));
  });

  it("takes patterns as values", () => {
    const stage = { $lookup: { from: "c", localField: "p", foreignField: "name", as: "who" } };
    expect(outcome([stage], [{ p: [/x/, "y"] }], { host: host() })).toEqual(
      shownAll([{ p: [/x/, "y"], who: [customers[1] as object] }]),
    );
  });
});

describe("$lookup with a pipeline", () => {
  const stock = [
    { _id: 1, item: "a", n: 120 },
    { _id: 2, item: "b", n: 80 },
    { _id: 3, item: "a", n: 60 },
  ];
  const host = () => world({ stock });

  it("sees the variables of let, anew for each document", () => {
    const pipeline = [
      { $match: { $expr: { $and: [{ $eq: ["$item", "$$i"] }, { $gte: ["$n", "$$q"] }] } } },
      { $project: { _id: 0, n: 1 } },
    ];
    const stage = { $lookup: { from: "stock", let: { i: "$item", q: "$q" }, pipeline, as: "s" } };
    expect(
      outcome(
        [stage],
        [
          { item: "a", q: 100 },
          { item: "b", q: 1 },
          { item: "a", q: 1 },
        ],
        { host: host() },
      ),
    ).toEqual(
      shownAll([
        { item: "a", q: 100, s: [{ n: 120 }] },
        { item: "b", q: 1, s: [{ n: 80 }] },
        { item: "a", q: 1, s: [{ n: 120 }, { n: 60 }] },
      ]),
    );
  });

  it("runs once when it does not depend on the document", () => {
    const used = host();
    const stage = {
      $lookup: { from: "stock", pipeline: [{ $sort: { n: 1 } }, { $limit: 1 }, { $project: { n: 1 } }], as: "low.one" },
    };
    expect(outcome([stage], [{ a: 1 }, { a: 2 }], { host: used })).toEqual(
      shownAll([
        { a: 1, low: { one: [{ _id: 3, n: 60 }] } },
        { a: 2, low: { one: [{ _id: 3, n: 60 }] } },
      ]),
    );
    expect(used.asked).toEqual(["stock"]);
  });

  it("joins equal fields and a pipeline", () => {
    const stage = {
      $lookup: {
        from: "stock",
        localField: "i",
        foreignField: "item",
        let: { q: "$q" },
        pipeline: [{ $match: { $expr: { $gt: ["$n", "$$q"] } } }, { $project: { _id: 1 } }],
        as: "s",
      },
    };
    expect(outcome([stage], [{ i: "a", q: 100 }], { host: host() })).toEqual(
      shownAll([{ i: "a", q: 100, s: [{ _id: 1 }] }]),
    );
  });

  it("nests, and outer variables stay visible", () => {
    const inner = {
      $lookup: {
        from: "stock",
        let: { id: "$_id" },
        pipeline: [
          { $match: { $expr: { $and: [{ $eq: ["$_id", "$$id"] }, { $eq: ["$n", "$$want"] }] } } },
          { $project: { n: 1 } },
        ],
        as: "t",
      },
    };
    const stage = {
      $lookup: {
        from: "stock",
        let: { want: "$want" },
        pipeline: [inner, { $project: { item: 1, t: 1 } }, { $match: { t: { $ne: [] } } }],
        as: "s",
      },
    };
    expect(outcome([stage], [{ want: 80 }], { host: host() })).toEqual(
      shownAll([{ want: 80, s: [{ _id: 2, item: "b", t: [{ _id: 2, n: 80 }] }] }]),
    );
  });

  it("begins with $documents", () => {
    const stage = { $lookup: { let: { k: "$a" }, pipeline: [{ $documents: [{ x: "$$k" }] }], as: "d" } };
    expect(outcome([stage], [{ a: 1 }])).toEqual(shownAll([{ a: 1, d: [{ x: 1 }] }]));
  });

  it("compares by the collation", () => {
    const stage = { $lookup: { from: "stock", localField: "i", foreignField: "item", as: "s" } };
    const [result = ""] = outcome([stage, { $project: { n: { $size: "$s" } } }], [{ i: "A" }], {
      host: host(),
      collation: { locale: "en", strength: 1 },
    });
    expect(result).toContain('"n":{"$numberInt":"2"}');
  });

  it.each<[number, unknown]>([
    [9, 5],
    [9, { from: "c", x: 1, as: "y" }],
    [9, { from: "c", localField: "a", foreignField: "b" }],
    [9, { from: "c", localField: "a", as: "y" }],
    [9, { from: "c", as: "y" }],
    [9, { from: 5, localField: "a", foreignField: "b", as: "y" }],
    [9, { localField: "a", foreignField: "b", as: "y" }],
    [9, { from: "c", localField: 5, foreignField: "b", as: "y" }],
    [9, { from: "c", localField: "a", foreignField: "b", let: {}, as: "y" }],
    [9, { from: "c", pipeline: [], let: 5, as: "y" }],
    [9, { pipeline: [], as: "y" }],
    [14, { from: "c", pipeline: 5, as: "y" }],
    [73, { from: "", pipeline: [], as: "y" }],
    [115, { from: { db: "x", coll: "c" }, pipeline: [], as: "y" }],
    [17276, { from: "c", pipeline: [{ $match: { $expr: "$$no" } }], as: "y" }],
  ])("answers %i for %j", (code, spec) => {
    expect(failure([{ $lookup: spec }], [{ a: 1 }], { host: world({ c: [{}] }) })).toBe(code);
  });
});
