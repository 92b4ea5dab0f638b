import { arithmeticOperators } from "./arithmetic.js";
import { arrayOperators } from "./arrays.js";
import { bitwiseOperators } from "./bitwise.js";
import { booleanOperators, comparisonOperators } from "./boolean.js";
import { conditionalOperators } from "./conditional.js";
import { conversionOperators } from "./conversions.js";
import { dateOperators } from "./dates.js";
import { foldOperators } from "./folds.js";
import { miscOperators } from "./misc.js";
import { objectOperators } from "./objects.js";
import { setOperators } from "./sets.js";
import { stringOperators } from "./strings.js";
import { trigonometryOperators } from "./trigonometry.js";
import type { CompileOperator } from "./types.js";
import { variableOperators } from "./variables.js";

/** All expression operators by name. */
export const operators: ReadonlyMap<string, CompileOperator> = new Map(
  Object.entries({
    ...arithmeticOperators,
    ...arrayOperators,
    ...bitwiseOperators,
    ...booleanOperators,
    ...comparisonOperators,
    ...conditionalOperators,
    ...conversionOperators,
    ...dateOperators,
    ...foldOperators,
    ...miscOperators,
    ...objectOperators,
    ...setOperators,
    ...stringOperators,
    ...trigonometryOperators,
    ...variableOperators,
  }),
);
