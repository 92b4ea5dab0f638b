import { compareStrings } from "../bson/compare.js";
import { typeName } from "../bson/typename.js";
import { isArray, isDoc, type Doc, type Value } from "../bson/types.js";
import { ServerError } from "../errors.js";
import type { Collation } from "../query/collation.js";
import { arrayFilterList, compileArrayFilters } from "./array-filters.js";
import { compileOperators } from "./operators.js";
import { compilePipelineUpdate } from "./pipeline.js";
import { compileReplacement } from "./replacement.js";
import type { Updater } from "./types.js";

export interface UpdateOptions {
  /** The conditions behind `$[identifier]`, one document each. */
  readonly arrayFilters?: Value | undefined;
  readonly collation?: Collation | undefined;
  /** The variables of the command's `let`, for a pipeline. */
  readonly vars?: ReadonlyMap<string, Value | undefined> | undefined;
}

/**
 * Compiles an update: a document of operators, a replacement document, or a pipeline of `$set`, `$unset`, `$project`,
 * `$replaceRoot` and their aliases.
 * @throws ServerError with MongoDB's code for what is malformed, such as FailedToParse or ConflictingUpdateOperators
 * Source: MongoDB manual, "Update Operators" and "Updates with Aggregation Pipeline"
 */
export function compileUpdate(update: Doc | readonly Value[], options: UpdateOptions = {}): Updater {
  const filters = arrayFilterList(options.arrayFilters);
  if (isArray(update)) {
    if (filters.length > 0) throw failed("Cannot specify arrayFilters and a pipeline update");
    return compilePipelineUpdate(update, options);
  }
  if (!isDoc(update)) throw failed(`Update argument must be either an object or an array, found ${typeName(update)}`);
  const [first] = update.keys();
  if (first?.startsWith("$") !== true) {
    if (filters.length > 0) throw failed("Cannot specify arrayFilters and a replacement document");
    return compileReplacement(update);
  }
  const { collation } = options;
  const context = { collation, strings: collation?.compare ?? compareStrings };
  return compileOperators(update, compileArrayFilters(filters, collation), context);
}

function failed(message: string): ServerError {
  return new ServerError("FailedToParse", message);
}
