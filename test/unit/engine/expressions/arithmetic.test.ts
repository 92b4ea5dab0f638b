import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Double, Long, decimal, long } from "../query/literals.js";
import { codeOf, evaluated, expected } from "./evaluate.js";

type Row = [expression: object, result: unknown];

const max = Long.MAX_VALUE;

const day = new Date(Date.UTC(2024, 0, 1));

describe("arithmetic (manual: Arithmetic Expression Operators)", () => {
  it.each<Row>([
    [{ $add: [1, 2] }, 3],
    [{ $add: [] }, 0],
    [{ $add: 5 }, 5],
    [{ $add: [1, 0.5] }, 1.5],
    [{ $add: [2147483647, 1] }, long("2147483648")],
    [{ $add: [max, 1] }, new Double(9223372036854775808)],
    [{ $add: [decimal("0.1"), decimal("0.2")] }, decimal("0.3")],
    [{ $add: [1, null] }, null],
    [{ $add: [1, "$missing"] }, null],
    [{ $add: [day, 1000] }, new Date(day.getTime() + 1000)],
    [{ $add: [1.5, day] }, new Date(day.getTime() + 2)],
    [{ $subtract: [5, 7] }, -2],
    [{ $subtract: [day, 1000] }, new Date(day.getTime() - 1000)],
    [{ $subtract: [day, new Date(0)] }, long(String(day.getTime()))],
    [{ $subtract: [day, 1.9] }, new Date(day.getTime() - 1)],
    [{ $subtract: [null, 1] }, null],
    [{ $multiply: [3, 4] }, 12],
    [{ $multiply: [decimal("1.10"), 3] }, decimal("3.30")],
    [{ $multiply: [2, null] }, null],
    [{ $divide: [6, 2] }, new Double(3)],
    [{ $divide: [decimal("1"), 4] }, decimal("0.25")],
    [{ $divide: [null, 4] }, null],
    [{ $mod: [7, 3] }, 1],
    [{ $mod: [-7, 3] }, -1],
    [{ $mod: [7.5, 2] }, 1.5],
    [{ $mod: ["$missing", 2] }, null],
    [{ $abs: -5 }, 5],
    [{ $abs: [-2147483648] }, long("2147483648")],
    [{ $abs: long("-3") }, long("3")],
    [{ $abs: long("3") }, long("3")],
    [{ $abs: -1.5 }, 1.5],
    [{ $abs: decimal("-1.10") }, decimal("1.10")],
    [{ $abs: decimal("NaN") }, decimal("NaN")],
    [{ $abs: null }, null],
    [{ $ceil: 7.2 }, new Double(8)],
    [{ $ceil: decimal("-2.8") }, decimal("-2")],
    [{ $floor: -2.3 }, new Double(-3)],
    [{ $floor: 5 }, 5],
    [{ $floor: decimal("2.8") }, decimal("2")],
    [{ $round: [19.25, 1] }, 19.2],
    [{ $round: 2.5 }, new Double(2)],
    [{ $round: [3.5] }, new Double(4)],
    [{ $round: [1.005, 2] }, new Double(1)],
    [{ $round: [decimal("2.675"), 2] }, decimal("2.68")],
    [{ $round: [28.73, -1] }, new Double(30)],
    [{ $round: [1234, -2] }, 1200],
    [{ $round: [1234, 2] }, 1234],
    [{ $round: [long("1250"), -2] }, long("1200")],
    [{ $round: [2147483647, -1] }, long("2147483650")],
    [{ $round: [Infinity, 1] }, Infinity],
    [{ $round: [null, 1] }, null],
    [{ $round: [1.5, null] }, null],
    [{ $trunc: [7.85, 1] }, 7.8],
    [{ $trunc: -2.7 }, new Double(-2)],
    [{ $trunc: [1299, -2] }, 1200],
    [{ $sqrt: 25 }, new Double(5)],
    [{ $sqrt: decimal("2") }, decimal("1.414213562373095048801688724209698")],
    [{ $sqrt: NaN }, NaN],
    [{ $exp: 0 }, new Double(1)],
    [{ $exp: decimal("1") }, decimal("2.718281828459045235360287471352662")],
    [{ $exp: decimal("-1000") }, decimal("5.075958897549456765291809479574337E-435")],
    [{ $exp: decimal("1E+9") }, decimal("Infinity")],
    [{ $exp: decimal("-1E+9") }, decimal("0E-6176")],
    [{ $exp: decimal("-Infinity") }, decimal("0")],
    [{ $exp: decimal("Infinity") }, decimal("Infinity")],
    [{ $exp: decimal("NaN") }, decimal("NaN")],
    [{ $ln: Math.E }, new Double(1)],
    [{ $ln: decimal("2") }, decimal("0.6931471805599453094172321214581766")],
    [{ $ln: decimal("Infinity") }, decimal("Infinity")],
    [{ $ln: decimal("NaN") }, decimal("NaN")],
    [{ $log10: 1000 }, new Double(3)],
    [{ $log10: decimal("1000") }, decimal("3.000000000000000000000000000000000")],
    [{ $log10: decimal("Infinity") }, decimal("Infinity")],
    [{ $log: [8, 2] }, new Double(3)],
    [{ $log: [decimal("8"), 2] }, decimal("3.000000000000000000000000000000000")],
    [{ $log: [decimal("Infinity"), 2] }, decimal("Infinity")],
    [{ $log: [null, 2] }, null],
    [{ $pow: [2, 10] }, 1024],
    [{ $pow: [5, 0] }, 1],
    [{ $pow: [2, 31] }, long("2147483648")],
    [{ $pow: [2, 63] }, new Double(9223372036854775808)],
    [{ $pow: [10, 100] }, 1e100],
    [{ $pow: [2, -1] }, 0.5],
    [{ $pow: [1, -5] }, 1],
    [{ $pow: [-1, 1000001] }, -1],
    [{ $pow: [-1, long("1000000")] }, long("1")],
    [{ $pow: [0, long("1000000")] }, long("0")],
    [{ $pow: [0, 0] }, 1],
    [{ $pow: [2.5, 2] }, 6.25],
    [{ $pow: [decimal("1.1"), 2] }, decimal("1.21")],
    [{ $pow: [decimal("2"), -2] }, decimal("0.25")],
    [{ $pow: [decimal("2"), decimal("0.5")] }, decimal("1.414213562373095048801688724209698")],
    [{ $pow: [decimal("-2"), decimal("0.5")] }, decimal("NaN")],
    [{ $pow: [decimal("-2"), 3] }, decimal("-8")],
    [{ $pow: [decimal("5"), 0] }, decimal("1")],
    [{ $pow: [decimal("NaN"), 1] }, decimal("NaN")],
    [{ $pow: [decimal("Infinity"), 2] }, decimal("Infinity")],
    [{ $pow: [decimal("1.0000000001"), decimal("1E+10")] }, decimal("2.718281828323131143949794001297229")],
    [{ $pow: [decimal("10"), decimal("1E+9")] }, decimal("Infinity")],
    [{ $pow: [2, null] }, null],
  ])("%j is %j", (expression, result) => {
    expect(evaluated(expression)).toBe(expected(result));
  });

  it.each<[number, object]>([
    [14, { $add: ["x", 1] }],
    [16612, { $add: [day, day] }],
    [15, { $add: [day, max] }],
    [14, { $subtract: ["x", 1] }],
    [14, { $subtract: [1, day] }],
    [15, { $subtract: [new Date(-8.64e15), max] }],
    [15, { $subtract: [day, 1e30] }],
    [14, { $multiply: ["x"] }],
    [14, { $divide: ["x", 1] }],
    [2, { $divide: [1, 0] }],
    [16611, { $mod: [1, "x"] }],
    [16610, { $mod: [1, 0] }],
    [16020, { $mod: [1] }],
    [28765, { $abs: "x" }],
    [28680, { $abs: Long.MIN_VALUE }],
    [51081, { $round: "x" }],
    [51082, { $round: [1, 1.5] }],
    [51083, { $round: [1, 101] }],
    [51080, { $round: [max, -1] }],
    [28667, { $round: [1, 2, 3] }],
    [28714, { $sqrt: -1 }],
    [28714, { $sqrt: decimal("-1") }],
    [28766, { $ln: 0 }],
    [28761, { $log10: -1 }],
    [28756, { $log: ["x", 2] }],
    [28757, { $log: [2, "x"] }],
    [28758, { $log: [0, 2] }],
    [28759, { $log: [2, 1] }],
    [28762, { $pow: ["x", 1] }],
    [28763, { $pow: [1, "x"] }],
    [28764, { $pow: [0, -1] }],
  ])("answers %i for %j", (code, expression) => {
    expect(codeOf(() => evaluated(expression))).toBe(code);
  });

  it("adds longs as exactly as whole numbers do", () => {
    const whole = fc.bigInt({ min: -(2n ** 61n), max: 2n ** 61n });
    fc.assert(
      fc.property(whole, whole, (left, right) => {
        const [a, b] = [long(String(left)), long(String(right))];
        expect(evaluated({ $add: [a, b] })).toBe(expected(long(String(left + right))));
        expect(evaluated({ $subtract: [{ $add: [a, b] }, b] })).toBe(expected(a));
      }),
    );
  });
});

describe("bitwise (manual: Bitwise Operators)", () => {
  it.each<Row>([
    [{ $bitAnd: [12, 10] }, 8],
    [{ $bitAnd: [] }, -1],
    [{ $bitOr: [12, 3] }, 15],
    [{ $bitXor: [5, long("1")] }, long("4")],
    [{ $bitOr: [1, null] }, null],
    [{ $bitNot: 5 }, -6],
    [{ $bitNot: long("0") }, long("-1")],
    [{ $bitNot: null }, null],
  ])("%j is %j", (expression, result) => {
    expect(evaluated(expression)).toBe(expected(result));
  });

  it("refuses doubles", () => {
    expect(codeOf(() => evaluated({ $bitAnd: [1.5, 1] }))).toBe(14);
    expect(codeOf(() => evaluated({ $bitNot: "x" }))).toBe(14);
  });
});
