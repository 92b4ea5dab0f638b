import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareValues, typeRank } from "../../../../src/engine/bson/compare.js";
import { isNaNValue } from "../../../../src/engine/bson/numbers.js";
import {
  MaxKey,
  MinKey,
  Regex,
  Undefined,
  docOf,
  isArray,
  isDoc,
  type Value,
} from "../../../../src/engine/bson/types.js";
import { compileFilter } from "../../../../src/engine/query/matcher.js";
import { anyDoc, anyValue } from "../bson/arbitraries.js";

/** Values that stand for themselves in a filter. */
const operand = anyValue.filter((value) => !(value instanceof Regex) && !(value instanceof Undefined) && !isDoc(value));
const single = operand.filter((value) => !isArray(value));

const matches = (condition: Value, value: Value): boolean =>
  compileFilter(docOf({ a: condition })).matches(docOf({ a: value }));

describe("a filter", () => {
  it("with $eq agrees with the comparison of values", () => {
    fc.assert(
      fc.property(single, single, (expected, value) => {
        const answer = matches(docOf({ $eq: expected }), value);
        expect(answer).toBe(compareValues(expected, value) === 0);
      }),
      { numRuns: 500 },
    );
  });

  it("with a range agrees with the comparison of values of one type", () => {
    const bounded = single.filter(
      (value) => !(value instanceof MinKey) && !(value instanceof MaxKey) && !isNaNValue(value),
    );
    fc.assert(
      fc.property(bounded, bounded, (bound, value) => {
        const alike = typeRank(bound) === typeRank(value);
        const order = compareValues(value, bound);
        expect(matches(docOf({ $lt: bound }), value)).toBe(alike && order < 0);
        expect(matches(docOf({ $lte: bound }), value)).toBe(alike && order <= 0);
        expect(matches(docOf({ $gt: bound }), value)).toBe(alike && order > 0);
        expect(matches(docOf({ $gte: bound }), value)).toBe(alike && order >= 0);
      }),
      { numRuns: 500 },
    );
  });

  it("with $in matches what one of its values matches", () => {
    fc.assert(
      fc.property(fc.array(operand, { maxLength: 6 }), anyDoc, (values, doc) => {
        const one = values.some((value) => compileFilter(docOf({ a: docOf({ $eq: value }) })).matches(doc));
        expect(compileFilter(docOf({ a: docOf({ $in: values }) })).matches(doc)).toBe(one);
        expect(compileFilter(docOf({ a: docOf({ $nin: values }) })).matches(doc)).toBe(!one);
      }),
      { numRuns: 500 },
    );
  });

  it("with $not, $nor and $ne matches the other documents", () => {
    fc.assert(
      fc.property(operand, anyDoc, fc.constantFrom("a", "a.b", "a.0", "a.b.c"), (value, doc, path) => {
        const equal = docOf({ [path]: docOf({ $eq: value }) });
        const answer = compileFilter(equal).matches(doc);
        expect(compileFilter(docOf({ [path]: docOf({ $ne: value }) })).matches(doc)).toBe(!answer);
        expect(compileFilter(docOf({ [path]: docOf({ $not: docOf({ $eq: value }) }) })).matches(doc)).toBe(!answer);
        expect(compileFilter(docOf({ $nor: [equal] })).matches(doc)).toBe(!answer);
        expect(compileFilter(docOf({ $or: [equal, equal] })).matches(doc)).toBe(answer);
      }),
      { numRuns: 500 },
    );
  });

  it("with $exists knows a document's fields", () => {
    const names = fc.constantFrom("a", "b", "ab", "ü", "1", "none");
    fc.assert(
      fc.property(anyDoc, names, fc.boolean(), (doc, name, wanted) => {
        const filter = docOf({ [name]: docOf({ $exists: wanted }) });
        expect(compileFilter(filter).matches(doc)).toBe(doc.has(name) === wanted);
      }),
    );
  });
});
