import { describe, expect, it } from "vitest";
import {
  add,
  addChecked,
  divide,
  integerOf,
  modulo,
  multiply,
  multiplyChecked,
  subtract,
} from "../../../../src/engine/bson/arithmetic.js";
import { compareValues, compareStrings, equalValues } from "../../../../src/engine/bson/compare.js";
import { toText } from "../../../../src/engine/bson/extended-json.js";
import {
  compareNumbers,
  decimalOf,
  isNaNValue,
  toDecimal,
  toDouble,
  toExactLong,
  toLong,
  type NumberValue,
} from "../../../../src/engine/bson/numbers.js";
import { formatDecimal } from "../../../../src/engine/bson/decimal.js";
import { typeByName, typeByNumber, typeName, typeNumber } from "../../../../src/engine/bson/typename.js";
import {
  Binary,
  Code,
  DbPointer,
  Int32,
  MaxKey,
  MinKey,
  ObjectId,
  Regex,
  Symbol_,
  Timestamp,
  Undefined,
  UtcDate,
  docOf,
  isArray,
  isDoc,
  type Value,
} from "../../../../src/engine/bson/types.js";

const int = (value: number): Int32 => new Int32(value);
const dec = decimalOf;
const MAX = 2n ** 63n - 1n;
const id = new ObjectId("0123456789abcdef01234567");

describe("arithmetic", () => {
  it.each<[string, typeof add, NumberValue, NumberValue, NumberValue | undefined]>([
    ["int + int", add, int(1), int(2), int(3)],
    ["int + int beyond 32 bits", add, int(2 ** 31 - 1), int(1), 2n ** 31n],
    ["int + long", add, int(1), 2n, 3n],
    ["long + long beyond 2^53", add, 2n ** 53n, 1n, 2n ** 53n + 1n],
    ["long + long beyond 64 bits", add, MAX, 1n, 2 ** 63],
    ["int + double", add, int(1), 0.5, 1.5],
    ["int + decimal", add, int(1), dec("0.10"), dec("1.10")],
    ["double + decimal", add, 2.5, dec("1"), dec("3.50000000000000")],
    ["int - int beyond 32 bits", subtract, int(-(2 ** 31)), int(1), -(2n ** 31n) - 1n],
    ["long - long beyond 64 bits", subtract, -MAX, 10n, -(2 ** 63)],
    ["decimal - decimal", subtract, dec("1.10"), dec("0.1"), dec("1.00")],
    ["int * int beyond 32 bits", multiply, int(65536), int(65536), 2n ** 32n],
    ["long * long beyond 64 bits", multiply, MAX, 2n, 2 ** 64],
    ["double * int", multiply, 1.5, int(2), 3],
    ["decimal * int", multiply, dec("19.99"), int(3), dec("59.97")],
  ])("%s", (_what, operation, left, right, expected) => {
    expect(operation(left, right)).toEqual(expected);
  });

  it("tells $inc and $mul where a long overflows", () => {
    expect(addChecked(MAX, 1n)).toBeUndefined();
    expect(addChecked(MAX, -1n)).toBe(MAX - 1n);
    expect(multiplyChecked(MAX, 2n)).toBeUndefined();
    expect(multiplyChecked(int(2), int(3))).toEqual(int(6));
  });

  it.each<[NumberValue, NumberValue, NumberValue | undefined, NumberValue | undefined]>([
    [int(7), int(2), 3.5, int(1)],
    [7n, int(2), 3.5, 1n],
    [-7.5, int(2), -3.75, -1.5],
    [dec("7"), int(2), dec("3.5"), dec("1")],
    [int(-4), int(2), -2, int(0)],
    [int(1), int(0), undefined, undefined],
    [1.5, -0, undefined, undefined],
    [1, dec("0.0"), undefined, undefined],
    [dec("1"), dec("1E-400"), dec("1E+400"), dec("0E-400")],
  ])("divides %o by %o", (left, right, quotient, rest) => {
    expect(divide(left, right)).toEqual(quotient);
    expect(modulo(left, right)).toEqual(rest);
  });

  it("makes ints of what fits and longs of the rest", () => {
    expect(integerOf(5n)).toEqual(int(5));
    expect(integerOf(2 ** 40)).toBe(2n ** 40n);
  });
});

describe("conversions", () => {
  it("gives doubles", () => {
    expect([int(1), 2n, 0.5, dec("1E+400"), dec("-Infinity")].map(toDouble)).toEqual([1, 2, 0.5, Infinity, -Infinity]);
  });

  it.each<[NumberValue, string]>([
    [2.5, "2.50000000000000"],
    [0.1, "0.100000000000000"],
    [0, "0"],
    [-0, "-0"],
    [NaN, "NaN"],
    [-Infinity, "-Infinity"],
    [-3n, "-3"],
    [int(7), "7"],
    [1e300, "1.00000000000000E+300"],
  ])("gives %o as the decimal %s", (value, expected) => {
    expect(formatDecimal(toDecimal(value))).toBe(expected);
  });

  it.each<[NumberValue, bigint | undefined, bigint | undefined]>([
    [int(5), 5n, 5n],
    [5.5, 5n, undefined],
    [-5.5, -5n, undefined],
    [1e300, undefined, undefined],
    [NaN, undefined, undefined],
    [MAX, MAX, MAX],
    [dec("1.50"), 1n, undefined],
    [dec("-2.00"), -2n, -2n],
    [dec("2E+2"), 200n, 200n],
    [dec("1E+50"), undefined, undefined],
    [dec("0E+50"), 0n, 0n],
    [dec("NaN"), undefined, undefined],
  ])("gives %o as a long", (value, cut, exact) => {
    expect(toLong(value)).toBe(cut);
    expect(toExactLong(value)).toBe(exact);
  });

  it("knows NaN in both types", () => {
    expect([NaN, dec("NaN"), 1, dec("1"), "NaN"].map(isNaNValue)).toEqual([true, true, false, false, false]);
  });
});

describe("compareNumbers", () => {
  it.each<[string, NumberValue, NumberValue, number]>([
    ["decimals by value, not text", dec("9"), dec("10"), -1],
    ["1.1 and 1.10", dec("1.1"), dec("1.10"), 0],
    ["a double and a decimal that looks like it", 0.1, dec("0.1"), 1],
    ["a double and the decimal of its exact value", 0.5, dec("0.50"), 0],
    ["longs beyond a double's precision", 2n ** 53n, 2n ** 53n + 1n, -1],
    ["a long and a double beyond its precision", 2n ** 53n + 1n, 2 ** 53, 1],
    ["NaN below -Infinity", NaN, -Infinity, -1],
    ["NaN equal to NaN of another type", NaN, dec("NaN"), 0],
    ["a decimal above all doubles and Infinity", dec("1E+400"), Infinity, -1],
    ["decimals above all doubles", dec("-1E+401"), dec("-1E+400"), -1],
    ["infinities", dec("Infinity"), Infinity, 0],
    ["Infinity and a large decimal", -Infinity, dec("-1E+400"), -1],
    ["a tiny decimal and zero", dec("1E-400"), 0, 1],
    ["zeros", dec("-0"), 0, 0],
    ["a tiny negative decimal and zero", dec("-1E-400"), int(0), -1],
  ])("%s", (_what, left, right, expected) => {
    expect(Math.sign(compareNumbers(left, right))).toBe(expected);
    expect(Math.sign(compareNumbers(right, left)) + expected).toBe(0);
  });
});

describe("compareValues", () => {
  it("orders the types as the manual says", () => {
    const ordered: Value[] = [
      MinKey.instance,
      Undefined.instance,
      null,
      int(1),
      "a",
      docOf({ a: 1 }),
      [1],
      new Binary(0, Uint8Array.of(1)),
      id,
      false,
      true,
      new UtcDate(0n),
      new Timestamp(0n),
      new Regex("a", ""),
      new DbPointer("a.b", id),
      new Code("a"),
      new Code("a", new Map()),
      MaxKey.instance,
    ];
    const sorted = ordered.toReversed().sort((left, right) => compareValues(left, right));
    expect(sorted).toEqual(ordered);
  });

  it.each<[string, Value | undefined, Value | undefined, number]>([
    ["missing as null", undefined, null, 0],
    ["symbols as strings", new Symbol_("a"), "a", 0],
    ["code points above surrogate pairs last", "\uFFFF", "😀", -1],
    ["a beginning first", "ab", "abc", -1],
    ["documents by the type of a field before its name", docOf({ b: 1 }), docOf({ a: "x" }), -1],
    ["documents by name before value", docOf({ a: 2 }), docOf({ b: 1 }), -1],
    ["documents by order of fields", docOf({ a: 1, b: 1 }), docOf({ b: 1, a: 1 }), -1],
    ["a shorter document first", docOf({ a: 1 }), docOf({ a: 1, b: 1 }), -1],
    ["arrays item by item", [int(1), int(3)], [int(2)], -1],
    ["a shorter array first", [int(1)], [int(1), int(1)], -1],
    ["binary data by length first", new Binary(9, Uint8Array.of(1)), new Binary(0, Uint8Array.of(0, 0)), -1],
    ["binary data by subtype before bytes", new Binary(0, Uint8Array.of(9)), new Binary(4, Uint8Array.of(1)), -1],
    ["regexes by options last", new Regex("a", "i"), new Regex("a", "m"), -1],
    ["timestamps unsigned", new Timestamp(2n ** 63n), new Timestamp(1n), 1],
    ["code by scope last", new Code("a", docOf({ a: 1 })), new Code("a", docOf({ a: 2 })), -1],
    ["pointers by length of name", new DbPointer("z", id), new DbPointer("aa", id), -1],
    ["pointers by id last", new DbPointer("z", id), new DbPointer("z", new ObjectId("f".repeat(24))), -1],
  ])("orders %s", (_what, left, right, expected) => {
    expect(Math.sign(compareValues(left, right))).toBe(expected);
    expect(equalValues(left, right)).toBe(expected === 0);
  });

  it("takes a collation's order of texts, inside documents and arrays too", () => {
    const byLength = (left: string, right: string): number => left.length - right.length;
    expect(equalValues(docOf({ a: ["x"] }), docOf({ a: ["y"] }), byLength)).toBe(true);
    expect(compareStrings("b", "aa")).toBe(1);
  });
});

describe("typeName", () => {
  it.each<[Value, string, number]>([
    [1, "double", 1],
    ["", "string", 2],
    [new Map(), "object", 3],
    [[], "array", 4],
    [new Binary(0, new Uint8Array()), "binData", 5],
    [Undefined.instance, "undefined", 6],
    [id, "objectId", 7],
    [true, "bool", 8],
    [new UtcDate(0n), "date", 9],
    [null, "null", 10],
    [new Regex("", ""), "regex", 11],
    [new DbPointer("", id), "dbPointer", 12],
    [new Code(""), "javascript", 13],
    [new Symbol_(""), "symbol", 14],
    [new Code("", new Map()), "javascriptWithScope", 15],
    [int(1), "int", 16],
    [new Timestamp(0n), "timestamp", 17],
    [1n, "long", 18],
    [dec("1"), "decimal", 19],
    [MinKey.instance, "minKey", -1],
    [MaxKey.instance, "maxKey", 127],
  ])("of %o is %s, number %i", (value, name, number) => {
    expect(typeName(value)).toBe(name);
    expect(typeByName(name)).toBe(name);
    expect(typeByNumber(number)).toBe(name);
    expect(typeNumber(typeName(value))).toBe(number);
  });

  it("knows no other names and numbers", () => {
    expect(typeByName("toString")).toBeUndefined();
    expect(typeByNumber(20)).toBeUndefined();
  });

  it("comes with guards for documents and arrays", () => {
    expect([isDoc(new Map()), isDoc([]), isArray([]), isArray(undefined)]).toEqual([true, false, true, false]);
  });
});

describe("toText", () => {
  it.each<[Value | undefined, string]>([
    [int(1), "1"],
    [1, "1.0"],
    [0.5, "0.5"],
    [1e300, "1e+300"],
    [-0, "-0.0"],
    [NaN, "nan"],
    [Infinity, "inf"],
    [-Infinity, "-inf"],
    [5n, "5"],
    [true, "true"],
    [undefined, "undefined"],
    [null, "null"],
    ["x", '"x"'],
    [dec("1.10"), "1.10"],
    [id, "ObjectId('0123456789abcdef01234567')"],
    [docOf({ a: int(1), b: [] }), "{ a: 1, b: [] }"],
    [new Map(), "{}"],
    [[int(1), "a"], '[ 1, "a" ]'],
    [new UtcDate(5n), "new Date(5)"],
    [new Timestamp((3n << 32n) | 4n), "Timestamp(3, 4)"],
    [new Regex("a", "i"), "/a/i"],
    [new Symbol_("a"), '"a"'],
    [new Binary(0, Uint8Array.of(1, 255)), "BinData(0, 01FF)"],
    [new Binary(4, new Uint8Array(16)), 'UUID("00000000-0000-0000-0000-000000000000")'],
    [MinKey.instance, "MinKey"],
    [MaxKey.instance, "MaxKey"],
    [Undefined.instance, "undefined"],
    [new DbPointer("a.b", id), "DBRef('a.b',0123456789abcdef01234567)"],
    [new Code("f()"), "f()"],
    [new Code("f()", docOf({ a: int(1) })), "CodeWScope( f(), { a: 1 })"],
  ])("of %o is %s", (value, expected) => {
    expect(toText(value)).toBe(expected);
  });
});
