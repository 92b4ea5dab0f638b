import { dateArithmeticOperators } from "./dates/arithmetic.js";
import { dateToString } from "./dates/format.js";
import { dateFromString } from "./dates/from-string.js";
import { datePartOperators } from "./dates/parts.js";
import type { OperatorTable } from "./types.js";

/** Source: MongoDB manual, "Date Expression Operators" */
export const dateOperators: OperatorTable = {
  ...datePartOperators,
  ...dateArithmeticOperators,
  $dateToString: dateToString,
  $dateFromString: dateFromString,
};
