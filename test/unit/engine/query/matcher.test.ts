import { describe, expect, it } from "vitest";
import { compileFilter } from "../../../../src/engine/query/matcher.js";
import { Undefined, type Doc } from "../../../../src/engine/bson/types.js";
import {
  BSONRegExp,
  BSONSymbol,
  Binary,
  Double,
  Long,
  MaxKey,
  MinKey,
  Timestamp,
  decimal,
  doc,
  id,
  long,
} from "./literals.js";

type Row = readonly [filter: object, matching: readonly object[], other: readonly object[]];

function table(manualPage: string, rows: readonly Row[]): void {
  describe(manualPage, () => {
    it.each(rows.map((row) => [JSON.stringify(row[0]), ...row] as const))("%s", (_text, filter, matching, other) => {
      const matcher = compileFilter(doc(filter));
      for (const each of matching) expect([each, matcher.matches(doc(each))]).toEqual([each, true]);
      for (const each of other) expect([each, matcher.matches(doc(each))]).toEqual([each, false]);
      for (const each of matching) expect(matcher.match(doc(each))).toBeDefined();
      for (const each of other) expect(matcher.match(doc(each))).toBeUndefined();
    });
  });
}

const day = new Date("2024-01-01");

describe("compileFilter", () => {
  table("Query Documents", [
    [{}, [{}, { a: 1 }], []],
    [{ a: 1, b: 2 }, [{ a: 1, b: 2, c: 3 }], [{ a: 1 }, { b: 2 }]],
    [
      { a: 1 },
      [{ a: 1 }, { a: new Double(1) }, { a: new Long(1) }, { a: decimal("1.0") }, { a: [1, 2] }],
      [{}, { a: "1" }, { a: true }, { a: [[1]] }],
    ],
    [
      { a: long("9007199254740993") },
      [{ a: long("9007199254740993") }, { a: decimal("9007199254740993") }],
      [{ a: long("9007199254740992") }, { a: new Double(9007199254740992) }],
    ],
    [{ a: decimal("1.10") }, [{ a: decimal("1.1") }], [{ a: 1.1 }]],
    [{ a: new Double(NaN) }, [{ a: new Double(NaN) }, { a: decimal("NaN") }], [{ a: 1 }, {}]],
    [{ a: "x" }, [{ a: "x" }, { a: ["y", "x"] }, { a: new BSONSymbol("x") }], [{ a: "X" }, { a: "xx" }]],
    [{ a: id("1") }, [{ a: id("1") }, { a: [id("1")] }], [{ a: id("2") }, { a: id("1").toHexString() }]],
    [{ a: day }, [{ a: new Date(day) }], [{ a: new Date(0) }, { a: new Timestamp({ t: 1, i: 1 }) }]],
    [
      { a: new Binary(Buffer.from("x"), 4) },
      [{ a: new Binary(Buffer.from("x"), 4) }],
      [{ a: new Binary(Buffer.from("x"), 0) }],
    ],
    [{ a: true }, [{ a: true }], [{ a: 1 }, { a: false }]],
    [{ a: new MinKey() }, [{ a: new MinKey() }], [{ a: null }, {}]],
  ]);

  table("Query on Embedded/Nested Documents", [
    [
      { a: { b: 1, c: 2 } },
      [{ a: { b: 1, c: 2 } }, { a: [{ b: 1, c: 2 }] }],
      [{ a: { c: 2, b: 1 } }, { a: { b: 1 } }, { a: { b: 1, c: 2, d: 3 } }],
    ],
    [
      { "a.b": 1 },
      [{ a: { b: 1 } }, { a: { b: 1, c: 2 } }, { a: [{ b: 2 }, { b: 1 }] }, { a: { b: [1] } }],
      [{ a: 1 }, { "a.b": 2 }, { a: [[{ b: 1 }]] }],
    ],
    [{ a: {} }, [{ a: {} }], [{ a: { b: 1 } }, {}]],
    [{ a: { $ref: "c", $id: 1 } }, [{ a: { $ref: "c", $id: 1 } }], [{ a: { $ref: "c", $id: 2 } }]],
  ]);

  table("Query an Array", [
    [{ a: [1, 2] }, [{ a: [1, 2] }, { a: [[1, 2], 3] }], [{ a: [2, 1] }, { a: [1, 2, 3] }]],
    [{ a: [] }, [{ a: [] }, { a: [[]] }], [{ a: [1] }, {}]],
    [{ a: { $gt: 15, $lt: 20 } }, [{ a: [10, 25] }, { a: 17 }], [{ a: [1, 2] }, { a: [30] }]],
    [{ "a.0": 1 }, [{ a: [1, 2] }, { a: { 0: 1 } }, { a: [{ 0: 1 }] }], [{ a: [2, 1] }, { a: [[1]] }]],
    [{ "a.1.b": 1 }, [{ a: [0, { b: 1 }] }, { a: [{ 1: { b: 1 } }] }], [{ a: [{ b: 1 }] }]],
    [{ "a.0.0": 1 }, [{ a: [[1]] }, { a: [{ 0: 1 }] }], [{ a: [1] }]],
    [{ "a.01": 1 }, [{ a: { "01": 1 } }], [{ a: [0, 1] }]],
    [{ "a.0": { $exists: false } }, [{ a: [] }, {}, { a: 1 }], [{ a: [1] }]],
    [{ "a.b.c": 1 }, [{ a: [{ b: [{ c: 1 }] }] }, { a: { b: [{ c: [0, 1] }] } }], [{ a: [{ b: [[{ c: 1 }]] }] }]],
  ]);

  table("Query for Null or Missing Fields", [
    [{ a: null }, [{}, { a: null }, { a: [1, null] }], [{ a: 0 }, { a: [] }, { a: "" }]],
    [{ a: { $ne: null } }, [{ a: 1 }, { a: [] }], [{}, { a: null }, { a: [null] }]],
    [
      { "a.b": null },
      [{}, { a: 1 }, { a: {} }, { a: [{}] }, { a: [{ b: 1 }, {}] }],
      [{ a: [] }, { a: [1] }, { a: { b: 1 } }],
    ],
    [{ a: { $gte: null } }, [{}, { a: null }], [{ a: 1 }]],
    [{ a: { $gt: null } }, [], [{}, { a: null }, { a: 1 }]],
    [{ a: { $in: [null, 1] } }, [{}, { a: null }, { a: 1 }], [{ a: 2 }]],
    [{ a: { $not: { $eq: null } } }, [{ a: 1 }], [{}, { a: null }]],
  ]);

  table("Comparison Query Operators", [
    [{ a: { $eq: 1 } }, [{ a: 1 }], [{ a: 2 }, {}]],
    [{ a: { $ne: 1 } }, [{ a: 2 }, {}, { a: "1" }], [{ a: 1 }, { a: [1, 2] }]],
    [
      { a: { $gt: 5 } },
      [{ a: 6 }, { a: 5.5 }, { a: decimal("5.01") }, { a: long("9007199254740993") }],
      [{ a: 5 }, { a: "6" }, { a: day }, {}, { a: new Double(NaN) }],
    ],
    [{ a: { $gte: 5 } }, [{ a: 5 }, { a: decimal("5.0") }], [{ a: 4.9 }, { a: null }]],
    [{ a: { $lt: decimal("10") } }, [{ a: decimal("9") }, { a: 9 }], [{ a: decimal("10.0") }, { a: 11 }]],
    [{ a: { $lte: "b" } }, [{ a: "a" }, { a: "b" }, { a: "B" }], [{ a: "c" }, { a: 1 }]],
    [{ a: { $lt: new Double(NaN) } }, [], [{ a: 1 }, { a: new Double(NaN) }]],
    [{ a: { $gte: new Double(NaN) } }, [{ a: new Double(NaN) }, { a: decimal("NaN") }], [{ a: 1 }]],
    [{ a: { $gt: { b: 1 } } }, [{ a: { b: 2 } }, { a: { c: 0 } }], [{ a: { b: 1 } }, { a: 9 }]],
    [{ a: { $gt: [1] } }, [{ a: [2] }, { a: [1, 0] }], [{ a: [0, 9] }, { a: 5 }]],
    [{ a: { $gt: false } }, [{ a: true }], [{ a: 1 }, { a: false }]],
    [{ a: { $lt: new MaxKey() } }, [{ a: 1 }, { a: "x" }, {}], [{ a: new MaxKey() }]],
    [{ a: { $gte: new MinKey() } }, [{ a: 1 }, { a: new MinKey() }], []],
    [{ a: { $gt: new MaxKey() } }, [], [{ a: 1 }]],
    [
      { a: { $in: [1, "x", id("1"), null, { b: 1 }, [1]] } },
      [
        { a: 1.0 },
        { a: "x" },
        { a: ["q", "x"] },
        { a: id("1") },
        {},
        { a: { b: 1 } },
        { a: [1] },
        { a: [[1]] },
        { a: decimal("1") },
      ],
      [{ a: 2 }, { a: "y" }, { a: { b: 2 } }, { a: id("2") }],
    ],
    [
      { a: { $in: [long("9007199254740993"), 2.5] } },
      [{ a: long("9007199254740993") }, { a: 2.5 }, { a: decimal("2.50") }],
      [{ a: long("9007199254740992") }],
    ],
    [
      { a: { $in: [new BSONRegExp("^x"), "b"] } },
      [{ a: "xy" }, { a: "b" }, { a: ["xx"] }, { a: new BSONRegExp("^x") }],
      [{ a: "yx" }],
    ],
    [{ a: { $in: [] } }, [], [{}, { a: 1 }]],
    [{ a: { $in: [new Double(NaN)] } }, [{ a: new Double(NaN) }, { a: decimal("NaN") }], [{ a: 0 }]],
    [{ a: { $in: [0] } }, [{ a: new Double(-0) }, { a: decimal("0.00") }], [{ a: false }]],
    [{ a: { $nin: [1, 2] } }, [{ a: 3 }, {}], [{ a: 1 }, { a: [3, 2] }]],
    [{ a: { $nin: [] } }, [{ a: 1 }, {}], []],
  ]);

  table("Logical Query Operators", [
    [{ $and: [{ a: 1 }, { b: 2 }] }, [{ a: 1, b: 2 }], [{ a: 1 }]],
    [{ $or: [{ a: 1 }, { b: 2 }] }, [{ a: 1 }, { b: 2 }], [{ a: 2 }]],
    [{ $or: [{ a: 1 }] }, [{ a: 1 }], [{ a: 2 }]],
    [{ $nor: [{ a: 1 }, { b: 2 }] }, [{}, { a: 2 }], [{ a: 1 }, { b: 2 }]],
    [{ a: { $not: { $gt: 5 } } }, [{ a: 5 }, {}, { a: "x" }], [{ a: 6 }, { a: [1, 6] }]],
    [{ a: { $not: { $gt: 5, $lt: 10 } } }, [{ a: 5 }, { a: 10 }], [{ a: 7 }]],
    [{ a: { $not: new BSONRegExp("^x") } }, [{ a: "y" }, {}], [{ a: "x" }]],
    [{ a: { $not: { $not: { $eq: 1 } } } }, [{ a: 1 }], [{ a: 2 }]],
    [{ $and: [{ $or: [{ a: 1 }, { a: 2 }] }, { $nor: [{ b: 1 }] }] }, [{ a: 2 }], [{ a: 2, b: 1 }, { a: 3 }]],
  ]);

  table("Element Query Operators", [
    [{ a: { $exists: true } }, [{ a: null }, { a: [] }, { a: 1 }], [{}]],
    [{ a: { $exists: false } }, [{}], [{ a: null }]],
    [{ a: { $exists: 0 } }, [{}], [{ a: 1 }]],
    [{ "a.b": { $exists: true } }, [{ a: { b: null } }, { a: [{}, { b: 1 }] }], [{ a: [] }, { a: [{}] }]],
    [{ a: { $type: "string" } }, [{ a: "x" }, { a: [1, "x"] }], [{ a: 1 }, {}]],
    [{ a: { $type: 2 } }, [{ a: "x" }], [{ a: 1 }]],
    [{ a: { $type: "number" } }, [{ a: 1 }, { a: 1.5 }, { a: new Long(1) }, { a: decimal("1") }], [{ a: "1" }]],
    [{ a: { $type: ["int", "null"] } }, [{ a: 1 }, { a: null }], [{ a: 1.5 }, {}]],
    [{ a: { $type: "array" } }, [{ a: [] }, { a: [[1]] }], [{ a: 1 }]],
    [{ a: { $type: -1 } }, [{ a: new MinKey() }], [{ a: new MaxKey() }]],
    [{ a: { $type: "objectId" } }, [{ a: id("1") }], [{ a: "1" }]],
  ]);

  table("Evaluation Query Operators", [
    [
      { a: { $mod: [4, 1] } },
      [{ a: 5 }, { a: 5.9 }, { a: new Long(9) }, { a: decimal("13.2") }, { a: [2, 1] }],
      [{ a: 4 }, { a: "5" }, { a: new Double(NaN) }, { a: new Double(1e30) }, {}],
    ],
    [{ a: { $mod: [4.9, -1] } }, [{ a: -5 }], [{ a: 5 }]],
    [
      { a: { $regex: "^ab" } },
      [{ a: "abc" }, { a: ["x", "ab"] }, { a: new BSONSymbol("ab") }],
      [{ a: "Abc" }, { a: 1 }, {}],
    ],
    [{ a: { $regex: "^AB", $options: "i" } }, [{ a: "abc" }], [{ a: "xab" }]],
    [{ a: { $options: "i", $regex: "^AB" } }, [{ a: "abc" }], [{ a: "xab" }]],
    [{ a: { $options: "", $regex: new BSONRegExp("^AB", "i") } }, [{ a: "abc" }], []],
    [{ a: { $regex: new BSONRegExp("^AB"), $options: "i" } }, [{ a: "abc" }], []],
    [
      { a: new BSONRegExp("b$", "m") },
      [{ a: "b\nc" }, { a: new BSONRegExp("b$", "m") }],
      [{ a: "bc" }, { a: new BSONRegExp("b$") }],
    ],
    [{ $expr: { $gt: ["$a", "$b"] } }, [{ a: 2, b: 1 }], [{ a: 1, b: 2 }]],
    [{ $jsonSchema: { required: ["a"] } }, [{ a: 1 }], [{}]],
    [{ $comment: "x", a: 1 }, [{ a: 1 }], [{}]],
    [{ $alwaysTrue: 1 }, [{}], []],
    [{ $alwaysFalse: 1 }, [], [{}]],
    [{ $sampleRate: 1 }, [{}], []],
    [{ $sampleRate: 0 }, [], [{}]],
  ]);

  table("Array Query Operators", [
    [{ a: { $all: [1, 2] } }, [{ a: [3, 2, 1] }], [{ a: [1] }, { a: 1 }]],
    [{ a: { $all: [1] } }, [{ a: 1 }, { a: [1, 2] }], [{ a: 2 }]],
    [{ a: { $all: [] } }, [], [{ a: [] }, { a: 1 }]],
    [{ a: { $all: [[1, 2]] } }, [{ a: [1, 2] }, { a: [[1, 2]] }], [{ a: [2, 1] }]],
    [{ a: { $all: [new BSONRegExp("^x"), "y"] } }, [{ a: ["xx", "y"] }], [{ a: ["y"] }]],
    [
      { a: { $all: [{ $elemMatch: { b: 1 } }, { $elemMatch: { b: 2 } }] } },
      [{ a: [{ b: 1 }, { b: 2 }] }],
      [{ a: [{ b: 1 }] }],
    ],
    [{ a: { $elemMatch: { $gt: 1, $lt: 3 } } }, [{ a: [0, 2] }], [{ a: [1, 3] }, { a: 2 }, { a: [] }]],
    [
      { a: { $elemMatch: { b: 1, c: 2 } } },
      [{ a: [{ b: 1, c: 2 }] }],
      [{ a: [{ b: 1 }, { c: 2 }] }, { a: { b: 1, c: 2 } }],
    ],
    [{ a: { $elemMatch: { $or: [{ b: 1 }, { c: 2 }] } } }, [{ a: [{ c: 2 }] }], [{ a: [{ b: 2 }] }]],
    [{ a: { $elemMatch: { $elemMatch: { $gt: 1 } } } }, [{ a: [[2]] }], [{ a: [2] }]],
    [{ a: { $elemMatch: { 0: 1 } } }, [{ a: [[1]] }, { a: [{ 0: 1 }] }], [{ a: [[2]] }]],
    [{ a: { $elemMatch: { $not: { $gt: 1 } } } }, [{ a: [5, 1] }], [{ a: [2] }]],
    [{ a: { $elemMatch: { $exists: true } } }, [{ a: [null] }], [{ a: [] }]],
    [{ a: { $elemMatch: { $in: [1, null] } } }, [{ a: [null] }, { a: [1] }], [{ a: [2] }]],
    [{ a: { $elemMatch: { $size: 2 } } }, [{ a: [[1, 2]] }], [{ a: [[1]] }, { a: [1, 2] }]],
    [{ a: { $elemMatch: { $all: [1] } } }, [{ a: [1] }], [{ a: [2] }]],
    [{ a: { $elemMatch: { $all: [] } } }, [], [{ a: [1] }]],
    [{ a: { $elemMatch: {} } }, [{ a: [{}] }, { a: [{ b: 1 }] }], [{ a: [1] }]],
    [{ a: { $elemMatch: { $ref: "c", $id: 1 } } }, [{ a: [{ $ref: "c", $id: 1 }] }], [{ a: [{ $ref: "d", $id: 1 }] }]],
    [{ a: { $elemMatch: { $db: "x" } } }, [{ a: [{ $db: "x" }] }], [{ a: [{ $db: "y" }] }]],
    [
      { "a.b": { $elemMatch: { c: 1 } } },
      [{ a: { b: [{ c: 1 }] } }, { a: [{ b: [{ c: 1 }] }] }],
      [{ a: [{ b: { c: 1 } }] }],
    ],
    [{ a: { $size: 2 } }, [{ a: [1, 2] }], [{ a: [1] }, { a: "ab" }, { a: [[1, 2]] }, {}]],
    [{ a: { $size: new Long(0) } }, [{ a: [] }], [{}]],
    [{ "a.b": { $size: 1 } }, [{ a: [{ b: [1] }] }], [{ a: [{ b: 1 }] }]],
  ]);

  table("Bitwise Query Operators", [
    [
      { a: { $bitsAllSet: 5 } },
      [{ a: 7 }, { a: 5.0 }, { a: new Long(13) }, { a: -1 }, { a: decimal("5") }],
      [{ a: 4 }, { a: 5.5 }, { a: "5" }, { a: new Double(1e300) }, {}],
    ],
    [{ a: { $bitsAllSet: [1, 200] } }, [{ a: -1 }], [{ a: 2 }]],
    [{ a: { $bitsAllClear: [0, 1] } }, [{ a: 4 }, { a: 0 }], [{ a: 1 }]],
    [{ a: { $bitsAnySet: [0, 1] } }, [{ a: 2 }], [{ a: 4 }]],
    [{ a: { $bitsAnyClear: 3 } }, [{ a: 1 }], [{ a: 3 }]],
    [
      { a: { $bitsAllSet: new Binary(Buffer.from([0, 1])) } },
      [{ a: 256 }, { a: new Binary(Buffer.from([0, 1])) }],
      [{ a: 1 }, { a: new Binary(Buffer.from([1])) }],
    ],
    [{ a: { $bitsAllSet: [] } }, [{ a: 0 }], [{ a: "x" }]],
  ]);

  it("does not take undefined for null", () => {
    expect(compileFilter(doc({ a: null })).matches(new Map([["a", Undefined.instance]]))).toBe(false);
  });

  it("keeps the filter and takes variables for $expr", () => {
    const filter = doc({ $expr: { $eq: ["$a", "$$wanted"] } });
    const matcher = compileFilter(filter, { vars: new Map([["wanted", 2]]) });
    expect(matcher.filter).toBe(filter);
    expect([matcher.matches(doc({ a: 2 })), matcher.matches(doc({ a: 3 }))]).toEqual([true, false]);
  });

  it("finds each of a thousand values of $in", () => {
    const ids = Array.from({ length: 1000 }, (_, index) => id(index.toString(16)));
    const matcher = compileFilter(doc({ _id: { $in: ids } }));
    expect(ids.every((value) => matcher.matches(doc({ _id: value })))).toBe(true);
    expect(matcher.matches(doc({ _id: id("ffff") }))).toBe(false);
  });
});

describe("the place of a match", () => {
  it.each<[string, object, object, number | undefined]>([
    ["an array's element", { a: 2 }, { a: [1, 2, 2] }, 1],
    ["an embedded document's array", { "a.b": 2 }, { a: [{ b: 1 }, { b: 2 }] }, 1],
    ["the outermost array", { "a.b": 2 }, { a: [{ b: [1] }, { b: [0, 2] }] }, 1],
    ["an inner array of a document", { "a.b": 2 }, { a: { b: [0, 2] } }, 1],
    ["$elemMatch", { a: { $elemMatch: { b: 2 } } }, { a: [{ b: 1 }, { b: 2 }] }, 1],
    ["$elemMatch in an array", { "a.b": { $elemMatch: { $eq: 2 } } }, { a: [{ b: [] }, { b: [1, 2] }] }, 1],
    ["the last condition that has one", { a: 1, b: 2 }, { a: [1], b: [0, 2] }, 1],
    ["no array", { a: 1 }, { a: 1 }, undefined],
    ["the whole array", { a: [1, 2] }, { a: [1, 2] }, undefined],
    ["$size", { a: { $size: 2 } }, { a: [1, 2] }, undefined],
    ["a place that the path names", { "a.1": 2 }, { a: [1, 2] }, undefined],
    ["$or", { $or: [{ a: 2 }] }, { a: [1, 2] }, undefined],
    ["$and", { $and: [{ a: 2 }] }, { a: [1, 2] }, 1],
    ["$not", { a: { $not: { $eq: 3 } } }, { a: [1, 2] }, undefined],
    ["$in", { a: { $in: [2] } }, { a: [1, 2] }, 1],
  ])("for %s", (_what, filter, document, positional) => {
    expect(compileFilter(doc(filter)).match(doc(document))).toEqual(positional === undefined ? {} : { positional });
  });
});

describe("compileFilter of malformed filters", () => {
  it.each<[object, number, RegExp]>([
    [{ a: { $foo: 1 } }, 2, /^unknown operator: \$foo$/],
    [{ $foo: 1 }, 2, /^unknown top level operator: \$foo/],
    [{ a: { $gt: 1, b: 1 } }, 2, /^unknown operator: b$/],
    [{ a: { $where: "1" } }, 2, /cannot be applied to a field/],
    [{ a: { $in: 1 } }, 2, /^\$in needs an array$/],
    [{ a: { $nin: 1 } }, 2, /^\$nin needs an array$/],
    [{ a: { $in: [{ $gt: 1 }] } }, 2, /cannot nest \$ under \$in/],
    [{ a: { $gt: new BSONRegExp("x") } }, 2, /Can't have RegEx as arg to predicate over field 'a'/],
    [{ a: { $ne: new BSONRegExp("x") } }, 2, /Can't have regex as arg to \$ne/],
    [{ $and: 1 }, 2, /\$and must be an array/],
    [{ $or: [] }, 2, /must be a nonempty array/],
    [{ $nor: [1] }, 2, /entries need to be full objects/],
    [{ a: { $not: 1 } }, 2, /\$not needs a regex or a document/],
    [{ a: { $not: {} } }, 2, /\$not cannot be empty/],
    [{ a: { $type: "foo" } }, 2, /Unknown type name alias: foo/],
    [{ a: { $type: 20 } }, 2, /Invalid numerical type code: 20/],
    [{ a: { $type: 1.5 } }, 2, /Invalid numerical type code: 1.5/],
    [{ a: { $type: 0 } }, 2, /exists/],
    [{ a: { $type: true } }, 14, /type must be represented as/],
    [{ a: { $type: [] } }, 9, /a must match at least one type/],
    [{ a: { $mod: 1 } }, 2, /malformed mod, needs to be an array/],
    [{ a: { $mod: [] } }, 2, /not enough elements/],
    [{ a: { $mod: [2] } }, 2, /not enough elements/],
    [{ a: { $mod: ["x", 1] } }, 2, /divisor not a number/],
    [{ a: { $mod: [2, "x"] } }, 2, /remainder not a number/],
    [{ a: { $mod: [2, 1, 0] } }, 2, /too many elements/],
    [{ a: { $mod: [0, 1] } }, 2, /divisor cannot be 0/],
    [{ a: { $mod: [0.5, 1] } }, 2, /divisor cannot be 0/],
    [{ a: { $mod: [new Double(NaN), 1] } }, 2, /Unable to coerce NaN\/Inf/],
    [{ a: { $mod: [2, new Double(1e30)] } }, 2, /Out of bounds coercing/],
    [{ a: { $regex: 1 } }, 2, /\$regex has to be a string/],
    [{ a: { $regex: "x", $options: 1 } }, 2, /\$options has to be a string/],
    [{ a: { $options: "i" } }, 2, /\$options needs a \$regex/],
    [{ a: { $regex: new BSONRegExp("x", "i"), $options: "m" } }, 51075, /options set in both/],
    [{ a: { $options: "m", $regex: new BSONRegExp("x", "i") } }, 51074, /options set in both/],
    [{ a: { $regex: "x", $options: "g" } }, 51108, /invalid flag in regex options: g/],
    [{ a: { $regex: "(" } }, 51091, /Regular expression is invalid/],
    [{ a: { $all: 1 } }, 2, /\$all needs an array/],
    [{ a: { $all: [{ $gt: 1 }] } }, 2, /no \$ expressions in \$all/],
    [{ a: { $all: [{ $elemMatch: {} }, 1] } }, 2, /has to be consistent/],
    [{ a: { $elemMatch: 1 } }, 2, /\$elemMatch needs an Object/],
    [{ a: { $elemMatch: { $where: "1" } } }, 2, /cannot contain \$where/],
    [{ a: { $elemMatch: { $expr: true } } }, 2, /\$expr can only be applied to the top-level document/],
    [{ a: { $elemMatch: { $text: {} } } }, 2, /\$text can only be applied/],
    [{ a: { $size: "x" } }, 2, /Failed to parse \$size/],
    [{ a: { $size: 1.5 } }, 2, /Expected an integer/],
    [{ a: { $size: -1 } }, 2, /may not be negative/],
    [{ a: { $bitsAllSet: "x" } }, 2, /takes an Array, a number, or a BinData/],
    [{ a: { $bitsAllSet: -1 } }, 9, /Expected a non-negative number/],
    [{ a: { $bitsAllSet: 1.5 } }, 9, /Expected an integer/],
    [{ a: { $bitsAllSet: ["x"] } }, 2, /must be an integer/],
    [{ a: { $bitsAllSet: [1.5] } }, 2, /must be an integer/],
    [{ a: { $bitsAllSet: [new Double(NaN)] } }, 2, /cannot take a NaN/],
    [{ a: { $bitsAllSet: [-1] } }, 2, /must be >= 0/],
    [{ a: { $bitsAllSet: [long("9007199254740993")] } }, 2, /32-bit signed integer/],
    [{ $text: { $search: "x" } }, 27, /text index required/],
    [{ $where: "1" }, 2, /no globalScriptEngine/],
    [{ a: { $near: [0, 0] } }, 291, /unable to find index for \$geoNear query/],
    [{ a: { $geoWithin: {} } }, 115, /\$geoWithin is not supported/],
    [{ $jsonSchema: 1 }, 14, /\$jsonSchema must be an object/],
    [{ $alwaysTrue: 2 }, 9, /must be an integer value of 1/],
    [{ $sampleRate: "x" }, 2, /numeric type/],
    [{ $sampleRate: 2 }, 2, /must be in \[0, 1\]/],
  ])("refuses %j with code %i", (filter, code, message) => {
    expect(() => compileFilter(doc(filter))).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) as string }),
    );
  });

  it("refuses comparison with undefined", () => {
    for (const operator of ["$eq", "$gt", "$in"]) {
      const operand = operator === "$in" ? [Undefined.instance] : Undefined.instance;
      const filter = new Map([["a", new Map([[operator, operand]])]]);
      expect(() => compileFilter(filter)).toThrow(expect.objectContaining({ code: 2 }));
    }
  });

  it("refuses filters that nest too deep", () => {
    let filter: Doc = new Map([["a", 1]]);
    for (let depth = 0; depth < 120; depth++) filter = new Map([["$and", [filter]]]);
    expect(() => compileFilter(filter)).toThrow(/maximum query tree depth/);
    let operators: Doc = new Map([["$eq", 1]]);
    for (let depth = 0; depth < 120; depth++) operators = new Map([["$not", operators]]);
    expect(() => compileFilter(new Map([["a", operators]]))).toThrow(/maximum query tree depth/);
  });

  it.each<[object, number]>([
    [{ $expr: true }, 224],
    [{ $jsonSchema: {} }, 224],
    [{ $text: {} }, 2],
    [{ $where: "1" }, 2],
  ])("refuses %j where only plain conditions may stand", (filter, code) => {
    expect(() => compileFilter(doc(filter), { plain: true })).toThrow(expect.objectContaining({ code }));
  });
});
