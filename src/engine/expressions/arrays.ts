import { elementOperators } from "./arrays/elements.js";
import { loopOperators } from "./arrays/loops.js";
import { shapeOperators } from "./arrays/shapes.js";
import type { OperatorTable } from "./types.js";

/** Source: MongoDB manual, "Array Expression Operators" */
export const arrayOperators: OperatorTable = { ...elementOperators, ...loopOperators, ...shapeOperators };
