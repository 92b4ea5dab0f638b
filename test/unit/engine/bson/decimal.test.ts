import { BSON } from "mongodb";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  addDecimals,
  divideDecimals,
  moduloDecimals,
  multiplyDecimals,
  negateDecimal,
  roundDecimal,
  squareRoot,
  subtractDecimals,
  type Rounding,
} from "../../../../src/engine/bson/decimal-arithmetic.js";
import {
  formatDecimal,
  packDecimal,
  parseDecimal,
  unpackDecimal,
  type Decimal,
} from "../../../../src/engine/bson/decimal.js";
import { decimalOf } from "../../../../src/engine/bson/numbers.js";
import { Decimal128 } from "../../../../src/engine/bson/types.js";

const d = (text: string): Decimal => unpackDecimal(decimalOf(text));
const text = (value: Decimal): string => formatDecimal(unpackDecimal(packDecimal(value)));

describe("parseDecimal and formatDecimal", () => {
  it.each([
    ["0", "0"],
    ["-0", "-0"],
    ["1.10", "1.10"],
    ["+00.5", "0.5"],
    [".5", "0.5"],
    ["5.", "5"],
    ["1e3", "1E+3"],
    ["1E-7", "1E-7"],
    ["0.000001", "0.000001"],
    ["0.0000001", "1E-7"],
    ["12345e-10", "0.0000012345"],
    ["123e10", "1.23E+12"],
    ["1e6144", "1.000000000000000000000000000000000E+6144"],
    ["9.9e6145", "Infinity"],
    ["-1e7000", "-Infinity"],
    ["1e-6177", "0E-6176"],
    ["5e-6177", "0E-6176"],
    ["15e-6177", "2E-6176"],
    ["1e-99999999", "0E-6176"],
    ["0e99999", "0E+6111"],
    ["nan", "NaN"],
    ["-Infinity", "-Infinity"],
    ["inf", "Infinity"],
    ["12345678901234567890123456789012345", "1.234567890123456789012345678901234E+34"],
    ["99999999999999999999999999999999995", "1.000000000000000000000000000000000E+35"],
  ])("reads %s as %s", (input, expected) => {
    expect(formatDecimal(d(input))).toBe(expected);
  });

  it.each(["", ".", "x", "1x", "e5", "1e", "--1", "0x10"])("refuses %j", (input) => {
    expect(parseDecimal(input)).toBeUndefined();
  });

  it("agrees with the driver on bytes and text", () => {
    const exact = fc.tuple(
      fc.bigInt({ min: -(10n ** 34n) + 1n, max: 10n ** 34n - 1n }),
      fc.integer({ min: -6176, max: 6111 }),
    );
    fc.assert(
      fc.property(exact, ([coefficient, exponent]) => {
        const input = `${String(coefficient)}E${String(exponent)}`;
        const theirs = BSON.Decimal128.fromString(input);
        expect(Buffer.from(decimalOf(input).bytes)).toEqual(Buffer.from(theirs.bytes));
        expect(formatDecimal(d(input))).toBe(theirs.toString());
      }),
      { numRuns: 300 },
    );
  });

  it("reads coefficients beyond 34 digits as zero", () => {
    const bytes = new Uint8Array(16).fill(0xff);
    bytes.set([0x41, 0x30], 14);
    expect(formatDecimal(unpackDecimal(new Decimal128(bytes)))).toBe("0");
    bytes.set([0, 0, 0, 0x60], 12);
    expect(unpackDecimal(new Decimal128(bytes))).toMatchObject({ kind: "finite", coefficient: 0n });
  });
});

describe("decimal arithmetic", () => {
  it.each([
    ["add", addDecimals, "1.10", "1", "2.10"],
    ["add", addDecimals, "0.1", "0.2", "0.3"],
    ["add", addDecimals, "1", "-1", "0"],
    ["add", addDecimals, "-0", "-0", "-0"],
    ["add", addDecimals, "1E+40", "1", "1.000000000000000000000000000000000E+40"],
    ["add", addDecimals, "1E+6000", "-1E-6000", "1.000000000000000000000000000000000E+6000"],
    ["add", addDecimals, "1E-6000", "1E+6000", "1.000000000000000000000000000000000E+6000"],
    ["add", addDecimals, "0E+6000", "7", "7"],
    ["add", addDecimals, "Infinity", "-Infinity", "NaN"],
    ["add", addDecimals, "Infinity", "1", "Infinity"],
    ["add", addDecimals, "1", "-Infinity", "-Infinity"],
    ["add", addDecimals, "NaN", "1", "NaN"],
    ["subtract", subtractDecimals, "10.00", "0.01", "9.99"],
    ["subtract", subtractDecimals, "1", "NaN", "NaN"],
    ["multiply", multiplyDecimals, "19.99", "3", "59.97"],
    ["multiply", multiplyDecimals, "-1.5", "2.0", "-3.00"],
    ["multiply", multiplyDecimals, "0", "Infinity", "NaN"],
    ["multiply", multiplyDecimals, "-2", "Infinity", "-Infinity"],
    ["multiply", multiplyDecimals, "NaN", "1", "NaN"],
    ["multiply", multiplyDecimals, "1E+4000", "1E+4000", "Infinity"],
    ["divide", divideDecimals, "6.0", "2", "3.0"],
    ["divide", divideDecimals, "1", "3", "0.3333333333333333333333333333333333"],
    ["divide", divideDecimals, "2", "3", "0.6666666666666666666666666666666667"],
    ["divide", divideDecimals, "1", "8", "0.125"],
    ["divide", divideDecimals, "100", "10", "10"],
    ["divide", divideDecimals, "0", "5", "0"],
    ["divide", divideDecimals, "1", "0", "Infinity"],
    ["divide", divideDecimals, "0", "0", "NaN"],
    ["divide", divideDecimals, "1", "Infinity", "0E-6176"],
    ["divide", divideDecimals, "Infinity", "Infinity", "NaN"],
    ["divide", divideDecimals, "Infinity", "-2", "-Infinity"],
    ["divide", divideDecimals, "NaN", "1", "NaN"],
    ["modulo", moduloDecimals, "5.5", "2", "1.5"],
    ["modulo", moduloDecimals, "-5.5", "2", "-1.5"],
    ["modulo", moduloDecimals, "5", "Infinity", "5"],
    ["modulo", moduloDecimals, "5", "0", "NaN"],
    ["modulo", moduloDecimals, "Infinity", "2", "NaN"],
  ])("%s: %o of %s and %s is %s", (_name, operation, left, right, expected) => {
    expect(text(operation(d(left), d(right)))).toBe(expected);
  });

  it("is exact for money", () => {
    const cents = fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n });
    fc.assert(
      fc.property(cents, cents, (a, b) => {
        const money = (value: bigint): Decimal => d(`${String(value)}E-2`);
        expect(text(addDecimals(money(a), money(b)))).toBe(formatDecimal(money(a + b)));
        expect(text(subtractDecimals(money(a), money(b)))).toBe(formatDecimal(money(a - b)));
        const product = a === 0n || b === 0n ? 0n : a * b;
        expect(text(multiplyDecimals(money(a), money(b))).replace(/^-(?=[0.]+$)/, "")).toBe(
          text(d(`${String(product)}E-4`)),
        );
      }),
    );
  });

  it.each<[string, number, Rounding, string]>([
    ["2.5", 0, "halfEven", "2"],
    ["3.5", 0, "halfEven", "4"],
    ["-2.51", 0, "halfEven", "-3"],
    ["1.239", 2, "towardZero", "1.23"],
    ["-1.231", 2, "floor", "-1.24"],
    ["1.231", 2, "floor", "1.23"],
    ["1.231", 2, "ceiling", "1.24"],
    ["-1.239", 2, "ceiling", "-1.23"],
    ["1234", -2, "halfEven", "1.2E+3"],
    ["1.5", 3, "halfEven", "1.5"],
    ["NaN", 1, "floor", "NaN"],
    ["1E-6000", 0, "ceiling", "1"],
  ])("rounds %s to %i places %s: %s", (value, places, rounding, expected) => {
    expect(text(roundDecimal(d(value), places, rounding))).toBe(expected);
  });

  it.each([
    ["4", "2"],
    ["2", "1.414213562373095048801688724209698"],
    ["6.25", "2.5"],
    ["1E+3", "31.62277660168379331998893544432719"],
    ["100", "10"],
    ["0", "0"],
    ["-1", "NaN"],
    ["Infinity", "Infinity"],
    ["NaN", "NaN"],
  ])("has √%s = %s", (value, expected) => {
    expect(text(squareRoot(d(value)))).toBe(expected);
  });

  it("negates all but NaN", () => {
    expect(text(negateDecimal(d("1.0")))).toBe("-1.0");
    expect(text(negateDecimal(d("NaN")))).toBe("NaN");
  });
});
