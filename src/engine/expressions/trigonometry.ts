import { packDecimal, type Decimal } from "../bson/decimal.js";
import { compareNumbers, isNumber, toDecimal, toDouble } from "../bson/numbers.js";
import { toText } from "../bson/extended-json.js";
import { Decimal128 } from "../bson/types.js";
import { ServerError } from "../errors.js";
import { binary, isNullish, nameOfType } from "./arguments.js";
import {
  acoshDecimal,
  asinhDecimal,
  atanhDecimal,
  coshDecimal,
  sinhDecimal,
  tanhDecimal,
} from "./decimal-functions.js";
import {
  acosDecimal,
  asinDecimal,
  atan2Decimal,
  atanDecimal,
  cosDecimal,
  degreesOf,
  radiansOf,
  sinDecimal,
  tanDecimal,
} from "./decimal-trigonometry.js";
import { numeric, real } from "./math.js";
import type { CompileOperator, OperatorTable } from "./types.js";

interface Bounds {
  readonly least: number;
  readonly most: number;
  readonly text: string;
}

const UNIT: Bounds = { least: -1, most: 1, text: "[-1,1]" };
const FINITE: Bounds = { least: -Number.MAX_VALUE, most: Number.MAX_VALUE, text: "(-inf,inf)" };

/** A function defined between two bounds; NaN is let through. */
function bounded(
  bounds: Bounds,
  doubles: (value: number) => number,
  decimals: (value: Decimal) => Decimal,
): CompileOperator {
  const apply = real(doubles, decimals);
  return numeric((value, name) => {
    const double = toDouble(value);
    const infinite = !Number.isFinite(double) && bounds === FINITE;
    const below = bounds !== FINITE && compareNumbers(value, bounds.least) < 0;
    const above = bounds !== FINITE && compareNumbers(value, bounds.most) > 0;
    if (!Number.isNaN(double) && (infinite || below || above)) {
      throw new ServerError(50989, `cannot apply ${name} to ${toText(value)}, value must be in ${bounds.text}`);
    }
    return apply(value);
  });
}

const atan2 = binary((y, x, name) => {
  if (isNullish(y) || isNullish(x)) return null;
  if (!isNumber(y) || !isNumber(x)) {
    const wrong = isNumber(y) ? x : y;
    throw new ServerError(51044, `${name} only supports numeric types, not ${nameOfType(wrong)}`);
  }
  if (y instanceof Decimal128 || x instanceof Decimal128) return packDecimal(atan2Decimal(toDecimal(y), toDecimal(x)));
  return Math.atan2(toDouble(y), toDouble(x));
});

const fromOne: Bounds = { least: 1, most: Infinity, text: "[1,inf]" };

/** Source: MongoDB manual, "Trigonometry Expression Operators" */
export const trigonometryOperators: OperatorTable = {
  $sin: bounded(FINITE, Math.sin, sinDecimal),
  $cos: bounded(FINITE, Math.cos, cosDecimal),
  $tan: bounded(FINITE, Math.tan, tanDecimal),
  $asin: bounded(UNIT, Math.asin, asinDecimal),
  $acos: bounded(UNIT, Math.acos, acosDecimal),
  $atan: numeric(real(Math.atan, atanDecimal)),
  $atan2: atan2,
  $sinh: numeric(real(Math.sinh, sinhDecimal)),
  $cosh: numeric(real(Math.cosh, coshDecimal)),
  $tanh: numeric(real(Math.tanh, tanhDecimal)),
  $asinh: numeric(real(Math.asinh, asinhDecimal)),
  $acosh: bounded(fromOne, Math.acosh, acoshDecimal),
  $atanh: bounded(UNIT, Math.atanh, atanhDecimal),
  $degreesToRadians: numeric(real((degrees) => degrees * (Math.PI / 180), radiansOf)),
  $radiansToDegrees: numeric(real((radians) => radians * (180 / Math.PI), degreesOf)),
};
