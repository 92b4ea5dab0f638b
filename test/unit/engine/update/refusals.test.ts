import { describe, expect, it } from "vitest";
import { Long, doc } from "../query/literals.js";
import { codeOf, shown } from "../expressions/evaluate.js";
import { updated, updater, type Use } from "./apply.js";

type Row = [code: number, update: object, before: object, message: string, use?: Use];

const max = Long.MAX_VALUE;

describe("refusals while an update is read", () => {
  it.each<[number, object, string, Use?]>([
    [
      9,
      { $foo: { a: 1 } },
      "Unknown modifier: $foo. Expected a valid update modifier or pipeline-style update specified as an array",
    ],
    [9, { $set: { a: 1 }, b: 1 }, "Unknown modifier: b"],
    [
      9,
      { $set: 5 },
      "Modifiers operate on fields but we found type int instead. For example: {$mod: {<field>: ...}} not {$set: 5}",
    ],
    [40, { $set: { a: 1 }, $inc: { a: 1 } }, "Updating the path 'a' would create a conflict at 'a'"],
    [40, { $set: { a: 1, "a.b": 1 } }, "Updating the path 'a.b' would create a conflict at 'a'"],
    [40, { $set: { "a.b": 1 }, $unset: { a: 1 } }, "Updating the path 'a' would create a conflict at 'a'"],
    [40, { $rename: { a: "b" }, $set: { b: 1 } }, "Updating the path 'b' would create a conflict at 'b'"],
    [40, { $set: { "a.$[].b": 1, "a.0.b": 1 } }, "would create a conflict at 'a'"],
    [56, { $set: { "": 1 } }, "An empty update path is not valid."],
    [56, { $set: { "a..b": 1 } }, "The update path 'a..b' contains an empty field name, which is not allowed."],
    [52, { $set: { "a.$b": 1 } }, "The dollar ($) prefixed field '$b' in 'a.$b' is not allowed"],
    [52, { a: 1, $set: { b: 1 } }, "The dollar ($) prefixed field '$set' in '$set' is not allowed"],
    [2, { $set: { "$[].a": 1 } }, "Cannot have positional (i.e. '$') element in the first position in path '$[].a'"],
    [2, { $set: { "a.$.b.$": 1 } }, "Too many positional (i.e. '$') elements found in path 'a.$.b.$'"],
    [14, { $inc: { a: "x" } }, 'Cannot increment with non-numeric argument: {a: "x"}'],
    [14, { $mul: { a: null } }, "Cannot multiply with non-numeric argument: {a: null}"],
    [2, { $rename: { a: 1 } }, "The 'to' field for $rename must be a string: a: 1"],
    [2, { $rename: { a: "a" } }, 'The source and target field for $rename must differ: a: "a"'],
    [2, { $rename: { "a.$": "b" } }, "The source field for $rename may not be dynamic: a.$"],
    [2, { $rename: { a: "b.$[]" } }, "The destination field for $rename may not be dynamic: b.$[]"],
    [2, { $currentDate: { a: 1 } }, "int is not valid type for $currentDate"],
    [2, { $currentDate: { a: { $type: "x" } } }, "The '$type' string field is required to be 'date' or 'timestamp'"],
    [2, { $currentDate: { a: { x: 1 } } }, "Unrecognized $currentDate option: x"],
    [2, { $bit: { a: 1 } }, "The $bit modifier is not compatible with a int"],
    [2, { $bit: { a: {} } }, "You must pass in at least one bitwise operation"],
    [2, { $bit: { a: { nor: 1 } } }, "The $bit modifier only supports 'and', 'or', and 'xor', not 'nor'"],
    [
      2,
      { $bit: { a: { and: 1.5 } } },
      "The $bit modifier field must be an Integer(32/64 bit); a 'double' is not supported here: {and: 1.5}",
    ],
    [2, { $push: { a: { $each: 1 } } }, "The argument to $each in $push must be an array but it was of type: int"],
    [2, { $push: { a: { $each: [], $foo: 1 } } }, "Unrecognized clause in $push: $foo"],
    [
      2,
      { $push: { a: { $each: [], $slice: "x" } } },
      "The value for $slice must be an integer value but was given type: string",
    ],
    [
      2,
      { $push: { a: { $each: [], $position: 1.5 } } },
      "The value for $position must be an integer value, not of type: double",
    ],
    [2, { $push: { a: { $each: [], $sort: 2 } } }, "The $sort is invalid: use 1/-1 to sort the whole element"],
    [2, { $push: { a: { $each: [], $sort: {} } } }, "The sort pattern is empty"],
    [2, { $push: { a: { $each: [], $sort: { x: 2 } } } }, "sort element value must be either 1 or -1"],
    [2, { $push: { a: { $each: [], $sort: { "": 1 } } } }, "The $sort field cannot be empty"],
    [2, { $push: { a: { $each: [], $sort: { "x..y": 1 } } } }, "has an empty part: x..y"],
    [
      14,
      { $addToSet: { a: { $each: 1 } } },
      "The argument to $each in $addToSet must be an array but it was of type int",
    ],
    [2, { $addToSet: { a: { $each: [], x: 1 } } }, "Found unexpected fields after $each in $addToSet"],
    [9, { $pop: { a: "x" } }, 'Expected a number in: a: "x"'],
    [9, { $pop: { a: 2 } }, "$pop expects 1 or -1, found: 2"],
    [2, { $pullAll: { a: 1 } }, "$pullAll requires an array argument but was given a int"],
    [2, { $set: { "a.$[e]": 1 } }, "No array filter found for identifier 'e' in path 'a.$[e]'"],
    [
      9,
      { $set: { a: 1 } },
      "The array filter for identifier 'e' was not used in the update { $set: { a: 1 } }",
      { arrayFilters: [{ e: 1 }] },
    ],
    [
      9,
      { $set: { "a.$[e]": 1 } },
      "Found multiple array filters with the same top-level field name e",
      { arrayFilters: [{ e: 1 }, { "e.x": 1 }] },
    ],
    [
      9,
      { $set: { "a.$[e]": 1 } },
      "Expected a single top-level field name, found 'e' and 'f'",
      { arrayFilters: [{ e: 1, f: 1 }] },
    ],
    [9, { $set: { "a.$[e]": 1 } }, "Cannot use an expression without a top-level field name", { arrayFilters: [{}] }],
    [
      2,
      { $set: { "a.$[E]": 1 } },
      "must be an alphanumeric string beginning with a lowercase letter, found 'E'",
      { arrayFilters: [{ E: 1 }] },
    ],
    [9, [{ $set: { a: 1 } }], "Cannot specify arrayFilters and a pipeline update", { arrayFilters: [{ e: 1 }] }],
    [9, { a: 1 }, "Cannot specify arrayFilters and a replacement document", { arrayFilters: [{ e: 1 }] }],
    [72, [{ $match: { a: 1 } }], "$match is not allowed to be used within an update"],
    [14, [5], "Each element of the 'pipeline' array must be an object"],
    [40323, [{ $set: { a: 1 }, $unset: "b" }], "must contain exactly one field"],
  ])("%i for %j", (code, update, message, use) => {
    expect(codeOf(() => updater(update, use))).toBe(code);
    expect(() => updater(update, use)).toThrow(message);
  });

  it("wants documents as array filters", () => {
    expect(codeOf(() => updater({ $set: { "a.$[e]": 1 } }, { arrayFilters: [5 as unknown as object] }))).toBe(14);
    expect(codeOf(() => updater({ $set: { a: 1 } }, { arrayFilters: 5 as unknown as object[] }))).toBe(14);
    expect(codeOf(() => updater(5 as unknown as object))).toBe(9);
  });
});

describe("refusals while an update is applied", () => {
  it.each<Row>([
    [
      14,
      { $inc: { x: 1 } },
      { _id: 1, x: "s" },
      "Cannot apply $inc to a value of non-numeric type. {_id: 1} has the field 'x' of non-numeric type string",
    ],
    [
      14,
      { $mul: { "a.b": 1 } },
      { a: { b: null } },
      "Cannot apply $mul to a value of non-numeric type. {no id} has the field 'a.b' of non-numeric type null",
    ],
    [
      2,
      { $inc: { x: Long.ONE } },
      { _id: 1, x: max },
      "Failed to apply $inc operations to current value (9223372036854775807) for document {_id: 1}",
    ],
    [2, { $mul: { x: Long.fromNumber(2) } }, { _id: 1, x: max }, "Failed to apply $mul operations"],
    [28, { $set: { "a.b": 1 } }, { a: 5 }, "Cannot create field 'b' in element {a: 5}"],
    [28, { $set: { "a.b.c": 1 } }, { a: [1] }, "Cannot create field 'b' in element {a: [ 1 ]}"],
    [28, { $push: { "a.b": 1 } }, { a: null }, "Cannot create field 'b' in element {a: null}"],
    [28, { $pop: { "a.b": 1 } }, { a: 5 }, "Cannot use the part (b) of (a.b) to traverse the element ({a: 5})"],
    [28, { $pull: { "a.b": 1 } }, { a: "x" }, "Cannot use the part (b) of (a.b) to traverse"],
    [34, { $set: { "a.1600000": 1 } }, { a: [1] }, "can't backfill more than 1500000 elements"],
    [
      2,
      { $push: { a: 1 } },
      { _id: 1, a: 5 },
      "The field 'a' must be an array but is of type int in document {_id: 1}",
    ],
    [
      2,
      { $addToSet: { a: 1 } },
      { a: 5 },
      "Cannot apply $addToSet to non-array field. Field named 'a' has non-array type int",
    ],
    [14, { $pop: { a: 1 } }, { a: 5 }, "Path 'a' contains an element of non-array type 'int'"],
    [2, { $pull: { a: 1 } }, { a: 5 }, "Cannot apply $pull to a non-array value"],
    [2, { $pullAll: { a: [1] } }, { a: 5 }, "Cannot apply $pull to a non-array value"],
    [
      2,
      { $bit: { a: { or: 1 } } },
      { _id: 1, a: 1.5 },
      "Cannot apply $bit to a value of non-integral type.{_id: 1} has the field a of non-integer type double",
    ],
    [2, { $set: { "a.$": 1 } }, { a: [1] }, "The positional operator did not find the match needed from the query."],
    [2, { $set: { "a.$[]": 1 } }, {}, "The path 'a' must exist in the document in order to apply array updates."],
    [2, { $set: { "a.$[]": 1 } }, { a: 5 }, "Cannot apply array updates to non-array element a: 5"],
    [40, { $set: { "a.$": 1, "a.0": 2 } }, { a: [1] }, "Update created a conflict at 'a.0'", { positional: 0 }],
    [
      40,
      { $set: { "a.$[x].b": 1, "a.$[y].b": 1 } },
      { a: [{ b: 0 }] },
      "Update created a conflict at 'a.0.b'",
      { arrayFilters: [{ "x.b": 0 }, { "y.b": 0 }] },
    ],
    [
      2,
      { $rename: { "a.0": "b" } },
      { _id: 1, a: [1] },
      "The source field cannot be an array element, 'a.0' in doc with _id: 1 has an array field called 'a'",
    ],
    [
      2,
      { $rename: { a: "b.0" } },
      { _id: 1, a: 1, b: [1] },
      "The destination field cannot be an array element, 'b.0' in doc with _id: 1 has an array field called 'b'",
    ],
    [
      66,
      { $set: { _id: 2 } },
      { _id: 1 },
      "Performing an update on the path '_id' would modify the immutable field '_id'",
    ],
    [66, { $unset: { _id: 1 } }, { _id: 1 }, "immutable field '_id'"],
    [66, { $set: { "_id.a": 2 } }, { _id: { a: 1 } }, "immutable field '_id'"],
    [
      66,
      { _id: 2, a: 1 },
      { _id: 1 },
      "After applying the update, the (immutable) field '_id' was found to have been altered to _id: 2",
    ],
    [66, [{ $set: { _id: 2 } }], { _id: 1 }, "After applying the update, the (immutable) field '_id' was found"],
  ])("%i for %j on %j", (code, update, before, message, use) => {
    expect(codeOf(() => updated(update, before, use))).toBe(code);
    expect(() => updated(update, before, use)).toThrow(message);
  });

  it("allows an _id that stays the same", () => {
    expect(updated({ $set: { _id: 1, a: 1 } }, { _id: 1 })).toBe(shown(doc({ _id: 1, a: 1 })));
  });
});
