import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Double, Timestamp, decimal } from "../query/literals.js";
import { codeOf, evaluated, expected } from "./evaluate.js";

type Row = [expression: object, result: unknown];

describe("trigonometry (manual: Trigonometry Expression Operators)", () => {
  it.each<Row>([
    [{ $sin: 0 }, new Double(0)],
    [{ $cos: 0 }, new Double(1)],
    [{ $tan: 0 }, new Double(0)],
    [{ $asin: 1 }, Math.PI / 2],
    [{ $acos: 1 }, new Double(0)],
    [{ $atan: 1 }, Math.PI / 4],
    [{ $atan2: [1, 1] }, Math.PI / 4],
    [{ $sinh: 0 }, new Double(0)],
    [{ $cosh: 0 }, new Double(1)],
    [{ $tanh: 0 }, new Double(0)],
    [{ $asinh: 0 }, new Double(0)],
    [{ $acosh: 1 }, new Double(0)],
    [{ $atanh: 0 }, new Double(0)],
    [{ $degreesToRadians: 180 }, Math.PI],
    [{ $radiansToDegrees: Math.PI }, new Double(180)],
    [{ $sin: null }, null],
    [{ $sin: NaN }, NaN],
    [{ $atan2: [null, 1] }, null],
    [{ $sin: decimal("1") }, decimal("0.8414709848078965066525023216302990")],
    [{ $sin: decimal("1E-50") }, decimal("1E-50")],
    [{ $cos: decimal("1E+10") }, decimal("0.8731196226768560011761913453076952")],
    [{ $cos: decimal("-7") }, decimal("0.7539022543433046381411975217191820")],
    [{ $tan: decimal("1") }, decimal("1.557407724654902230506974807458360")],
    [{ $tan: decimal("1E-60") }, decimal("1E-60")],
    [{ $asin: decimal("1") }, decimal("1.570796326794896619231321691639751")],
    [{ $asin: decimal("-1") }, decimal("-1.570796326794896619231321691639751")],
    [{ $asin: decimal("0.5") }, decimal("0.5235987755982988730771072305465838")],
    [{ $asin: decimal("1E-50") }, decimal("1E-50")],
    [{ $acos: decimal("-1") }, decimal("3.141592653589793238462643383279503")],
    [{ $acos: decimal("0.5") }, decimal("1.047197551196597746154214461093168")],
    [{ $atan: decimal("1") }, decimal("0.7853981633974483096156608458198757")],
    [{ $atan: decimal("-2") }, decimal("-1.107148717794090503017065460178537")],
    [{ $atan: decimal("Infinity") }, decimal("1.570796326794896619231321691639751")],
    [{ $atan: decimal("-1E+200") }, decimal("-1.570796326794896619231321691639751")],
    [{ $atan: decimal("NaN") }, decimal("NaN")],
    [{ $atan2: [decimal("1"), -1] }, decimal("2.356194490192344928846982537459627")],
    [{ $atan2: [decimal("-1"), -1] }, decimal("-2.356194490192344928846982537459627")],
    [{ $atan2: [decimal("1"), 1] }, decimal("0.7853981633974483096156608458198757")],
    [{ $atan2: [decimal("1"), 0] }, decimal("1.570796326794896619231321691639751")],
    [{ $atan2: [decimal("-1"), 0] }, decimal("-1.570796326794896619231321691639751")],
    [{ $atan2: [decimal("0"), 0] }, decimal("0")],
    [{ $atan2: [decimal("0"), decimal("-0")] }, decimal("3.141592653589793238462643383279503")],
    [{ $atan2: [decimal("-0"), decimal("-0")] }, decimal("-3.141592653589793238462643383279503")],
    [{ $atan2: [decimal("Infinity"), decimal("-Infinity")] }, decimal("2.356194490192344928846982537459627")],
    [{ $atan2: [decimal("NaN"), 1] }, decimal("NaN")],
    [{ $sinh: decimal("1") }, decimal("1.175201193643801456882381850595601")],
    [{ $sinh: decimal("1E-60") }, decimal("1E-60")],
    [{ $sinh: decimal("-1000") }, decimal("-9.850355570085234969444396761216615E+433")],
    [{ $cosh: decimal("1") }, decimal("1.543080634815243778477905620757062")],
    [{ $cosh: decimal("1000") }, decimal("9.850355570085234969444396761216615E+433")],
    [{ $cosh: decimal("NaN") }, decimal("NaN")],
    [{ $cosh: decimal("-Infinity") }, decimal("Infinity")],
    [{ $tanh: decimal("0.5") }, decimal("0.4621171572600097585023184836436725")],
    [{ $tanh: decimal("-1E+9") }, decimal("-1")],
    [{ $tanh: decimal("NaN") }, decimal("NaN")],
    [{ $asinh: decimal("1") }, decimal("0.8813735870195430252326093249797923")],
    [{ $asinh: decimal("-1") }, decimal("-0.8813735870195430252326093249797923")],
    [{ $asinh: decimal("1E-60") }, decimal("1E-60")],
    [{ $asinh: decimal("1E+50") }, decimal("115.8224018302622295103168048556764")],
    [{ $acosh: decimal("2") }, decimal("1.316957896924816708625046347307968")],
    [{ $acosh: decimal("1E+50") }, decimal("115.8224018302622295103168048556764")],
    [{ $acosh: decimal("Infinity") }, decimal("Infinity")],
    [{ $atanh: decimal("0.5") }, decimal("0.5493061443340548456976226184612629")],
    [{ $atanh: decimal("1") }, decimal("Infinity")],
    [{ $atanh: decimal("1E-60") }, decimal("1E-60")],
    [{ $degreesToRadians: decimal("180") }, decimal("3.141592653589793238462643383279503")],
    [{ $radiansToDegrees: decimal("1") }, decimal("57.29577951308232087679815481410517")],
    [{ $radiansToDegrees: decimal("NaN") }, decimal("NaN")],
    [{ $degreesToRadians: decimal("Infinity") }, decimal("Infinity")],
  ])("%j is %j", (expression, result) => {
    expect(evaluated(expression)).toBe(expected(result));
  });

  it.each<[number, object]>([
    [50989, { $sin: Infinity }],
    [50989, { $cos: decimal("-Infinity") }],
    [50989, { $asin: 2 }],
    [50989, { $acos: -2 }],
    [50989, { $acosh: 0.5 }],
    [50989, { $atanh: 1.5 }],
    [51044, { $atan2: ["x", 1] }],
    [51044, { $atan2: [1, "x"] }],
    [28765, { $sin: "x" }],
    [28765, { $sin: new Timestamp(1n) }],
  ])("answers %i for %j", (code, expression) => {
    expect(codeOf(() => evaluated(expression))).toBe(code);
  });

  it("agrees with the double functions on decimals", () => {
    const pairs = [
      ["$sin", Math.sin, 3],
      ["$cos", Math.cos, 3],
      ["$tan", Math.tan, 1.2],
      ["$atan", Math.atan, 50],
      ["$asin", Math.asin, 1],
      ["$sinh", Math.sinh, 8],
      ["$tanh", Math.tanh, 4],
      ["$asinh", Math.asinh, 50],
      ["$exp", Math.exp, 8],
    ] as const;
    fc.assert(
      fc.property(fc.constantFrom(...pairs), fc.integer({ min: -1000, max: 1000 }), ([name, compute, range], part) => {
        const text = ((part / 1000) * range).toFixed(6);
        const exact = JSON.parse(evaluated({ $toDouble: { [name]: decimal(text) } })) as {
          r: { $numberDouble: string };
        };
        expect(Number(exact.r.$numberDouble)).toBeCloseTo(compute(Number(text)), 9);
      }),
    );
  });
});
